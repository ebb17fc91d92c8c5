using Examples;

namespace GraphsInTime.Data;

/// <summary>
/// A folder with segments of roads, <c>edges</c> (from, to, length_m, perhaps road_class, lanes, bridge, tunnel), trips <c>pairs_train</c>,
/// <c>pairs_val</c> and <c>pairs_test</c> (from, to, travel_s), and perhaps <c>nodes</c> (node, lon, lat). Routes are the shortest by
/// length: speeds and times of segments aren't read, nor is the length of the fastest way.
/// </summary>
internal static class RoadFolder
{
    private const string Length = "length_m", Time = "travel_s", Class = "road_class";

    /// <summary>Whether a folder has trips on roads.</summary>
    internal static bool IsOne(string folder) => Find(folder, "edges") is { } edges && Find(folder, "pairs_train") is not null
        && Table.Read(edges).Rows.First().Values.Contains(Length);

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">A file is missing, or a line has other fields.</exception>
    internal static RoadData Load(string folder)
    {
        var (rows, column) = Read(folder, "edges", "from", "to", Length);
        var numbers = new Dictionary<string, int>();
        int Crossing(string name) => numbers.TryGetValue(name, out var known) ? known : numbers[name] = numbers.Count;
        (int From, int To, float Length)[] segments = [.. rows.Select(row => (Crossing(row.Values[column("from")]),
            Crossing(row.Values[column("to")]), Positive(row, column(Length), "a length above 0")))];
        int[][] leaving = [.. Enumerable.Range(0, numbers.Count).Select(_ => Array.Empty<int>())];
        foreach (var group in Enumerable.Range(0, segments.Length).GroupBy(segment => segments[segment].From))
            leaving[group.Key] = [.. group];
        int[][] followers = [.. segments.Select(segment => leaving[segment.To].Where(next => segments[next].To != segment.From).ToArray())];

        var routes = new Dictionary<int, ShortestRoutes>();
        var parts = ((string[])["pairs_train", "pairs_val", "pairs_test"]).Select(name =>
        {
            var (pairs, of) = Read(folder, name, "from", "to", Time);
            return pairs.Select(row =>
            {
                int End(string end) => numbers.TryGetValue(row.Values[of(end)], out var known) ? known
                    : throw row.Error($"field {of(end) + 1} ({end}) is '{row.Values[of(end)]}', which no segment of edges begins or "
                        + "ends at");
                var (from, to) = (End("from"), End("to"));
                if (!routes.TryGetValue(from, out var ways))
                    routes[from] = ways = new(segments, leaving, from);
                var route = ways.To(to);
                return (From: from, To: to, Trip: route.Length > 0 ? new Trip(route, Positive(row, of(Time), "a time above 0"), 0, [])
                    : throw row.Error($"no way leads from '{row.Values[of("from")]}' to '{row.Values[of("to")]}'; expected two crossings "
                        + "and a way between them"));
            }).ToArray();
        }).ToArray();

        var training = parts[0].Select(pair => pair.Trip).ToArray();
        var seconds = training.Sum(trip => (double)trip.Time) / training.Sum(trip => trip.Segments.Sum(at => (double)segments[at].Length));
        string[] classes = column(Class) < 0 ? [] : [.. rows.Select(row => row.Values[column(Class)]).Distinct().Order(
            StringComparer.Ordinal)];
        float[][] features = [.. rows.Select((row, i) => (float[])[MathF.Log(segments[i].Length / 100), followers[i].Length / 3f,
            .. ((string[])["lanes", "bridge", "tunnel"]).Select(name => column(name) is >= 0 and var at && row.Values[at].Length > 0
                ? row.Number(at) : 0),
            .. classes.Select(name => row.Values[column(Class)] == name ? 1f : 0)])];
        return new(new DirectoryInfo(folder).Name, features, [.. segments.Select(segment => (float)(segment.Length * seconds))], followers,
            training, [.. parts[1].Select(pair => pair.Trip)], [.. parts[2].Select(pair => pair.Trip)],
            $"{segments.Length:N0} segments; the shortest ways, mean times of segments by their length alone")
        {
            Others = Places(folder, numbers) is not { } places ? new Dictionary<string, float[]>()
                : new() { ["straight"] = Straight(parts[0], parts[2], places) },
        };
    }

    // A line through the distances as the crow flies.
    private static float[] Straight((int From, int To, Trip Trip)[] training, (int From, int To, Trip)[] test,
        (double Longitude, double Latitude)[] places)
    {
        double Distance(int from, int to)
        {
            var (x, y) = (places[from].Longitude - places[to].Longitude, places[from].Latitude - places[to].Latitude);
            return 111.2 * Math.Sqrt(x * x * Math.Pow(Math.Cos(places[from].Latitude * Math.PI / 180), 2) + y * y);
        }
        double[] x = [.. training.Select(pair => Distance(pair.From, pair.To))], y = [.. training.Select(pair => (double)pair.Trip.Time)];
        var (meanX, meanY) = (x.Average(), y.Average());
        var slope = x.Zip(y, (one, other) => (one - meanX) * (other - meanY)).Sum() / x.Sum(one => (one - meanX) * (one - meanX));
        return [.. test.Select(pair => (float)(meanY + slope * (Distance(pair.From, pair.To) - meanX)))];
    }

    private static (double, double)[]? Places(string folder, Dictionary<string, int> numbers)
    {
        if (Find(folder, "nodes") is null)
            return null;
        var (rows, column) = Read(folder, "nodes", "node", "lon", "lat");
        var places = new (double, double)?[numbers.Count];
        foreach (var row in rows)
            if (numbers.TryGetValue(row.Values[column("node")], out var number))
                places[number] = (PlaceCoordinates.Longitude(row, column("lon")), PlaceCoordinates.Latitude(row, column("lat")));
        return [.. numbers.OrderBy(crossing => crossing.Value).Select(crossing => places[crossing.Value] is { } place
            && double.IsFinite(place.Item1 + place.Item2) ? place : throw new InvalidDataException($"{rows[0].Path}: no line has where "
                + $"'{crossing.Key}' is, which a segment of edges begins or ends at; expected one for each."))];
    }

    private static float Positive(Fields row, int field, string expected) => row.Number(field) is > 0 and var number ? number
        : throw row.Error($"field {field + 1} is {row.Values[field]}, expected {expected}");

    private static (Fields[] Rows, Func<string, int> Column) Read(string folder, string name, params string[] needed)
    {
        var path = Find(folder, name) ?? throw new InvalidDataException($"{folder} has no file {name}, expected edges, pairs_train, "
            + $"pairs_val and pairs_test; found {IdFile.Listed(folder)}.");
        Fields[] rows = [.. Table.Read(path).Rows];
        var header = rows[0].Values;
        if (Array.Find(needed, column => !header.Contains(column)) is { } missing)
            throw rows[0].Error($"there is no column '{missing}', expected {string.Join(", ", needed)}");
        if (rows.Length == 1)
            throw rows[0].Error("there is no line behind the header, expected at least one");
        foreach (var row in rows)
            row.Require(header.Length);
        return (rows[1..], column => Array.IndexOf(header, column));
    }

    private static string? Find(string folder, string name) => !Directory.Exists(folder) ? null : Directory.GetFiles(folder)
        .Where(PlaceFolder.IsTable).Order(StringComparer.Ordinal).FirstOrDefault(file => Path.GetFileName(file).Split('.')[0] == name);
}
