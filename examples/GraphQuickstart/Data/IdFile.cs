using System.Globalization;
using Examples;

namespace GraphQuickstart.Data;

/// <summary>Files whose lines begin with names of nodes. Names are any text: numbers of any size too, with gaps or without.</summary>
internal static class IdFile
{
    // Names of columns: a header has them alone.
    private static readonly string[] Headers =
    [
        "id", "node", "node_id", "nodeid", "name", "vertex", "entity", "person", "source", "src", "from", "fromnodeid", "from_id", "id_1",
        "node_1", "a", "u", "i", "head", "subject", "target", "dst", "to", "tonodeid", "to_id", "id_2", "node_2", "b", "v", "j", "tail",
        "object", "relation", "predicate", "label", "class", "type", "page_type", "feature", "feature_id", "column", "value", "weight",
        "split", "part",
    ];

    /// <summary>A file of a folder, .tsv, .csv or .txt, perhaps .gz; null where there is none.</summary>
    internal static string? Find(string folder, string name) => ((string[])[".tsv", ".csv", ".txt"])
        .SelectMany(ending => (string[])[name + ending, name + ending + ".gz"])
        .Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

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
