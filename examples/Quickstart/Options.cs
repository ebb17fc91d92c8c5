using Examples;
using MLSeqGraph.Trainers;
using Quickstart.Data;

namespace Quickstart;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Trains a classifier or tagger of sequences in an ML.NET pipeline, evaluates, exports and scores it. "
        + "What isn't given is chosen by the kind and number of rows.")
    {
        AddData("train and test files, in a format of examples/README.md (default: a built-in set of series)");
        OneOf("--temporal-order", ["2", "3"], "generated: the order of so many symbols far apart (default 2)",
            text => TemporalOrder = int.Parse(text), alone: "2");
        Number("--hold-out", 0, 1, "test on this share of the training rows and leave the test rows alone: to choose options",
            number => HoldOut = number);
        OneOf<SequenceFormat>("--format", "what a line of the files is, where it isn't recognized", format => Roles = Roles with
        {
            Format = format,
        });
        Text("--label", "COLUMN", "column of the class or tag, where it isn't recognized: its number from 1, or its name in the header",
            column => Roles = Roles with { Label = column });
        Text("--text", "COLUMN", "column of the sentence or word", column => Roles = Roles with { Text = column });
        Flag("--decimal-comma", "numbers have a comma for a decimal point", () => Roles = Roles with { DecimalComma = true });
        AddNetwork(TrainerChoice.Networks, string.Join(", ", TrainerChoice.Networks) + "; by default what suits the rows");
        AddTraining();
        AddHidden();
        Whole("--embedding", 1, "values of the vector of a token", number => EmbeddingSize = number);
        OneOf<Pooling>("--pooling", "how steps become one vector", pooling => Pooling = pooling);
        Flag("--one-way", "read sequences from their start only, not from both ends; not for transformer", () => Bidirectional = false);
        Whole("--heads", 1, "attention heads of a transformer; they divide --hidden", number => Heads = number);
        OneOf<PositionEncoding>("--positions", "how a transformer knows positions", positions => Positions = positions);
        Whole("--pretrain", 1, "on tokens: also trains from weights pre-trained for N epochs to tell masked tokens of the training rows",
            number => PretrainEpochs = number);
        AddSeeds();
        AddThreads();
        AddResults("models and pictures");
    }

    public int? TemporalOrder { get; private set; }

    public double? HoldOut { get; private set; }

    public Roles Roles { get; private set; } = new();

    public int? EmbeddingSize { get; private set; }

    public Pooling? Pooling { get; private set; }

    public bool? Bidirectional { get; private set; }

    public int? Heads { get; private set; }

    public PositionEncoding? Positions { get; private set; }

    public int? PretrainEpochs { get; private set; }

    protected override void Check()
    {
        if (Data is not null && TemporalOrder is not null)
            throw new UsageException("--data and --temporal-order exclude each other.");
    }
}
