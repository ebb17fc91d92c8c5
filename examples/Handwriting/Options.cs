using Examples;

namespace Handwriting;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Trains a network that reads handwriting, stroke by stroke, without being told where each character stands. "
        + "What isn't given is chosen by the kind of writing.")
    {
        AddData("pen digits (train.csv, test.csv), which are strung into numbers, or fonts of strokes (glyphs.tsv), by which words are "
            + "written (default: generated digits)");
        AddNetwork(["lstm", "gru"], "lstm, gru; both read from both ends");
        OneOf("--subsampling", ["1", "2", "4"], "points of the pen that the network makes one step of before it goes on: "
            + "faster, and less exact (default 1)", text => Subsampling = int.Parse(text));
        AddTraining();
        AddHidden();
        AddSeeds();
        AddThreads();
        Whole("--beam", 1, "prefixes that beam search keeps, with a model of the training texts' characters (default 16)",
            number => Beam = number);
        AddResults("models and pictures");
    }

    public int Beam { get; private set; } = 16;

    public int Subsampling { get; private set; } = 1;
}
