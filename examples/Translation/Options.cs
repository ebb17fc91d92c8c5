using Examples;
using Translation.Data;

namespace Translation;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Trains translators of one sequence of tokens into another and translates with the exported models. "
        + "What isn't given is chosen by the amount of data.")
    {
        AddData("parallel text: train, val and test files with a suffix for each language, or tables of pairs (default: generated "
            + "numbers and dates)");
        OneOf("--task", SymbolTasks.Names, "what to do with 1 to 30 letters, generated", text => Task = text);
        Text("--from", "L", "suffix of the language to translate from (default de), or a column", text => From = text);
        Text("--to", "L", "suffix of the language to translate to (default en), or a column", text => To = text);
        Whole("--vocabulary", 256, "byte-pair tokens of each language (default 4000)", number => Vocabulary = number);
        AddNetwork(Translators.Names, $"{Translators.Description}; default transformer,attention");
        AddTraining();
        AddWidth();
        Number("--smoothing", 0, 1, "label smoothing", number => Smoothing = number);
        Number("--sampling", 0, 1, "scheduled sampling: how often a recurrent network reads its own last token in training",
            number => Sampling = number);
        AddSeeds();
        AddThreads();
        Whole("--beam", 1, "beams when translating (default 5)", number => Beam = number);
        AddResults("models and pictures");
    }

    public string? Task { get; private set; }

    public string From { get; private set; } = "de";

    public string To { get; private set; } = "en";

    public int Vocabulary { get; private set; } = 4000;

    public float? Smoothing { get; private set; }

    public float Sampling { get; private set; }

    public int Beam { get; private set; } = 5;

    protected override void Check()
    {
        if (Data is not null && Task is not null)
            throw new UsageException("--data and --task exclude each other.");
    }
}
