using Examples;

namespace Pronunciation;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Trains networks that say how words are pronounced, letter by letter into phonemes. What isn't given is "
        + "chosen by the number of words.")
    {
        AddData("train.tsv, val.tsv and test.tsv with a word, its phonemes, perhaps the same with stress, and perhaps further "
            + "pronunciations (default: an invented spelling)");
        AddNetwork(Translators.Names, $"{Translators.Description}; default attention");
        AddTraining();
        AddWidth();
        Number("--smoothing", 0, 1, "label smoothing (default 0.1)", number => Smoothing = number);
        AddSeeds();
        AddThreads();
        Whole("--beam", 1, "beams when writing phonemes (default 5)", number => Beam = number);
        AddResults("models and pictures");
    }

    public float Smoothing { get; private set; } = 0.1f;

    public int Beam { get; private set; } = 5;
}
