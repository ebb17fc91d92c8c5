using Examples;

namespace LongMemory;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal static readonly string[] All = ["rnn", "irnn", "lstm", "gru", "phased", "skip"];

    internal static readonly string[] Optimizers = ["adam", "momentum", "lbfgs", "hessian-free"];

    internal Options() : base("Trains recurrent networks on problems whose answer depends on steps far apart, and draws how the gradient "
        + "grows or vanishes on its way back through time.")
    {
        OneOf("--problem", [.. LongMemory.Problem.All.Select(problem => problem.Name)],
            "adding, multiplication, temporal-order, copying or frequency (default adding)", name => Problem = name);
        Whole("--steps", 4, "steps of a sequence (default: as customary)", number => Steps = number);
        Whole("--rows", 10, "training rows (default 2,000; of frequency 8,000)", number => Rows = number);
        AddNetwork(All, string.Join(", ", All) + " (default lstm)");
        OneOf("--optimizer", Optimizers, string.Join(", ", Optimizers) + " (default adam)", name => Optimizer = name);
        AddTraining("rows in each step");
        AddUnits();
        Number("--cost", 0, 1, "what a step that isn't skipped costs in the loss of skip", number => Cost = number);
        AddMinutes();
        AddSeeds();
        AddThreads();
        AddResults("models and pictures");
    }

    public string Problem { get; private set; } = "adding";

    public int? Steps { get; private set; }

    public int? Rows { get; private set; }

    public string Optimizer { get; private set; } = "adam";

    public float? Cost { get; private set; }
}
