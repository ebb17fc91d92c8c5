using Examples;
using MLSeqGraph.Trainers;

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
        Flag("--test-curve", "of a set that has folds: no validation rows; the one epoch counts whose test accuracy, averaged over the "
            + "folds, is highest, as in Xu et al. 2019: optimistic, but what most published figures are", () => TakesTestCurve = true);
        Text("--label", "COLUMN", "the column of the nodes' class or of the molecules' property, where it isn't recognized",
            column => Label = column);
        Text("--edges", "FILE", "the file of the folder that has the edges, where it isn't recognized", file => Edges = file);
        Flag("--decimal-comma", "numbers of molecules have a comma for a decimal point", () => DecimalComma = true);
        Flag("--links", "predict edges: 85 % to train on, 5 % to choose the epoch, 10 % to test on", () => PredictsLinks = true);
        Text("--calibrate", "KIND", "with --links: make probabilities hold for all pairs of nodes, "
            + "by the pairs that choose the epoch: platt or "
            + "isotonic", kind => Calibration = Enum.TryParse<LinkCalibration>(kind, ignoreCase: true, out var known) ? known
                : throw new UsageException($"--calibrate is {kind}: expected platt or isotonic."));
        Flag("--fill", "hide the attributes of a share of the nodes (--test-fraction) and fill them in, by a network and by means",
            () => FillsNodes = true);
        Flag("--embed", "learn a vector for each node without labels", () => EmbedsNodes = true);
        AddNetwork([.. TrainerChoice.Names.Union(WholeGraphs.Names), .. LinkExperiment.Networks, .. EmbeddingExperiment.Networks],
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

    public LinkCalibration Calibration { get; private set; }

    public bool TakesTestCurve { get; private set; }

    public string? Label { get; private set; }

    public string? Edges { get; private set; }

    public bool DecimalComma { get; private set; }

    public bool PredictsLinks { get; private set; }

    public bool FillsNodes { get; private set; }

    public bool EmbedsNodes { get; private set; }

    public int[]? FanOuts { get; private set; }

    protected override void Check()
    {
        if ((PredictsLinks ? 1 : 0) + (EmbedsNodes ? 1 : 0) + (FillsNodes ? 1 : 0) > 1)
            throw new UsageException("--links, --embed and --fill exclude each other.");
        string[] fitting = PredictsLinks ? LinkExperiment.Networks : EmbedsNodes ? EmbeddingExperiment.Networks
            : [.. TrainerChoice.Names, .. WholeGraphs.Names];
        if (Networks?.Except(fitting).FirstOrDefault() is { } other)
            throw new UsageException($"--network is {other}: expected {string.Join(", ", fitting)} here.");
    }
}
