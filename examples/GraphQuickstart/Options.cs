using Examples;

namespace GraphQuickstart;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Trains graph networks: classes of nodes, edges, vectors of nodes, classes of graphs, "
        + "properties of molecules. What isn't given is chosen by network and data.")
    {
        AddData("one graph, a relational graph, or many graphs, in a format of examples/README.md (default: Zachary's karate club)");
        Number("--test-fraction", 0, 1, "the share of nodes to test on, where the folder has no split (default 0.2)",
            number => TestFraction = number);
        Positive("--hold-out", 1, "test on this share of the training nodes and leave the test nodes alone: to choose options",
            number => HoldOut = number);
        Whole("--folds", 1, "of a set that has folds, the first N (default: all)", number => Folds = number);
        Text("--label", "COLUMN", "the column of the nodes' class or of the molecules' property, where it isn't recognized",
            column => Label = column);
        Text("--edges", "FILE", "the file of the folder that has the edges, where it isn't recognized", file => Edges = file);
        Flag("--decimal-comma", "numbers of molecules have a comma for a decimal point", () => DecimalComma = true);
        Flag("--links", "predict edges: 85 % to train on, 5 % to choose the epoch, 10 % to test on", () => PredictsLinks = true);
        Flag("--embed", "learn a vector for each node without labels", () => EmbedsNodes = true);
        AddNetwork([.. TrainerChoice.Names, .. LinkExperiment.Networks, .. EmbeddingExperiment.Networks],
            $"{string.Join(", ", TrainerChoice.Names)}; of whole graphs {string.Join(", ", WholeGraphs.Names)}; "
            + $"with --links {string.Join(", ", LinkExperiment.Networks)}; "
            + $"with --embed {string.Join(", ", EmbeddingExperiment.Networks)}");
        AddTraining("with --fan-outs: training nodes in each step (default 512)");
        AddHidden();
        Wholes("--fan-outs", 1, "neighbors to sample in each layer", numbers => FanOuts = numbers);
        AddSeeds();
        AddThreads("threads (default: 1 for a small graph of nodes, else as ONNX Runtime likes)");
        AddResults("models and pictures");
    }

    public float TestFraction { get; private set; } = 0.2f;

    public float? HoldOut { get; private set; }

    public int Folds { get; private set; } = int.MaxValue;

    public string? Label { get; private set; }

    public string? Edges { get; private set; }

    public bool DecimalComma { get; private set; }

    public bool PredictsLinks { get; private set; }

    public bool EmbedsNodes { get; private set; }

    public int[]? FanOuts { get; private set; }

    protected override void Check()
    {
        if (PredictsLinks && EmbedsNodes)
            throw new UsageException("--links and --embed exclude each other.");
        var fitting = PredictsLinks ? LinkExperiment.Networks : EmbedsNodes ? EmbeddingExperiment.Networks : TrainerChoice.Names;
        if (Networks?.Except(fitting).FirstOrDefault() is { } other)
            throw new UsageException($"--network is {other}: expected {string.Join(", ", fitting)} here.");
    }
}
