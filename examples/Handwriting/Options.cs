using Examples;

namespace Handwriting;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Trains a network that reads handwriting, stroke by stroke, without being told where each character stands, "
        + "and perhaps one that writes. What isn't given is chosen by the kind of writing.")
    {
        AddData("pen digits (train.csv, test.csv), which are strung into numbers, or fonts of strokes (glyphs.tsv), by which words are "
            + "written (default: generated digits)");
        SomeOf("--task", [Read, Write], "read, write, with a comma between them: with both, what is written is read, too (default read)",
            names => Tasks = names);
        AddNetwork(["lstm", "gru"], "lstm, gru, that read, from both ends");
        OneOf("--subsampling", ["1", "2", "4"], "points of the pen that the network makes one step of before it goes on: "
            + "faster, and less exact (default 1)", text => Subsampling = int.Parse(text));
        AddTraining();
        AddHidden();
        Number("--bias", 0, 10, "how regularly the network writes that writes, 0 like the lines it was trained on (default 1)",
            number => Bias = number);
        AddSeeds();
        AddThreads();
        Whole("--beam", 1, "prefixes that beam search keeps, with a model of the training texts' characters (default 16)",
            number => Beam = number);
        AddResults("models and pictures");
    }

    internal const string Read = "read", Write = "write";

    public string[] Tasks { get; private set; } = [Read];

    /// <summary>How regularly the network writes: 0 like the lines it was trained on.</summary>
    public float Bias { get; private set; } = 1;

    protected override void Check()
    {
        if (!Tasks.Contains(Read))
            Refuse($"is for --task {Read}; nothing reads with --task {Write}.", "--network", "--beam", "--subsampling");
        if (!Tasks.Contains(Write))
            Refuse($"is for --task {Write}; nothing writes without it.", "--bias");
    }

    public int Beam { get; private set; } = 16;

    public int Subsampling { get; private set; } = 1;
}
