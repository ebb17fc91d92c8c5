using System.Globalization;

namespace GraphQuickstart;

/// <summary>An option that isn't one, or has a wrong value.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options
{
    internal const string Usage = """
        dotnet run --project examples/GraphQuickstart [-- OPTIONS]

        Data (without it: Zachary's karate club, built in)
          --data FOLDER            a graph of nodes, a relational graph, or many graphs: examples/README.md lists the formats
          --test-fraction X        the share of nodes to test on, where the folder has no split (default 0.2)

        Training (without these: chosen by network and data)
          --network LIST           gcn, gat, gatv2, sage, gin, appnp, sgc, rgcn, or several of them: gcn,gat
          --epochs N   --rate X   --hidden N   --layers N   --dropout X   --decay X
          --seed N                 decides initial weights and dropout (default 1)
          --seeds N                repeats it all with this many seeds
          --folds N                of a set that has folds, the first N (default: all)
          --threads N              default: 1 for a small graph of nodes, else as ONNX Runtime likes

        Results
          --json FILE              what was measured, as one flat object
          --output FOLDER          where the model and the picture go (default: a temporary folder)
        """;

    public string? Data { get; private set; }

    public float TestFraction { get; private set; } = 0.2f;

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
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i];
            string Text() => i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal)
                ? args[++i]
                : throw new UsageException($"{name} needs a value.");
            int Whole(int least) => int.TryParse(Text(), CultureInfo.InvariantCulture, out var value) && value >= least
                ? value
                : throw new UsageException($"{name} is {args[i]}: expected a whole number of at least {least}.");
            float Number(float above, float below) => float.TryParse(Text(), CultureInfo.InvariantCulture, out var value) && value > above && value < below
                ? value
                : throw new UsageException($"{name} is {args[i]}: expected a number above {above} and below {below}.");
            switch (name)
            {
                case "--data": options.Data = Text(); break;
                case "--test-fraction": options.TestFraction = Number(0, 1); break;
                case "--network": options.Networks = Text().Split(','); break;
                case "--epochs": options.Epochs = Whole(1); break;
                case "--rate": options.LearningRate = Number(0, 10); break;
                case "--hidden": options.Hidden = Whole(1); break;
                case "--layers": options.Layers = Whole(1); break;
                case "--dropout": options.Dropout = Number(-1e-9f, 1); break;
                case "--decay": options.WeightDecay = Number(-1e-9f, 10); break;
                case "--seed": options.Seed = Whole(0); break;
                case "--seeds": options.Seeds = Whole(1); break;
                case "--folds": options.Folds = Whole(1); break;
                case "--threads": options.Threads = Whole(0); break;
                case "--json": options.Json = Text(); break;
                case "--output": options.Output = Text(); break;
                case "--help" or "-h" or "-?": options.Help = true; break;
                default: throw new UsageException($"Option {name} is not known.");
            }
        }
        foreach (var network in options.Networks ?? [])
            TrainerChoice.Check(network);
        return options;
    }
}
