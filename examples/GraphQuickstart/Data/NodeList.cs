using Examples;

namespace GraphQuickstart.Data;

/// <summary>
/// A file <c>nodes</c> with a node per line and names of columns in the first: <c>node</c> (or <c>id</c>) first, and of <c>label</c> (or
/// <c>class</c>), <c>split</c> and <c>features</c> those that are known. Features are the numbers of those that are 1, with spaces between;
/// an empty field or a hyphen is none.
/// </summary>
/// <param name="Labels">Nodes and classes.</param>
/// <param name="Features">Nodes and numbers of features; null without such a column.</param>
/// <param name="Split">Nodes and their part; null without such a column.</param>
internal sealed record NodeList(Fields[] Labels, Fields[]? Features, Fields[]? Split)
{
    /// <summary>Reads a file; null where its first line doesn't name columns, one of them that of the class.</summary>
    /// <exception cref="InvalidDataException">A line has another number of fields than the first.</exception>
    /// <param name="path">The file.</param>
    /// <param name="named">The name of the column of the class; null for a usual one.</param>
    internal static NodeList? Read(string path, string? named = null)
    {
        Fields[] rows = [.. Table.ReadIds(path)];
        if (rows.Length < 2)
            return null;
        int Column(params string[] names) =>
            Array.FindIndex(rows[0].Values, name => names.Contains(name, StringComparer.OrdinalIgnoreCase));
        int label = named is null ? Column("label", "class") : Column(named), features = Column("features", "words"),
            split = Column("split", "part");
        if (label < 0 || (named is null && Column("node", "id", "name", "nodeid", "node_id") != 0))
            return null;
        foreach (var row in rows)
            row.Require(rows[0].Values.Length);
        Fields Pair(Fields row, string second) => row with { Values = [row.Values[0], second] };
        Fields[] Of(int column, string missing) =>
            [.. rows.Skip(1).Select(row => Pair(row, row.Values[column] is not ("" or "-") and var value ? value : missing))];
        return new(Of(label, "-1"),
            features < 0 ? null : [.. rows.Skip(1).SelectMany(row => row.Values[features]
                .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(feature => Pair(row, feature)))],
            split < 0 ? null : Of(split, "none"));
    }
}
