using System.Globalization;
using System.Text.RegularExpressions;
using MLSeqGraph.Transforms;

namespace Examples;

/// <summary>What a folder looks like to a reader that can't take it, and what reads it.</summary>
internal static partial class FolderContents
{
    // Names of the columns of an edge's ends.
    private static readonly string[][] Ends =
    [
        ["from", "to"], ["source", "target"], ["src", "dst"], ["origin", "destination"], ["source", "destination"], ["u", "v"], ["i", "j"],
        ["node_1", "node_2"], ["id_1", "id_2"], ["fromnodeid", "tonodeid"], ["from_id", "to_id"], ["sender", "receiver"],
        ["citing", "cited"], ["follower", "followed"],
    ];

    private static readonly string[] Times = ["date", "time", "timestamp", "datetime", "year", "month", "week", "day", "hour"];

    /// <summary>A sentence that says what was found, and which example reads it or what to do; empty where nothing is recognized.</summary>
    /// <param name="folder">The folder, or a file.</param>
    /// <param name="self">The example that can't take it, which isn't recommended.</param>
    internal static string Describe(string folder, string self)
    {
        var found = Describe(folder);
        return found.Contains($"examples/{self} ", StringComparison.Ordinal) ? "" : found;
    }

    private static string Describe(string folder)
    {
        string[] files = Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Where(IsData)
            .OrderBy(file => file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
            .ThenBy(file => file, StringComparer.Ordinal)] : [folder];
        string[] names = [.. files.Select(file => Path.GetFileName(file))];
        if (names.FirstOrDefault(IsGraph) is { } graph)
            return $" {graph} looks like a graph's: examples/GraphQuickstart reads it.";
        var parts = names.Select(name => ParallelName().Match(name)).Where(match => match.Success)
            .GroupBy(match => match.Groups["part"].Value).FirstOrDefault(part => part.Count() > 1);
        if (parts is not null)
            return $" {string.Join(" and ", parts.Take(2).Select(part => part.Value))} look like one text in two languages: "
                + "examples/Translation reads them, with --from and --to.";
        if (Directory.Exists(folder) && Directory.GetDirectories(folder).FirstOrDefault(IsOther) is { } other)
            return $" {Path.GetFileName(other)} has {Path.GetExtension(Directory.GetFiles(other).Order(StringComparer.Ordinal).First())} "
                + $"files: {Reader(other)}.";
        (string Name, string[][] Lines)[] all = [.. files.Select(file => (Path.GetFileName(file), First(file))).Where(of =>
            of.Item2.Length > 0)];
        // What is sure comes before what may be; that of the training file before that of others.
        foreach (var guess in (Func<string, string[][], string?>[])[Sure, Likely])
            foreach (var (name, lines) in all.OrderByDescending(of => of.Name.StartsWith("train", StringComparison.OrdinalIgnoreCase)))
                if (guess(name, lines) is { } found)
                    return $" {name} {found}.";
        return "";
    }

    /// <summary>Whether a line names the two ends of an edge.</summary>
    internal static bool NamesEnds(IReadOnlyList<string> header) => header.Count >= 2 && Ends.Any(ends =>
        ends[0].Equals(header[0].Trim(), StringComparison.OrdinalIgnoreCase)
        && ends[1].Equals(header[1].Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a column is called like a point in time.</summary>
    internal static bool NamesTime(string column) => Times.Contains(column.Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a field is a date, perhaps with a time of day.</summary>
    internal static bool IsDate(string field) => DateLike().IsMatch(field)
        && DateTime.TryParse(field, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>Whether a field has many numbers with commas, spaces or semicolons between them: points in a plane or in space.</summary>
    internal static bool IsPoints(string field) => PointsLike().IsMatch(field);

    /// <summary>Whether a file holds data, by its name.</summary>
    internal static bool IsData(string file) => Path.GetFileName(file) is var name
        && !name.StartsWith("README", StringComparison.OrdinalIgnoreCase) && !name.Contains("LICEN", StringComparison.OrdinalIgnoreCase)
        && !name.EndsWith(".md", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a file is one of a graph's, by its name.</summary>
    internal static bool IsGraph(string name) => name.Split('.')[0].ToLowerInvariant() is "edges" or "triples" or "folds"
        || name.EndsWith("_graph_indicator.txt", StringComparison.OrdinalIgnoreCase);

    private static bool IsOther(string folder) => Directory.EnumerateFiles(folder).Take(3).Any(file =>
        Path.GetExtension(file).ToLowerInvariant() is ".wav" or ".flac" or ".mp3" or ".off" or ".obj" or ".stl" or ".ply" or ".png" or
            ".jpg");

    private static string Reader(string folder) =>
        Path.GetExtension(Directory.GetFiles(folder).Order(StringComparer.Ordinal).First()).ToLowerInvariant() switch
        {
            ".wav" => "examples/Speech reads recordings of words",
            ".off" => "examples/Shapes reads surfaces",
            var other => $"no example reads {other}",
        };

    private static string? Sure(string file, string[][] lines)
    {
        var header = lines[0];
        var later = lines.Length > 1 ? lines[1] : header;
        if (header.Any(name => name.Trim().Equals("smiles", StringComparison.OrdinalIgnoreCase)))
            return "has molecules: examples/GraphQuickstart reads it";
        if (NamesEnds(header))
            return "has the edges of a graph: examples/GraphQuickstart reads it";
        if (lines.SelectMany(line => line).FirstOrDefault(IsPoints) is { } points)
            return $"has lists of points, such as '{(points.Length > 24 ? points[..24] + "…" : points)}', which no example reads; "
                + "put the numbers of one series into a line's columns, or one step into each line";
        if (header.Any(name => name.Trim().Equals("rating", StringComparison.OrdinalIgnoreCase)))
            return "has ratings: examples/Recommendation reads it";
        var numbers = later.Count(value => double.TryParse(value, CultureInfo.InvariantCulture, out _));
        if (later.Any(IsDate) || (header.FirstOrDefault(NamesTime) is not null && numbers * 2 > later.Length))
            return "has measurements by time, to be forecast: examples/Forecasting reads it";
        // Strings of one length are those of characters, such as DNA.
        var isOneLength = lines.Select(line => line[^1].Trim().Length).Distinct().Count() == 1;
        return lines.Length > 2 && !isOneLength && lines.All(line => line.Length == 3 && !line.Any(value => value.Trim().Contains(' ')
            || double.TryParse(value, CultureInfo.InvariantCulture, out _)))
            ? "may have triples of a knowledge graph (head, relation, tail): examples/KnowledgeGraph reads those" : null;
    }

    private static string? Likely(string file, string[][] lines)
    {
        if (lines.All(line => line.Length == 1))
            return file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) ? "is text without columns: examples/LanguageModel reads it"
                : null;
        var width = lines[0].Length;
        var namesClass = lines[0].Any(name => name.Trim().ToLowerInvariant() is "label" or "class" or "category");
        return !namesClass
            && lines.All(line => line.Length == width && line.Take(2).All(value => value.Any(char.IsLetter) && !value.Any(char.IsDigit)))
            && lines.Select(line => line[0]).Distinct().Count() > lines.Length / 2
            ? "may have pairs of texts: examples/Translation reads those, with --from and --to"
            : "has columns: examples/Quickstart reads rows with a class and a text, characters or numbers, with --label and --text";
    }

    private static string[][] First(string file)
    {
        try
        {
            return [.. TextFile.Lines(file).Where(line => line.Trim().Length > 0).Take(20).Select(line => line.Contains('\t')
                ? line.Split('\t') : line.Split(file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) ? '\t' : ',')
                    .Select(value => value.Trim('"')).ToArray())];
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            return [];
        }
    }

    [GeneratedRegex(@"^(?<part>train|test|val|valid|dev)[^.]*\.(?!tsv|csv|txt)(?<language>[a-z]{2,3})(\.txt)?(\.gz)?$",
        RegexOptions.IgnoreCase)]
    private static partial Regex ParallelName();

    [GeneratedRegex(@"^\d{4}-\d{1,2}(-\d{1,2})?([T ][\d:.]+Z?)?$")]
    private static partial Regex DateLike();

    [GeneratedRegex(@"^\s*(-?[\d.]+(,-?[\d.]+)+[ ;|]+){2,}")]
    private static partial Regex PointsLike();
}
