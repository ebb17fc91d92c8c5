using Examples;

namespace TextToText;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Trains one network of T5's form for several tasks, told apart by the words in front of a text, after it "
        + "restored hidden spans of texts without answers, and without that.")
    {
        AddData("train.tsv and test.tsv of task, text and answer, and perhaps unlabelled.txt, a text a line (default: words are turned "
            + "around, spelled plurals and next numbers, by rules)");
        AddNetwork(["pretrained", "random"], "pretrained on hidden spans, or random weights; both by default");
        Whole("--labelled", 10, "generated texts with answers of each task (default 600)", number => Labelled = number);
        Whole("--unlabelled", 10, "generated texts without answers (default 6000)", number => Unlabelled = number);
        Whole("--span-epochs", 1, "passes over texts whose spans are hidden (default 6)", number => SpanEpochs = number);
        AddTraining();
        AddWidth();
        AddSeeds();
        AddThreads();
        AddResults("models and pictures");
    }

    public int Labelled { get; private set; } = 600;

    public int Unlabelled { get; private set; } = 6000;

    public int SpanEpochs { get; private set; } = 6;
}
