using Examples;

namespace StateSpace;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal static readonly string[] All = ["hmm", "lds", "esn", "lstm"];

    internal Options() : base("Fits hidden Markov models, linear dynamical systems and echo state networks in an ML.NET pipeline. "
        + "Without data: a generated chain of states, a level under noise, and the Mackey-Glass series.")
    {
        AddData("sequences with classes or tags, as the Quickstart reads them, or one file with a series of numbers");
        AddNetwork(All, "hmm, lds (series), esn (series of numbers), lstm (for comparison, with classes or tags)");
        Whole("--epochs", 1, "passes over the data for an lstm; the most steps of fitting for hmm and lds", number => Passes = number);
        Whole("--states", 1, "hidden states of a model", number => States = number);
        Flag("--left-right", "states of a hidden Markov model follow one another", () => LeftRight = true);
        Whole("--mixtures", 1, "Gaussian distributions of each state", number => Mixtures = number);
        Whole("--period", 2, "steps of a season of a series", number => Period = number);
        Flag("--trend", "a series has a slope", () => Trend = true);
        Whole("--units", 1, "units of each reservoir", number => Units = number);
        Positive("--radius", 10, "spectral radius of a reservoir", number => Radius = number);
        AddSeeds();
        AddThreads();
        AddResults("models");
    }

    public int? Passes { get; private set; }

    public int? States { get; private set; }

    public bool LeftRight { get; private set; }

    public int Mixtures { get; private set; } = 1;

    public int Period { get; private set; }

    public bool Trend { get; private set; }

    public int? Units { get; private set; }

    public float? Radius { get; private set; }
}
