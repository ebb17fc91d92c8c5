using Examples;

namespace Speech;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Trains networks that tell spoken words from each other and write down strings of digits, on synthesized "
        + "speech: that of espeak-ng where it is installed, else tones.")
    {
        AddData("real recordings to test on: index.tsv and a folder wav");
        AddNetwork(["conformer", "lstm"], "conformer, lstm");
        OneOf("--words", ["10", "35"], "how many words there are: digits, or the commands of Speech Commands (default 10)",
            text => Words = int.Parse(text));
        Whole("--voices", 2, "voices, of which a fifth is held out (default 46)", number => Voices = number);
        Whole("--strings", 0, "strings of digits to train on, 0 for none (default 1500)", number => Strings = number);
        OneOf("--decoder", ["ctc", "attention"], "what writes strings: labels without places (CTC), or a decoder that looks at the sound "
            + "(default ctc)", text => HasAttention = text == "attention");
        OneOf("--subsampling", ["1", "2", "4"], "steps of 30 ms that the network makes one of before it goes on (default 2)",
            text => Subsampling = int.Parse(text));
        AddTraining();
        AddHidden();
        AddSeeds();
        AddThreads();
        AddResults("models and pictures");
    }

    public int Words { get; private set; } = 10;

    public int Voices { get; private set; } = 46;

    public int Strings { get; private set; } = 1500;

    public bool HasAttention { get; private set; }

    public int Subsampling { get; private set; } = 2;
}
