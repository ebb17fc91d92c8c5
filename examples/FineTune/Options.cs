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
        Flag("--pairs", "of pairs of sentences, by default built-in ones about things of one kind or of two", () => IsPairs = true);
        Text("--second", "COLUMN", "of --pairs: column of the second sentence, where it isn't recognized", column => Second = column);
        AddNetwork(All, "full, lora, frozen, scratch");
        AddTraining();
        Whole("--rank", 1, "rank of the adapters of lora (default 8)", number => Rank = number);
        Whole("--frozen-layers", 0, "of full: layers from the input on that stay as they are", number => FrozenLayers = number);
        Number("--layer-decay", float.Epsilon, 1, "of full and lora: a layer's learning rate relative to that of the next (default 1)",
            number => LayerDecay = number);
        Flag("--recompute", "compute parts of the forward pass again in the backward pass: less memory, more time",
            () => Recomputes = true);
        Whole("--length", 3, "most tokens of a sentence, the rest is cut off (default 128)", number => Length = number);
        Existing("--model", "FILE", "another model of BERT's kind, an ONNX file", path => Model = path);
        Existing("--vocabulary", "FILE", "its vocab.txt (default: the file of that name beside the model)", path => Vocabulary = path);
        Existing("--search", "FILE", "find the texts of a file, one in each line, that are nearest to --query; nothing is trained",
            path => SearchFile = path);
        Text("--query", "TEXT", "what --search looks for", text => Query = text);
        AddSeeds();
        AddThreads();
        AddResults("models and adapters");
    }

    public double? HoldOut { get; private set; }

    public bool IsPairs { get; private set; }

    public string? Second { get; private set; }

    public Roles Roles { get; private set; } = new(SequenceFormat.Sentences);

    public int Rank { get; private set; } = 8;

    public int FrozenLayers { get; private set; }

    public float LayerDecay { get; private set; } = 1;

    public bool Recomputes { get; private set; }

    public int Length { get; private set; } = 128;

    public string? SearchFile { get; private set; }

    public string? Query { get; private set; }

    public string? Model { get; private set; }

    public string? Vocabulary { get; private set; }

    protected override void Check()
    {
        if ((SearchFile is null) != (Query is null))
            throw new UsageException("--search FILE and --query TEXT go together.");
        if (SearchFile is not null && (Data is not null || Networks is not null))
            throw new UsageException("--search takes its texts from a file and trains nothing: leave --data and --network out.");
        if (Second is not null && !IsPairs)
            throw new UsageException("--second is for --pairs.");
        if (Vocabulary is not null && Model is null)
            throw new UsageException("--vocabulary is for --model.");
    }
}
