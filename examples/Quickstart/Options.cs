using Examples;
using MLSeqGraph.Trainers;

namespace Quickstart;

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
          --network LIST           lstm, gru, rnn, transformer, or several of them: lstm,gru
          --epochs N   --batch N   --rate X   --hidden N   --layers N   --dropout X   --decay X   --embedding N
          --readout R              how steps become one vector: last, mean, max, attention
          --one-way                read sequences from their start only, not from both ends; not for transformer
          --heads N                attention heads of a transformer; they divide --hidden
          --positions P            how a transformer knows positions: none, sinusoidal, learned, rotary, relativebias
          --seed N                 decides initial weights, order of rows and dropout (default 1)
          --seeds N                repeats it all with this many seeds
          --pretrain N             on tokens: also trains from weights pre-trained for N epochs to tell masked tokens of the training rows
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

    public int? Heads { get; private set; }

    public PositionEncoding? Positions { get; private set; }

    public int? PretrainEpochs { get; private set; }

    public float? Dropout { get; private set; }

    public float? WeightDecay { get; private set; }

    public int? EmbeddingWidth { get; private set; }

    public Pooling? Pooling { get; private set; }

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
        var given = new Arguments(args);
        while (given.Next(out var name))
        {
            switch (name)
            {
                case "--data": options.Data = given.Text(); break;
                case "--temporal-order":
                    options.TemporalOrder = given.HasValue ? given.Whole(2) : 2;
                    break;
                case "--hold-out": options.HoldOut = given.Number(0, 1); break;
                case "--label-column": options.LabelColumn = given.Whole(1); break;
                case "--network": options.Networks = given.List("lstm", "gru", "rnn", TrainerChoice.Transformer); break;
                case "--epochs": options.Epochs = given.Whole(1); break;
                case "--batch": options.BatchSize = given.Whole(1); break;
                case "--rate": options.LearningRate = given.Positive(10); break;
                case "--hidden": options.Hidden = given.Whole(1); break;
                case "--layers": options.Layers = given.Whole(1); break;
                case "--pretrain": options.PretrainEpochs = given.Whole(1); break;
                case "--heads": options.Heads = given.Whole(1); break;
                case "--positions":
                    options.Positions = Enum.Parse<PositionEncoding>(given.OneOf("none", "sinusoidal", "learned", "rotary", "relativebias"), ignoreCase: true);
                    break;
                case "--dropout": options.Dropout = given.Number(0, 1); break;
                case "--decay": options.WeightDecay = given.Number(0, 10); break;
                case "--embedding": options.EmbeddingWidth = given.Whole(1); break;
                case "--readout":
                    options.Pooling = Enum.Parse<Pooling>(given.OneOf("last", "mean", "max", "attention"), ignoreCase: true);
                    break;
                case "--one-way": options.Bidirectional = false; break;
                case "--seed": options.Seed = given.Whole(0); break;
                case "--seeds": options.Seeds = given.Whole(1); break;
                case "--threads": options.Threads = given.Whole(0); break;
                case "--json": options.Json = given.Text(); break;
                case "--output": options.Output = given.Text(); break;
                case "--help" or "-h" or "-?": options.Help = true; break;
                default: throw given.Unknown();
            }
        }
        return options.Data is null || options.TemporalOrder is null
            ? options
            : throw new UsageException("--data and --temporal-order exclude each other.");
    }
}
