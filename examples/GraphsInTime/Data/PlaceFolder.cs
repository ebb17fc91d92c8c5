using Examples;

namespace GraphsInTime.Data;

/// <summary>
/// A folder with a table of times by places (a header, times first), and perhaps a file of links (two places a line) or one of places with
/// their coordinates.
/// </summary>
internal static class PlaceFolder
{
    private const int LeastTimes = 30, LeastPlaces = 2;

    /// <summary>Reads it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="neighbors">How many nearest places are linked where there are coordinates alone.</param>
    /// <exception cref="InvalidDataException">
    /// There is no such table, a line has other fields, times don't grow, or a place is named that the table doesn't have.
    /// </exception>
    internal static PlaceData Load(string folder, int neighbors)
    {
        var files = Unread.FilesOf(folder);
        Table[] tables = Unread.TablesOf(files.Where(IsTable));
        var values = tables.Where(IsOfTimes).MaxBy(table => table.Rows.First().Values.Length * (long)table.Lines.Count)
            ?? throw new InvalidDataException($"{folder} has no table of times by places (a header with a name for each place behind the "
                + $"time, at least {LeastPlaces} places and {LeastTimes} times); found "
                + $"{(Directory.Exists(folder) ? IdFile.Listed(folder) : "a file")}."
                + FolderContents.Describe(folder, nameof(GraphsInTime)));
        var data = Values(values, new DirectoryInfo(folder).Name);
        Table[] others = [.. tables.Where(table => table != values)];
        var links = others.FirstOrDefault(table => IsOfLinks(table, data.Places));
        var stations = links is null ? others.FirstOrDefault(PlaceCoordinates.AreIn) : null;
        var used = links ?? stations;
        data = data with
        {
            Remarks = [.. data.Remarks, .. Unread.Files(files, [values.Path, .. used is null ? [] : (string[])[used.Path]],
                used is null ? "neither links nor coordinates of places" : $"{Path.GetFileName(used.Path)} says which places are linked")],
        };
        string[] remarks = [];
        return links is not null ? data with
            {
                Links = Links(links, data.Places, out remarks), Remarks = [.. data.Remarks, .. remarks],
                Source = Path.GetFileName(links.Path), HasGivenLinks = true,
            }
            : stations is not null ? PlaceLinks.Nearest(data, PlaceCoordinates.Of(stations, data.Places), neighbors)
            : data with { Links = PlaceLinks.All(data.Places.Length) };
    }

    private static PlaceData Values(Table table, string name)
    {
        Fields[] rows = [.. table.Rows];
        var first = PlaceTimes.AreFirst(rows) ? 1 : 0;
        string[] places = [.. rows[0].Values.Skip(first).Select(place => place.Trim())];
        if (Array.IndexOf(places, "") is >= 0 and var unnamed)
            throw rows[0].Error($"field {first + unnamed + 1} is empty, expected the name of a place");
        if (places.GroupBy(place => place).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw rows[0].Error($"two columns are called '{twice.Key}', expected a name of its own for each place");
        float[][] numbers = [.. rows.Skip(1).Select(row => Numbers(row, first, places.Length))];
        for (var place = 0; place < places.Length; place++)
            if (numbers.All(row => float.IsNaN(row[place])))
                throw rows[0].Error($"field {first + place + 1} is '{places[place]}', which has no value in any line below, expected some: "
                    + "leave the column out");
        var unusual = first == 0 ? null : PlaceTimes.Check(rows);
        return new PlaceData(name, places, [.. rows.Skip(1).Select((row, at) => first == 0 ? $"{at + 1}" : row.Values[0])], numbers, [],
            "all places, since there are no links and no coordinates")
        {
            Remarks = unusual is null ? [] : [$"{Path.GetFileName(table.Path)}: {unusual}"],
            AreCounts = numbers.SelectMany(row => row).All(number => float.IsNaN(number) || (number >= 0 && number == MathF.Floor(number))),
        };
    }

    // Most of the first lines have a value for each place: what is wrong with others is said when they are read.
    private static bool IsOfTimes(Table table) => table.Rows.First().Values is { Length: > LeastPlaces } header
        && table.Rows.Skip(LeastTimes).Any() && 2 * table.Rows.Skip(1).Take(LeastTimes).Count(row => row.Values.Length == header.Length
            && row.Values.Skip(1).All(value => IsMissing(value) || Fields.TryNumber(value, false, out _))) > LeastTimes
        && !header.Skip(1).All(name => Fields.TryNumber(name, false, out _) && name.Contains('.'));

    // By its name or header, or both ends of most lines are places: a place that isn't known is an error, not another kind of file.
    private static bool IsOfLinks(Table table, string[] places)
    {
        var known = places.ToHashSet();
        Fields[] rows = [.. table.Rows.Take(21)];
        return FolderContents.IsGraph(Path.GetFileName(table.Path)) || FolderContents.NamesEnds(rows[0].Values)
            || 2 * rows.Count(row => row.Values.Length >= 2 && known.Contains(row.Values[0].Trim())
                && known.Contains(row.Values[1].Trim())) > rows.Length - 1;
    }

    private static (int, int)[] Links(Table table, string[] places, out string[] remarks)
    {
        var numbers = places.Select((place, i) => (place, i)).ToDictionary(entry => entry.place, entry => entry.i);
        int Number(Fields row, int field) => numbers.TryGetValue(row.Values[field].Trim(), out var number) ? number
            : throw row.Error($"field {field + 1} is '{row.Values[field]}', which is no place of the table; expected one such as "
                + $"{places[0]}");
        var header = table.Rows.First();
        // The first line has names of columns where it names two ends, or neither is a place.
        var hasHeader = FolderContents.NamesEnds(header.Values)
            || !header.Values.Take(2).Any(name => numbers.ContainsKey(name.Trim()));
        (int From, int To)[] all = [.. table.Rows.Skip(hasHeader ? 1 : 0).Select(row =>
        {
            row.RequireAtLeast(2, "two places");
            return (Number(row, 0), Number(row, 1));
        })];
        (int From, int To)[] kept = [.. all.Where(link => link.From != link.To).DistinctBy(link => (Math.Min(link.From, link.To),
            Math.Max(link.From, link.To)))];
        var loops = all.Count(link => link.From == link.To);
        remarks = [.. Unread.Columns(table, [0, 1], hasHeader), .. Unread.Links(table, all.Length - loops - kept.Length, loops,
            kept.Length)];
        return [.. all.Where(link => link.From != link.To).SelectMany(link => ((int, int)[])[link, (link.To, link.From)]).Distinct()];
    }

    private static float[] Numbers(Fields row, int first, int count)
    {
        if (row.Values.Length != first + count)
            throw row.Error($"{row.Values.Length} fields, expected {first + count}, {(first == 0 ? "" : "the time and ")}{count} places; "
                + "one that is missing is an empty field");
        return [.. Enumerable.Range(first, count).Select(field => IsMissing(row.Values[field]) ? float.NaN : row.Number(field))];
    }

    internal static bool IsMissing(string value) => value.Trim() is "" or "NA" or "NaN" or "nan" or "null" or "?";

    internal static bool IsTable(string file) => ((string[])[".tsv", ".csv", ".txt"]).Any(ending =>
        file.EndsWith(ending, StringComparison.OrdinalIgnoreCase) || file.EndsWith(ending + ".gz", StringComparison.OrdinalIgnoreCase));
}
