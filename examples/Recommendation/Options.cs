using Examples;

namespace Recommendation;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal static readonly string[] Names = ["recent", "mf", "lightgcn", "bpr"];

    internal Options() : base("Recommends items to users: each user's last item is to be found among all that the user doesn't have, and "
        + "each user's last tenth of the ratings is predicted. What isn't given is chosen by network and data.")
    {
        AddData("a file with columns of users and items, perhaps ratings and times, and one of items with titles and further "
            + "columns, their features (default: generated tastes)");
        AddNetwork(Names, "recent (matrix factorization with the last items of a user), mf (without), lightgcn, "
            + "bpr (by pairs) (default recent)");
        AddTraining("pairs in each step");
        Whole("--width", 1, "numbers of a vector", number => VectorSize = number);
        Number("--decay", 0, 10, "regularization of vectors", number => Decay = number);
        Whole("--recent", 1, "how many of a user's last items the network recent reads", number => Recent = number);
        Flag("--validate", "test on the items and ratings before the last, which are then left out, to choose settings by",
            () => Validates = true);
        Flag("--no-features", "leave out what is known of items beside their names", () => IgnoresFeatures = true);
        Flag("--only-ratings", "predict ratings alone", () => OnlyRatings = true);
        Flag("--only-items", "recommend items alone", () => OnlyItems = true);
        AddSeeds();
        AddThreads();
        AddResults("models");
    }

    public int? VectorSize { get; private set; }

    public float? Decay { get; private set; }

    public int? Recent { get; private set; }

    public bool Validates { get; private set; }

    public bool IgnoresFeatures { get; private set; }

    public bool OnlyRatings { get; private set; }

    public bool OnlyItems { get; private set; }
}
