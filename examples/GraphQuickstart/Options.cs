using Examples;

namespace GraphQuickstart;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options
{
    internal const string Usage = """
        dotnet run --project examples/GraphQuickstart [-- OPTIONS]

        Data (without it: Zachary's karate club, built in)
          --data FOLDER            a graph of nodes, a relational graph, or many graphs: examples/README.md lists the formats
          --test-fraction X        the share of nodes to test on, where the folder has no split (default 0.2)
          --hold-out X             test on this share of the training nodes and leave the test nodes alone: to choose options

        Training (without these: chosen by network and data)
          --links                  predict edges: 85 % to train on, 5 % to choose the epoch, 10 % to test on
          --embed                  learn a vector a node without labels
          --network LIST           gcn, gat, gatv2, sage, gin, appnp, sgc, rgcn, or several of them: gcn,gat;
                                   with --links: vgae, gae, distmult, perceptron; with --embed: deepwalk, node2vec, graphsage
          --epochs N   --rate X   --hidden N   --layers N   --dropout X   --decay X
          --batch N                with --fan-outs: training nodes a step (default 512)
          --fan-outs LIST          so many sampled neighbors in a layer: 10,10
          --seed N                 decides initial weights and dropout (default 1)
          --seeds N                repeats it all with this many seeds
          --folds N                of a set that has folds, the first N (default: all)
          --threads N              default: 1 for a small graph of nodes, else as ONNX Runtime likes

        Results
          --json FILE              what was measured, as one flat object
          --output FOLDER          where the model and, of a small graph with classes, the picture go (default: a temporary folder)
        """;

    public string? Data { get; private set; }

    public float TestFraction { get; private set; } = 0.2f;

    public float? HoldOut { get; private set; }

    public bool PredictsLinks { get; private set; }

    public bool EmbedsNodes { get; private set; }

    public int? BatchSize { get; private set; }

    public int[]? FanOuts { get; private set; }

    public string[]? Networks { get; private set; }

    public int? Epochs { get; private set; }

    public float? LearningRate { get; private set; }

    public int? Hidden { get; private set; }

    public int? Layers { get; private set; }

    public float? Dropout { get; private set; }

    public float? WeightDecay { get; private set; }

    public int Seed { get; private set; } = 1;

    public int Seeds { get; private set; } = 1;

    public int Folds { get; private set; } = int.MaxValue;

    public int Threads { get; private set; }

    public string? Json { get; private set; }

    public string? Output { get; private set; }

    public bool Help { get; private set; }

    internal static Options Parse(string[] args)
    {
        var options = new Options();
        var given = new Arguments(args);
        while (given.Next(out var name))
        {
            switch (name)
            {
                case "--data": options.Data = given.Text(); break;
                case "--test-fraction": options.TestFraction = given.Number(0, 1); break;
                case "--hold-out": options.HoldOut = given.Positive(1); break;
                case "--links": options.PredictsLinks = true; break;
                case "--embed": options.EmbedsNodes = true; break;
                case "--batch": options.BatchSize = given.Whole(1); break;
                case "--fan-outs": options.FanOuts = given.Wholes(1); break;
                case "--network": options.Networks = given.Text().Split(','); break;
                case "--epochs": options.Epochs = given.Whole(1); break;
                case "--rate": options.LearningRate = given.Positive(10); break;
                case "--hidden": options.Hidden = given.Whole(1); break;
                case "--layers": options.Layers = given.Whole(1); break;
                case "--dropout": options.Dropout = given.Number(0, 1); break;
                case "--decay": options.WeightDecay = given.Number(0, 10); break;
                case "--seed": options.Seed = given.Whole(0); break;
                case "--seeds": options.Seeds = given.Whole(1); break;
                case "--folds": options.Folds = given.Whole(1); break;
                case "--threads": options.Threads = given.Whole(0); break;
                case "--json": options.Json = given.Text(); break;
                case "--output": options.Output = given.Text(); break;
                case "--help" or "-h" or "-?": options.Help = true; break;
                default: throw given.Unknown();
            }
        }
        if (options.PredictsLinks && options.EmbedsNodes)
            throw new UsageException("--links and --embed exclude each other.");
        var fitting = options.PredictsLinks ? LinkExperiment.Networks : options.EmbedsNodes ? EmbeddingExperiment.Networks : TrainerChoice.Names;
        if (options.Networks?.Except(fitting).FirstOrDefault() is { } other)
            throw new UsageException($"--network is {other}: expected {string.Join(", ", fitting)} here.");
        return options;
    }
}
