using Examples;

namespace LongInputs;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal static readonly string[] Tasks = ["cost", "listops", "copy"];

    internal Options() : base("Compares networks for long inputs with full attention: what they cost by length, and what they learn.")
    {
        AddData("files train and test, a sequence of tokens and its class in each line (default: generated ListOps and copying)");
        SomeOf("--task", Tasks, "cost, listops, copy (default: all)", names => Task = names);
        AddNetwork(LongInputs.Networks.Names, string.Join(", ", LongInputs.Networks.Names));
        Whole("--longest", 256, "most steps whose cost is measured (default 65,536)", number => Longest = number);
        Whole("--rows", 20, "generated rows of ListOps to train on; copying takes a quarter of them (default 4,000)",
            number => Rows = number);
        Whole("--steps", 24, "steps of generated rows: the most of ListOps, all of copying (default 100 and 256)",
            number => Steps = number);
        Whole("--measure", 1, "measures one network at one length and prints seconds and megabytes", number => Measure = number);
        Flag("--training", "with --measure: a step of training instead of a pass", () => IsTraining = true);
        AddTraining();
        AddHidden();
        AddSeeds();
        AddThreads();
        AddResults("models and pictures");
    }

    public string[]? Task { get; private set; }

    public int Longest { get; private set; } = 65_536;

    public int? Rows { get; private set; }

    public int? Steps { get; private set; }

    public int? Measure { get; private set; }

    public bool IsTraining { get; private set; }

    protected override void Check()
    {
        if (Measure is not null && Networks is not { Length: 1 })
            throw new UsageException("--measure needs one --network.");
    }
}
