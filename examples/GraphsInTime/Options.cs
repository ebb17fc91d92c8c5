using Examples;

namespace GraphsInTime;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal const string Traffic = "traffic", Events = "events", Trips = "eta", Brains = "brains";

    // Options that one of the tasks reads and others don't.
    private static readonly string[] OfForecasts = ["--window", "--test-steps", "--neighbors", "--members"],
        OfEvents = ["--history", "--negatives"],
        OfTraining = ["--network", "--epochs", "--batch", "--rate", "--layers", "--dropout", "--hidden", "--decay", "--seed", "--seeds",
            "--threads"];

    internal Options() : base("Graphs that change with time. Forecasts the next value of every place of a network (stations, districts, "
        + "road segments, regions of a brain) from the last values of all of them, with the network's graph and without it; or says which "
        + "events come next between nodes; or predicts how long trips on roads take.")
    {
        AddData("a folder, or a file of it: a table of times by places, and the graph or the coordinates of places; a table of timed "
            + "events; or roads and trips (default: generated data)");
        OneOf("--task", [Traffic, Events, Trips, Brains], "what is generated where there is no folder: traffic, the default; "
            + "events, messages by a known rule; eta, trips on roads with queues that spread; brains, signals of regions in two classes of "
            + "people (with a folder: which regions of its table move together)", name => Task = name);
        AddNetwork([.. ((string[])[.. Forecaster.Names, .. EventExperiment.Names, .. TripPredictor.Names, .. BrainExperiment.Names])
            .Distinct()], $"for values {string.Join(", ", Forecaster.Names)}; none is the same network without edges, which is always "
            + "beside the others, learned finds out which places are connected, both has learned and given connections (default "
            + $"transformer); for events {string.Join(", ", EventExperiment.Names)} (default tgn); for trips "
            + $"{string.Join(", ", TripPredictor.Names)} (default sage); for brains {string.Join(", ", BrainExperiment.Names)} (default "
            + "convolution)");
        AddTraining("times, or questions, in each step");
        AddHidden();
        Whole("--window", 1, "last values of a place that are read (default 3)", number => Window = number);
        Whole("--test-steps", 1, "last times of the table that are forecast (default: a quarter of them)", number => TestSteps = number);
        Whole("--neighbors", 1, "nearest places that are linked where there are coordinates and no edges (default 6)",
            number => Neighbors = number);
        Whole("--members", 1, "networks whose mean forecasts the values (default 3)", number => Members = number);
        Whole("--history", 1, "last events of a node that are read (default 20)", number => History = number);
        Whole("--negatives", 1, "other candidates for each event that is trained on (default 10)", number => Negatives = number);
        AddSeeds();
        AddThreads();
        AddResults("models and the picture");
    }

    /// <summary>What was asked for; null where the command line doesn't say.</summary>
    public string? Task { get; private set; }

    public int Window { get; private set; } = 3;

    public int? TestSteps { get; private set; }

    public int Neighbors { get; private set; } = 6;

    public int Members { get; private set; } = 3;

    public int History { get; private set; } = 20;

    public int Negatives { get; private set; } = 10;

    protected override void Check()
    {
        if (Data is not null && Task is not (null or Brains))
            throw new UsageException($"--task {Task} generates data: leave --data out. A folder is read as what it has; --task brains says "
                + "which regions of its table move together.");
    }

    /// <summary>Refuses what a task doesn't read or have, before anything is read or trained.</summary>
    /// <param name="task">The task of what is generated, or of what a folder has.</param>
    /// <exception cref="UsageException">An option or a network is for another task.</exception>
    internal void CheckFor(string task)
    {
        if (Task is not null && Task != task)
            throw new UsageException($"--task {Task} is for a table of regions over time; {Data} has "
                + (task == Events ? "timed events." : "roads and trips."));
        if (task == Brains && Data is not null)
        {
            Refuse("isn't read for the regions of a recording: nothing is trained.", [.. OfTraining, .. OfForecasts, .. OfEvents]);
            return;
        }
        var (what, unread, networks) = task switch
        {
            Events => ("events", (string[])[.. OfForecasts, "--layers"], EventExperiment.Names),
            Trips => ("trips", [.. OfForecasts, .. OfEvents], TripPredictor.Names),
            Brains => ("signals of brains", [.. OfForecasts, .. OfEvents], BrainExperiment.Names),
            _ => ("forecasts of places", OfEvents, Forecaster.Names),
        };
        NetworksOf(networks, "");
        Refuse($"isn't read for {what}.", unread);
        if (task is Traffic)
            RequireMultiple(4, "heads of the transformer, which without the graph is beside every network");
        if (task is Events && Networks?.Contains("tgn") != false)
            RequireMultiple(2, "heads of tgn");
        if (task == Traffic && Data is null)
            Refuse("is for places with coordinates: the roads of generated traffic are known.", "--neighbors");
        if (task == Events && Networks?.Contains("tgn") == false)
            Refuse("isn't read by --network jodie.", "--dropout");
    }

    /// <summary>The networks asked for, of those that a task has.</summary>
    /// <exception cref="UsageException">One is for another task.</exception>
    internal string[] NetworksOf(string[] known, string byDefault) => Networks is null ? [byDefault]
        : Array.Find(Networks, name => !known.Contains(name)) is { } other
            ? throw new UsageException($"--network {other} isn't for this task; expected {string.Join(", ", known)}.")
            : Networks;
}
