using Examples;

namespace GraphsInTime.Data;

/// <summary>
/// A folder with a table of times by places (a header, times first), and perhaps a file of links (two places a line) or one of places with
/// their coordinates.
/// </summary>
internal static class PlaceFolder
{
    private const int LeastTimes = 30, LeastPlaces = 2;

    private static readonly string[] Latitudes = ["lat", "latitude", "y"], Longitudes = ["lon", "lng", "long", "longitude", "x"];

    /// <summary>Reads it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="neighbors">How many nearest places are linked where there are coordinates alone.</param>
    /// <exception cref="InvalidDataException">There is no such table, or a line has other fields.</exception>
    internal static PlaceData Load(string folder, int neighbors)
    {
        string[] files = Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Where(FolderContents.IsData).Where(IsTable)
            .OrderBy(file => file, StringComparer.Ordinal)] : [];
        Table[] tables = [.. files.Select(file => Table.Read(file))];
        var values = tables.Where(IsOfTimes).MaxBy(table => table.Rows.First().Values.Length * (long)table.Lines.Count)
            ?? throw new InvalidDataException($"{folder} has no table of times by places (a header with a name for each place behind the "
                + $"time, at least {LeastPlaces} places and {LeastTimes} times); found "
                + $"{(Directory.Exists(folder) ? IdFile.Listed(folder) : "a file")}."
                + FolderContents.Describe(folder, nameof(GraphsInTime)));
        Fields[] rows = [.. values.Rows];
        var first = HasTimes(rows) ? 1 : 0;
        string[] places = [.. rows[0].Values.Skip(first).Select(place => place.Trim())];
        if (places.GroupBy(place => place).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw rows[0].Error($"two columns are called '{twice.Key}', expected a name of its own for each place");
        float[][] numbers = [.. rows.Skip(1).Select(row => Numbers(row, first, places.Length))];
        string[] times = [.. rows.Skip(1).Select((row, at) => first == 0 ? $"{at + 1}" : row.Values[0])];
        var data = new PlaceData(new DirectoryInfo(folder).Name, places, times, numbers, [],
            "all places, since there are no links and no coordinates")
        {
            AreCounts = numbers.SelectMany(row => row).All(number => float.IsNaN(number) || (number >= 0 && number == MathF.Floor(number))),
        };
        Table[] others = [.. tables.Where(table => table != values)];
        if (others.FirstOrDefault(table => IsOfLinks(table, places)) is { } links)
            return data with { Links = Links(links, places), Source = Path.GetFileName(links.Path), HasGivenLinks = true };
        return others.Select(table => Coordinates(table, places)).FirstOrDefault(found => found is not null) is { } at
            ? PlaceLinks.Nearest(data, at, neighbors) : data with { Links = PlaceLinks.All(places.Length) };
    }

    private static bool IsOfTimes(Table table) => table.Rows.First().Values is { Length: > LeastPlaces } header
        && table.Rows.Skip(LeastTimes).Any() && table.Rows.Skip(1).Take(LeastTimes).All(row => row.Values.Length == header.Length
            && row.Values.Skip(1).All(value => IsMissing(value) || Fields.TryNumber(value, false, out _)))
        && !header.Skip(1).All(name => Fields.TryNumber(name, false, out _) && name.Contains('.'));

    // The first column has times if it grows from line to line, or has words or dates.
    private static bool HasTimes(Fields[] rows)
    {
        var last = double.NegativeInfinity;
        foreach (var row in rows.Skip(1))
        {
            if (!Fields.TryNumber(row.Values[0], false, out var number))
                return true;
            if (number <= last)
                return false;
            last = number;
        }
        return true;
    }

    // Both ends of most lines are places.
    private static bool IsOfLinks(Table table, string[] places)
    {
        var known = places.ToHashSet();
        return table.Rows.Skip(1).Take(20).ToArray() is { Length: > 0 } rows
            && rows.All(row => row.Values.Length >= 2 && known.Contains(row.Values[0].Trim()) && known.Contains(row.Values[1].Trim()));
    }

    private static (int, int)[] Links(Table table, string[] places)
    {
        var numbers = places.Select((place, i) => (place, i)).ToDictionary(entry => entry.place, entry => entry.i);
        int Number(Fields row, int field) => numbers.TryGetValue(row.Values[field].Trim(), out var number) ? number
            : throw row.Error($"'{row.Values[field]}' is no place of the table; expected one such as {places[0]}");
        var hasHeader = !numbers.ContainsKey(table.Rows.First().Values[0].Trim());
        return [.. table.Rows.Skip(hasHeader ? 1 : 0).SelectMany(row =>
        {
            row.RequireAtLeast(2, "two places");
            var (from, to) = (Number(row, 0), Number(row, 1));
            return ((int, int)[])[(from, to), (to, from)];
        }).Where(link => link.Item1 != link.Item2).Distinct()];
    }

    private static (double Latitude, double Longitude)[]? Coordinates(Table table, string[] places)
    {
        Fields[] rows = [.. table.Rows];
        var header = rows[0].Values;
        int Find(string[] names) => Array.FindIndex(header, name => names.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase));
        int latitude = Find(Latitudes), longitude = Find(Longitudes);
        if (latitude < 0 || longitude < 0)
            return null;
        for (var column = 0; column < header.Length; column++)
        {
            var lines = rows.Skip(1).Where(row => row.Values.Length > column).GroupBy(row => row.Values[column].Trim())
                .ToDictionary(row => row.Key, row => row.First());
            if (places.All(lines.ContainsKey))
                return [.. places.Select(place => (Number(lines[place], latitude), Number(lines[place], longitude)))];
        }
        return null;

        // NaN of a place that isn't known
        static double Number(Fields row, int field) =>
            field >= row.Values.Length || IsMissing(row.Values[field]) ? double.NaN : row.Number(field);
    }

    private static float[] Numbers(Fields row, int first, int count)
    {
        // Spreadsheets leave out what is missing at a line's end.
        if (row.Values.Length > first + count)
            throw row.Error($"{row.Values.Length} fields, expected {first + count}, {(first == 0 ? "" : "the time and ")}{count} places");
        return [.. Enumerable.Range(first, count).Select(field => field >= row.Values.Length || IsMissing(row.Values[field]) ? float.NaN
            : row.Number(field))];
    }

    private static bool IsMissing(string value) => value.Trim() is "" or "NA" or "NaN" or "nan" or "null" or "?";

    internal static bool IsTable(string file) => ((string[])[".tsv", ".csv", ".txt"]).Any(ending =>
        file.EndsWith(ending, StringComparison.OrdinalIgnoreCase) || file.EndsWith(ending + ".gz", StringComparison.OrdinalIgnoreCase));
}
