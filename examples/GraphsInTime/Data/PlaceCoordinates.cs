using Examples;

namespace GraphsInTime.Data;

/// <summary>A table of places with their coordinates in degrees: columns called lat and lon or alike, and one of names.</summary>
internal static class PlaceCoordinates
{
    private const float Pole = 90, WholeTurn = 360, HalfTurn = 180;

    private static readonly string[] Latitudes = ["lat", "latitude", "y"], Longitudes = ["lon", "lng", "long", "longitude", "x"];

    /// <summary>Whether a table's header names coordinates.</summary>
    internal static bool AreIn(Table table) => Find(table, Latitudes) >= 0 && Find(table, Longitudes) >= 0;

    /// <summary>Where each place is; NaN where both fields are empty or no line has it.</summary>
    /// <exception cref="InvalidDataException">
    /// No place has a line, or one has two that differ; or a coordinate is no number of degrees that there is.
    /// </exception>
    internal static (double Latitude, double Longitude)[] Of(Table table, string[] places)
    {
        Fields[] rows = [.. table.Rows];
        int latitude = Find(table, Latitudes), longitude = Find(table, Longitudes);
        // Names are in the column that has most of them.
        var names = Enumerable.Range(0, rows[0].Values.Length).Except([latitude, longitude]).DefaultIfEmpty(0).MaxBy(column =>
            rows.Skip(1).Where(row => row.Values.Length > column).Select(row => row.Values[column].Trim()).Intersect(places).Count());
        var lines = new Dictionary<string, Fields>();
        foreach (var row in rows.Skip(1))
        {
            row.Require(rows[0].Values.Length);
            var place = row.Values[names].Trim();
            if (!lines.TryAdd(place, row) && At(lines[place]) is var first && !At(row).Equals(first) && places.Contains(place))
                throw row.Error($"'{place}' has other coordinates in line {lines[place].Line}, expected a line for each place");
        }
        if (!places.Any(lines.ContainsKey))
            throw rows[0].Error($"no line below has one of the table's places, such as '{places[0]}', in field {names + 1} "
                + $"({rows[0].Values[names].Trim()})");
        return [.. places.Select(place => lines.TryGetValue(place, out var line) ? At(line) : (double.NaN, double.NaN))];

        (double Latitude, double Longitude) At(Fields row) => (Latitude(row, latitude), Longitude(row, longitude));
    }

    /// <summary>A field in degrees; NaN where it is empty.</summary>
    internal static double Latitude(Fields row, int field) => Degrees(row, field, -Pole, Pole);

    /// <summary>A field in degrees, east of Greenwich or around from there; NaN where it is empty.</summary>
    internal static double Longitude(Fields row, int field) => Degrees(row, field, -HalfTurn, WholeTurn);

    private static double Degrees(Fields row, int field, float least, float most) => PlaceFolder.IsMissing(row.Values[field]) ? double.NaN
        : row.Number(field) is var degrees && degrees >= least && degrees <= most ? degrees
        : throw row.Error($"field {field + 1} is {row.Values[field]}, expected degrees from {least} to {most}");

    private static int Find(Table table, string[] names) =>
        Array.FindIndex(table.Rows.First().Values, name => names.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase));
}
