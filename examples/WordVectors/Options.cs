using Examples;
using MLSeqGraph.Trainers;

namespace WordVectors;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Learns vectors of words, answers analogies by them, writes them to files that other programs read, draws "
        + "them, and starts a classifier of sentences from them.")
    {
        Text("--data", "FOLDERS", "folders of text files, or files, with commas between them (default: invented sentences)",
            paths => Paths = paths.Split(','));
        Existing("--questions", "FILE", "analogies, four words a line (default: some of common English words)", path => Questions = path);
        Existing("--classify", "FOLDER", "train.tsv and test.tsv, a class first and a sentence last, for a classifier from the vectors",
            path => Classify = path);
        AddNetwork(["skipgram", "cbow", "glove", "fasttext"], "skipgram, cbow, glove, fasttext (skip-gram with n-grams)");
        Whole("--epochs", 1, "passes over the sentences", number => Passes = number);
        Whole("--size", 1, "numbers of a vector (default 100; 32 for invented sentences)", number => Size = number);
        Whole("--window", 1, "the most words between two that are near each other (default 5)", number => Window = number);
        Whole("--minimum", 1, "words that occur less often are left out (default 5)", number => MinimumCount = number);
        Flag("--hierarchical", "hierarchical softmax in place of negative samples", () => Loss = WordVectorLoss.HierarchicalSoftmax);
        AddSeeds();
        AddThreads("threads (default: as many as there are processors)");
        AddResults("vectors, models and pictures");
    }

    public string[]? Paths { get; private set; }

    public string? Questions { get; private set; }

    public string? Classify { get; private set; }

    public int? Passes { get; private set; }

    public int? Size { get; private set; }

    public int Window { get; private set; } = 5;

    public int MinimumCount { get; private set; } = 5;

    public WordVectorLoss Loss { get; private set; }

    protected override void Check()
    {
        if (Paths?.FirstOrDefault(path => !Path.Exists(path)) is { } missing)
            throw new UsageException($"--data is {missing}: expected files or folders that exist, with commas between them.");
    }
}
