using System.Globalization;
using MLSeqGraph.Trainers;

namespace Quickstart;

/// <summary>An option that isn't one, or has a wrong value.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options
{
    internal const string Usage = """
        dotnet run --project examples/Quickstart [-- OPTIONS]

        Data (without these: a built-in set of series)
          --data FOLDER            train and test files; examples/README.md lists their formats
          --temporal-order [2|3]   the order of 2 or 3 symbols far apart, generated
          --hold-out FRACTION      test on this share of the training rows and leave the test rows alone: to choose options
          --label-column N         column of the class or tag, where it isn't the usual one

        Training (without these: chosen by the kind and number of rows)
          --network LIST           lstm, gru, rnn, or several of them: lstm,gru,rnn
          --epochs N   --batch N   --rate X   --hidden N   --layers N   --dropout X   --decay X   --embedding N
          --readout R              how steps become one vector: last, mean, max, attention
          --one-way                read sequences from their start only, not from both ends
          --seed N                 decides initial weights, order of rows and dropout (default 1)
          --seeds N                repeats it all with this many seeds
          --threads N              default: as ONNX Runtime likes

        Results
          --json FILE              what was measured, as one flat object
          --output FOLDER          where the model files go (default: a temporary folder)
        """;

    public string? Data { get; private set; }

    public int? TemporalOrder { get; private set; }

    public double? HoldOut { get; private set; }

    public int? LabelColumn { get; private set; }

    public string[]? Networks { get; private set; }

    public int? Epochs { get; private set; }

    public int? BatchSize { get; private set; }

    public float? LearningRate { get; private set; }

    public int? Hidden { get; private set; }

    public int? Layers { get; private set; }

    public float? Dropout { get; private set; }

    public float? WeightDecay { get; private set; }

    public int? EmbeddingWidth { get; private set; }

    public Readout? Readout { get; private set; }

    public bool? Bidirectional { get; private set; }

    public int Seed { get; private set; } = 1;

    public int Seeds { get; private set; } = 1;

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
                case "--temporal-order":
                    options.TemporalOrder = i + 1 < args.Length && args[i + 1] is "2" or "3" ? Whole(2) : 2;
                    break;
                case "--hold-out": options.HoldOut = Number(0, 1); break;
                case "--label-column": options.LabelColumn = Whole(1); break;
                case "--network": options.Networks = [.. Text().Split(',').Select(KnownNetwork)]; break;
                case "--epochs": options.Epochs = Whole(1); break;
                case "--batch": options.BatchSize = Whole(1); break;
                case "--rate": options.LearningRate = Number(0, 10); break;
                case "--hidden": options.Hidden = Whole(1); break;
                case "--layers": options.Layers = Whole(1); break;
                case "--dropout": options.Dropout = Number(-1e-9f, 1); break;
                case "--decay": options.WeightDecay = Number(-1e-9f, 10); break;
                case "--embedding": options.EmbeddingWidth = Whole(1); break;
                case "--readout":
                    options.Readout = Enum.TryParse<Readout>(Text(), ignoreCase: true, out var readout) && Enum.IsDefined(readout)
                        ? readout
                        : throw new UsageException($"{name} is {args[i]}: expected last, mean, max or attention.");
                    break;
                case "--one-way": options.Bidirectional = false; break;
                case "--seed": options.Seed = Whole(0); break;
                case "--seeds": options.Seeds = Whole(1); break;
                case "--threads": options.Threads = Whole(0); break;
                case "--json": options.Json = Text(); break;
                case "--output": options.Output = Text(); break;
                case "--help" or "-h" or "-?": options.Help = true; break;
                default: throw new UsageException($"Option {name} is not known.");
            }
        }
        return options.Data is null || options.TemporalOrder is null
            ? options
            : throw new UsageException("--data and --temporal-order exclude each other.");
    }

    private static string KnownNetwork(string name) => name is "lstm" or "gru" or "rnn"
        ? name
        : throw new UsageException($"Network '{name}' is not known: expected lstm, gru or rnn.");
}
