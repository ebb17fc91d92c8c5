using Examples;

namespace Physics.Data;

/// <summary>A folder with a table of particles over time (<see cref="TrajectoryFile"/>).</summary>
internal static class ParticleFolder
{
    // Neighbors of a particle, where no radius is given.
    private const int Neighbors = 8;

    // Of these two thirds are trained on where there are no further runs.
    private const int SharesOfRun = 6;

    /// <summary>
    /// Reads it. The last run is the test and the one before chooses the epoch; of a single run, the last parts of its steps.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="radius">Within which particles are linked; null for one that gives about 8 neighbors.</param>
    /// <param name="frames">Times that one step needs.</param>
    /// <exception cref="InvalidDataException">There is no such table, a line has other fields, or runs are too short.</exception>
    internal static ParticleData Load(string folder, double? radius, int frames)
    {
        var table = TrajectoryFile.In(folder, nameof(Physics), TrajectoryFile.OfParticles, out _);
        var (runs, dimensions) = TrajectoryFile.Read(table, TrajectoryFile.OfParticles);
        // Of one run or two, parts of each: a sixth has what a whole run needs.
        var needed = (frames + 2) * (runs.Length < 3 ? SharesOfRun : 1);
        if (runs.FirstOrDefault(run => run.Times.Length < needed) is { } brief)
            throw new InvalidDataException($"{table.Path}: {(brief.Run.Length > 0 ? $"run {brief.Run}" : "the run")} has "
                + $"{brief.Times.Length} times, expected at least {needed}"
                + (runs.Length < 3 ? $", {frames + 2} for each sixth: of fewer than 3 runs the last sixths choose the epoch and test" : "")
                + (frames > 2 ? "; a lower --history needs fewer." : "."));
        int[] counts = [.. runs.Select(run => run.Times[0].Length / dimensions).Order()];
        string[] remarks = [.. TrajectoryFile.Unread(folder, table, null, $"only {Path.GetFileName(table.Path)}"),
            .. counts[0] == counts[^1] ? [] : (string[])[$"{Path.GetFileName(table.Path)}: runs have {counts[0]:N0} to {counts[^1]:N0} "
                + "particles"]];
        if (runs.Length < 3)
            runs = [.. runs.SelectMany(Parts)];
        double[] lower = [.. Enumerable.Range(0, dimensions).Select(axis => Coordinates(axis).Min())],
            upper = [.. Enumerable.Range(0, dimensions).Select(axis => Coordinates(axis).Max())];
        // An axis in which nothing moves has no walls to speak of.
        for (var axis = 0; axis < dimensions; axis++)
            if (lower[axis] == upper[axis])
                (lower[axis], upper[axis]) = (lower[axis] - 1, upper[axis] + 1);
        return new(new DirectoryInfo(folder).Name, dimensions, runs[..^2], [runs[^2]], [runs[^1]], radius ?? Usual(runs[0].Times[^1]),
            lower, upper) { Remarks = remarks };

        IEnumerable<double> Coordinates(int axis) => runs.SelectMany(run => run.Times).SelectMany(time =>
            time.Where((_, i) => i % dimensions == axis));

        double Usual(double[] positions)
        {
            var count = positions.Length / dimensions;
            // By itself a particle has the walls alone: a tenth of the way between them.
            if (count == 1)
                return upper.Zip(lower, (high, low) => high - low).Max() / 10;
            var edges = MLSeqGraph.Transforms.NeighborGraph.Nearest(positions, dimensions, Math.Min(Neighbors, count - 1));
            var differences = MLSeqGraph.Transforms.NeighborGraph.Differences(positions, dimensions, edges);
            var mean = edges.Length == 0 ? 0 : differences.Where((_, i) => i % (dimensions + 1) == dimensions).Average();
            return mean > 0 ? 1.3 * mean : throw new InvalidDataException($"{table.Path}: the particles of the first run's last step have "
                + "no distance from each other, which --radius has to give.");
        }
    }

    // Two thirds to train on, a sixth that chooses the epoch and one that tests.
    private static Trajectory[] Parts(Trajectory run)
    {
        int first = run.Times.Length * (SharesOfRun - 2) / SharesOfRun, second = run.Times.Length * (SharesOfRun - 1) / SharesOfRun;
        return [run with { Times = run.Times[..first] }, run with { Times = run.Times[first..second] },
            run with { Times = run.Times[second..] }];
    }
}
