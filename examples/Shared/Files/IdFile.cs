using System.Globalization;

namespace Examples;

/// <summary>Files whose lines begin with names of nodes. Names are any text: numbers of any size too, with gaps or without.</summary>
internal static class IdFile
{
    // Names of columns: a header has them alone.
    private static readonly string[] Headers =
    [
        "id", "node", "node_id", "nodeid", "name", "vertex", "entity", "person", "source", "src", "from", "fromnodeid", "from_id", "id_1",
        "node_1", "a", "u", "i", "head", "subject", "target", "dst", "to", "tonodeid", "to_id", "id_2", "node_2", "b", "v", "j", "tail",
        "object", "relation", "predicate", "label", "class", "type", "page_type", "feature", "feature_id", "column", "value", "weight",
        "split", "part", "origin", "destination", "iata", "code", "airport", "station", "citing", "cited", "sender", "receiver", "follower",
        "followed",
    ];

    /// <summary>A file of a folder, .tsv, .csv or .txt, perhaps .gz; null where there is none.</summary>
    internal static string? Find(string folder, string name) => ((string[])[".tsv", ".csv", ".txt"])
        .SelectMany(ending => (string[])[name + ending, name + ending + ".gz"])
        .Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    /// <summary>
    /// The file of a graph's edges: the one that is named, else <c>edges</c>, else the one whose first line names two ends, such as from
    /// and to or origin and destination; null where there is none.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The name of a file, with its ending or without; null to look for one.</param>
    /// <exception cref="InvalidDataException">There is no file of that name, or several have edges.</exception>
    internal static string? FindEdges(string folder, string? name = null)
    {
        if (name is not null)
            return File.Exists(Path.Combine(folder, name)) ? Path.Combine(folder, name) : Find(folder, name)
                ?? throw new InvalidDataException($"{folder} has no file {name} for --edges; found {Listed(folder)}.");
        if (Find(folder, "edges") is { } edges || !Directory.Exists(folder))
            return Find(folder, "edges");
        string[] found = [.. Files(folder).Where(file => FolderContents.NamesEnds(Header(file)))];
        return found.Length < 2 ? found.FirstOrDefault() : throw new InvalidDataException($"{folder} has several files of edges, "
            + $"{string.Join(", ", found.Select(Path.GetFileName))}. State one with --edges.");
    }

    /// <summary>The files of nodes that can have the column of a label: <c>nodes</c>, and all others where one is asked for.</summary>
    internal static IEnumerable<string> FindNodes(string folder, string edges, string? label) =>
        label is null ? Find(folder, "nodes") is { } nodes ? [nodes] : [] : Files(folder).Where(file => file != edges
            && Header(file).Contains(label, StringComparer.OrdinalIgnoreCase));

    /// <summary>The names of a folder's files, for messages.</summary>
    internal static string Listed(string folder) =>
        string.Join(", ", Directory.GetFiles(folder).Select(Path.GetFileName).Take(10).DefaultIfEmpty("nothing"));

    private static IEnumerable<string> Files(string folder) => Directory.GetFiles(folder).Order(StringComparer.Ordinal).Where(file =>
        FolderContents.IsData(file) && ((string[])[".tsv", ".csv", ".txt"]).Any(ending =>
            file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
            || file.EndsWith(ending + ".gz", StringComparison.OrdinalIgnoreCase)));

    private static string[] Header(string file)
    {
        try
        {
            return Table.ReadIds(file).FirstOrDefault()?.Values ?? [];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    /// <summary>Reads the lines, without comments and a header.</summary>
    /// <exception cref="InvalidDataException">A line has fewer fields than expected, or an empty one.</exception>
    /// <param name="path">The file.</param>
    /// <param name="least">Fields of a line that are no values.</param>
    /// <param name="expected">What they are.</param>
    /// <param name="known">Names of nodes that are known already: they are no header.</param>
    internal static Fields[] Read(string path, int least, string expected, IReadOnlySet<string>? known = null)
    {
        Fields[] rows = [.. Table.ReadIds(path)];
        var header = rows.Length > 1 && rows[0].Values.Take(least).All(name => Headers.Contains(name, StringComparer.OrdinalIgnoreCase))
            && known?.Contains(rows[0].Values[0]) != true
            && !rows.Skip(1).Any(row => row.Values.Take(least).Contains(rows[0].Values[0])) ? 1 : 0;
        foreach (var row in rows.AsSpan(header))
        {
            row.RequireAtLeast(least, expected);
            if (row.Values.Take(least).Any(value => value.Length == 0))
                throw row.Error($"a field is empty, expected {expected}");
        }
        return header == 1 ? rows[1..] : rows;
    }

    /// <summary>Names in the order of numbers, where all are whole numbers, else as they come.</summary>
    internal static string[] Ordered(IEnumerable<string> names)
    {
        string[] all = [.. names.Distinct(StringComparer.Ordinal)];
        return all.All(name => Number(name) is not null) ? [.. all.OrderBy(name => Number(name))] : all;
    }

    /// <summary>What is unusual about names of nodes; null where they count from 0.</summary>
    internal static string? Remark(IReadOnlyList<string> names)
    {
        var numbers = names.Select(Number).ToHashSet();
        return numbers.Contains(null) ? "ids are names"
            : numbers.Count == names.Count && numbers.Contains(0) && numbers.Max() == names.Count - 1 ? null
            : "ids don't count from 0 without gaps, so they are taken as names";
    }

    private static Int128? Number(string name) =>
        Int128.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
