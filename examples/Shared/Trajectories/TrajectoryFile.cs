namespace Examples;

/// <summary>
/// Tables of bodies over time in long form: a header with <c>run</c> (optional), <c>step</c>, <c>body</c> and <c>x</c>, perhaps <c>y</c>
/// and <c>z</c>, and a line for each body at each step.
/// </summary>
internal static class TrajectoryFile
{
    private static readonly string[] Runs = ["run", "trajectory", "simulation"], Steps = ["step", "time", "t", "frame"],
        Bodies = ["body", "particle", "id", "node", "atom"];

    /// <summary>What messages call what moves, one and many.</summary>
    internal static readonly (string One, string Many) OfBodies = ("body", "bodies"), OfParticles = ("particle", "particles");

    /// <summary>Whether a file's first line names such columns.</summary>
    internal static bool IsOne(Table table) => Find(table.Rows.First().Values, Steps) >= 0 && Find(table.Rows.First().Values, Bodies) >= 0
        && Find(table.Rows.First().Values, ["x"]) >= 0;

    /// <summary>The table of trajectories of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="self">The example that reads it.</param>
    /// <param name="called">What messages call what moves.</param>
    /// <param name="others">The folder's other tables; those of other kinds are left out.</param>
    /// <exception cref="InvalidDataException">There is none.</exception>
    internal static Table In(string folder, string self, (string One, string Many) called, out Table[] others)
    {
        Table[] tables = Examples.Unread.TablesOf(Examples.Unread.FilesOf(folder).Where(IsTable));
        var found = tables.FirstOrDefault(IsOne)
            ?? throw new InvalidDataException($"{folder} has no table of {called.Many} over time (a header with step, {called.One} and x, "
                + $"perhaps run, y and z, and a line for each {called.One} at each step); found "
                + $"{(Directory.Exists(folder) ? IdFile.Listed(folder) : "a file")}."
                + FolderContents.Describe(folder, self));
        others = [.. tables.Where(table => table != found)];
        return found;
    }

    /// <summary>Reads one.</summary>
    /// <param name="table">The table.</param>
    /// <param name="called">What messages call what moves.</param>
    /// <exception cref="InvalidDataException">
    /// There is no line behind the header, a line has other fields, a body stands twice in a step or lacks in one, or steps don't follow
    /// each other.
    /// </exception>
    internal static (Trajectory[] Runs, int Dimensions) Read(Table table, (string One, string Many) called)
    {
        var header = table.Rows.First();
        int run = Find(header.Values, Runs), step = Find(header.Values, Steps), body = Find(header.Values, Bodies);
        int[] axes = [.. ((string[])["x", "y", "z"]).Select(axis => Find(header.Values, [axis])).TakeWhile(axis => axis >= 0)];
        var runs = new Dictionary<string, SortedDictionary<double, Dictionary<string, double[]>>>();
        foreach (var row in table.Rows.Skip(1))
        {
            row.Require(header.Values.Length);
            var name = run < 0 ? "" : row.Values[run].Trim();
            if (!runs.TryGetValue(name, out var times))
                runs.Add(name, times = []);
            if (!times.TryGetValue(row.Number(step), out var bodies))
                times.Add(row.Number(step), bodies = []);
            if (!bodies.TryAdd(row.Values[body].Trim(), [.. axes.Select(axis => Precise(row, axis))]))
                throw row.Error($"{called.One} {row.Values[body].Trim()} stands twice at step {row.Values[step].Trim()}, expected once");
        }
        if (runs.Count == 0)
            throw header.Error("there is no line behind the header, expected one for each " + called.One + " at each step");
        return ([.. runs.Select(entry => Of(entry.Key, entry.Value, table.Path, called.Many))], axes.Length);
    }

    /// <summary>What isn't read of a folder and of its table, a line each.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="table">The table of trajectories.</param>
    /// <param name="links">The table of links; null without.</param>
    /// <param name="expected">What is read.</param>
    internal static string[] Unread(string folder, Table table, Table? links, string expected)
    {
        var header = table.Rows.First().Values;
        return [.. Examples.Unread.Files(Examples.Unread.FilesOf(folder), [table.Path, .. links is null ? [] : (string[])[links.Path]],
            $"{expected} {(links is null ? "is" : "are")} read"),
            .. Examples.Unread.Columns(table, ((string[][])[Runs, Steps, Bodies, ["x"], ["y"], ["z"]]).Select(names =>
                Find(header, names)))];
    }

    private static Trajectory Of(string run, SortedDictionary<double, Dictionary<string, double[]>> times, string path, string many)
    {
        var place = run.Length > 0 ? $"{path}: run {run}" : path;
        double[] steps = [.. times.Keys];
        string[] bodies = [.. times[steps[0]].Keys];
        for (var i = 2; i < steps.Length; i++)
            if (Math.Abs(steps[i] - steps[i - 1] - (steps[1] - steps[0])) > 1e-3 * Math.Abs(steps[1] - steps[0]))
                throw new InvalidDataException(FormattableString.Invariant(
                    $"{place}: step {steps[i - 1]} is followed by {steps[i]}, expected {steps[i - 1] + steps[1] - steps[0]}."));
        foreach (var (step, found) in times)
            if (found.Count != bodies.Length || bodies.FirstOrDefault(body => !found.ContainsKey(body)) is not null)
                throw new InvalidDataException(FormattableString.Invariant($"{place}: step {step} has {found.Count} {many}")
                    + (bodies.FirstOrDefault(body => !found.ContainsKey(body)) is { } lacking ? $" and lacks {lacking}" : "")
                    + $", expected the {bodies.Length} of the first one.");
        return new(run, [.. times.Values.Select(found => bodies.SelectMany(body => found[body]).ToArray())])
            { Bodies = bodies };
    }

    // Far from the origin Single would lose the differences between steps.
    private static double Precise(Fields row, int field) => double.TryParse(row.Values[field], System.Globalization.NumberStyles.Float,
        System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : throw row.Error($"field {field + 1} is '{row.Values[field]}', expected a number");

    internal static int Find(string[] header, string[] names) =>
        Array.FindIndex(header, name => names.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase));

    private static bool IsTable(string file) => ((string[])[".tsv", ".csv", ".txt"]).Any(ending =>
        file.EndsWith(ending, StringComparison.OrdinalIgnoreCase) || file.EndsWith(ending + ".gz", StringComparison.OrdinalIgnoreCase));
}
