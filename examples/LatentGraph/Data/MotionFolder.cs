using Examples;

namespace LatentGraph.Data;

/// <summary>
/// A folder with a table of bodies over time (<see cref="TrajectoryFile"/>), and perhaps one of which act on each other: a header with
/// <c>run</c> (optional), <c>from</c> and <c>to</c>, or any other names of an edge's ends, and a line for each link of bodies.
/// </summary>
internal static class MotionFolder
{
    /// <summary>Reads it; long runs are cut into motions of as many steps. Velocities are the differences of positions.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="steps">Times of a motion.</param>
    /// <exception cref="InvalidDataException">There is no such table, a line has other fields, or there are too few steps.</exception>
    internal static MotionSet Load(string folder, int steps)
    {
        var table = TrajectoryFile.In(folder, nameof(LatentGraph), TrajectoryFile.OfBodies, out var others);
        string[] remarks = [];
        var (runs, dimensions) = TrajectoryFile.Read(table, TrajectoryFile.OfBodies);
        if (runs.FirstOrDefault(run => run.Bodies.Length < 2) is { } lone)
            throw new InvalidDataException($"{table.Path}: {(lone.Run.Length > 0 ? $"run {lone.Run}" : "the run")} has "
                + $"{lone.Bodies.Length} body, expected two or more, which may act on each other.");
        var file = others.FirstOrDefault(IsOfLinks);
        var links = file is null ? null : Links(file, runs, out remarks);
        Motion[] motions = [.. runs.SelectMany(run => Parts(run, dimensions, steps, links?[run.Run]))];
        if (motions.Length < 10)
            throw new InvalidDataException($"{table.Path}: there are {motions.Length} motions of {steps} steps, expected 10 or more; "
                + "--steps asks for fewer steps.");
        int test = Math.Max(2, motions.Length / 5), validation = Math.Max(2, motions.Length / 10);
        return new(new DirectoryInfo(folder).Name, 2 * dimensions, dimensions, motions[..^(test + validation)],
            motions[^(test + validation)..^test], motions[^test..])
        {
            Remarks = [.. TrajectoryFile.Unread(folder, table, file, Path.GetFileName(table.Path)
                + (file is null ? ", and a table of links that names two ends," : $" and {Path.GetFileName(file.Path)}")),
                .. remarks, .. Cut(runs, steps)],
        };
    }

    // The first time of each run gives a velocity alone.
    private static string[] Cut(Trajectory[] runs, int steps)
    {
        int all = runs.Sum(run => run.Times.Length - 1), read = runs.Sum(run => (run.Times.Length - 1) / steps * steps);
        var motions = read / steps;
        return read == all ? [] : [$"--steps {steps}: {read:N0} of {all:N0} times are read, in {motions:N0} motions of {steps}; what is "
            + "left at the end of a run is shorter than a motion"];
    }

    private static IEnumerable<Motion> Parts(Trajectory run, int dimensions, int steps, bool[,]? isLinked)
    {
        // Velocities need a step before.
        for (var first = 1; first + steps <= run.Times.Length; first += steps)
            yield return new([.. Enumerable.Range(first, steps).Select(time => Enumerable.Range(0, run.Times[time].Length / dimensions)
                .SelectMany(body => Enumerable.Range(0, 2 * dimensions).Select(i => i < dimensions
                    ? (float)run.Times[time][body * dimensions + i]
                    : (float)(run.Times[time][body * dimensions + i - dimensions]
                        - run.Times[time - 1][body * dimensions + i - dimensions]))).ToArray())], isLinked);
    }

    private static bool IsOfLinks(Table table) => Ends(table.Rows.First().Values) is { From: >= 0, To: >= 0 };

    private static (int Run, int From, int To) Ends(string[] header) => (TrajectoryFile.Find(header, ["run", "trajectory", "simulation"]),
        TrajectoryFile.Find(header, ["from", "source"]), TrajectoryFile.Find(header, ["to", "target"]));

    private static Dictionary<string, bool[,]> Links(Table table, Trajectory[] runs, out string[] remarks)
    {
        int repeated = 0, loops = 0, kept = 0;
        var (run, from, to) = Ends(table.Rows.First().Values);
        var links = runs.ToDictionary(of => of.Run, of => new bool[of.Bodies.Length, of.Bodies.Length]);
        foreach (var row in table.Rows.Skip(1))
        {
            row.Require(table.Rows.First().Values.Length);
            Trajectory[] of = run < 0 ? runs : [.. runs.Where(known => known.Run == row.Values[run].Trim())];
            if (of.Length == 0)
                throw row.Error($"'{row.Values[run].Trim()}' is no run of the table of bodies");
            var (isNew, isLoop) = (false, false);
            foreach (var one in of)
            {
                var (target, source) = (Number(row, to, one), Number(row, from, one));
                isLoop = target == source;
                isNew |= !isLoop && !links[one.Run][target, source];
                links[one.Run][target, source] |= !isLoop;
            }
            (loops, kept, repeated) = isLoop ? (loops + 1, kept, repeated) : isNew ? (loops, kept + 1, repeated)
                : (loops, kept, repeated + 1);
        }
        remarks = [.. Unread.Columns(table, [run, from, to]), .. Unread.Links(table, repeated, loops, kept)];
        return links;

        static int Number(Fields row, int field, Trajectory run) => Array.IndexOf(run.Bodies, row.Values[field].Trim()) is >= 0 and var body
            ? body : throw row.Error($"'{row.Values[field].Trim()}' is no body; expected one such as {run.Bodies[0]}");
    }
}
