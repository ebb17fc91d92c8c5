using Examples;

namespace LatentGraph;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Finds out which bodies act on each other from how they move: neural relational inference, which is shown no "
        + "link, predicts the next steps by the links that it infers.")
    {
        AddData("a table of bodies over time, and perhaps one of their links to compare with (default: drawn motions)");
        OneOf("--task", ["springs", "charges"], "what is drawn (default springs)", name => Task = name);
        AddNetwork(Inference.Names, $"{string.Join(", ", Inference.Names)}; none predicts without links (default nri)");
        AddTraining("motions in each step", hasLayers: false);
        AddHidden();
        Whole("--motions", 10, "motions to train on (default 3000)", number => Motions = number);
        Whole("--steps", 3, "times of a motion (default 40)", number => Steps = number);
        Whole("--prediction-steps", 1, "steps that are predicted one after another (default 5)", number => PredictionSteps = number);
        AddSeeds();
        AddThreads();
        AddResults("models and the picture");
    }

    public string Task { get; private set; } = "springs";

    public int Motions { get; private set; } = 3000;

    public int Steps { get; private set; } = 40;

    public int PredictionSteps { get; private set; } = 5;

    protected override void Check()
    {
        if (Data is not null)
            Refuse("is for drawn motions: leave --data out.", "--task", "--motions");
        if (PredictionSteps >= Steps)
            throw new UsageException($"--prediction-steps is {PredictionSteps}: expected at most {Steps - 1}, since a motion has --steps "
                + $"{Steps}.");
    }
}
