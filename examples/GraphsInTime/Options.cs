using Examples;

namespace GraphsInTime;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Forecasts the next value of every place of a network (stations, districts, road segments, regions of a "
        + "brain) from the last values of all of them, with the network's graph and without it.")
    {
        AddData("a table of times by places, and the graph or the coordinates of places (default: generated traffic)");
        AddNetwork(Forecaster.Names, $"{string.Join(", ", Forecaster.Names)}; none is the same network without edges, which is always "
            + "beside the others (default transformer)");
        AddTraining("times in each step");
        AddHidden();
        Whole("--window", 1, "last values of a place that are read (default 6)", number => Window = number);
        Whole("--test-steps", 1, "last times of the table that are forecast (default: a quarter of them)", number => TestSteps = number);
        Whole("--neighbors", 1, "nearest places that are linked where there are coordinates and no edges (default 6)",
            number => Neighbors = number);
        AddSeeds();
        AddThreads();
        AddResults("models and the picture");
    }

    public int Window { get; private set; } = 6;

    public int? TestSteps { get; private set; }

    public int Neighbors { get; private set; } = 6;
}
