namespace Examples;

/// <summary>What a reader leaves out of a folder, each in a line for people: nobody need wonder what became of it.</summary>
internal static class Unread
{
    /// <summary>The files that a path stands for: itself, or a folder's files that hold data, by their names.</summary>
    internal static string[] FilesOf(string path) => File.Exists(path) ? [path]
        : Directory.Exists(path) ? [.. Directory.GetFiles(path).Where(FolderContents.IsData).Order(StringComparer.Ordinal)] : [];

    /// <summary>The tables among files; a text without columns (.txt), such as notes, is none.</summary>
    /// <exception cref="InvalidDataException">Another one can't be read; the message names file and line.</exception>
    internal static Table[] TablesOf(IEnumerable<string> files) => [.. files.Select(file =>
    {
        try
        {
            return Table.Read(file);
        }
        catch (InvalidDataException) when (((string[])[".txt", ".txt.gz"]).Any(ending =>
            file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }
    }).OfType<Table>()];

    /// <summary>Files that aren't read.</summary>
    /// <param name="files">All files.</param>
    /// <param name="read">Those that are read.</param>
    /// <param name="why">Why the others aren't.</param>
    internal static string[] Files(IEnumerable<string> files, IEnumerable<string> read, string why) =>
        Line(files.Except(read).Select(file => Path.GetFileName(file)), why);

    /// <summary>Columns of a table that aren't read.</summary>
    /// <param name="table">The table, whose first line may name them.</param>
    /// <param name="read">Fields that are read.</param>
    /// <param name="isNamed">Whether the first line names them.</param>
    internal static string[] Columns(Table table, IEnumerable<int> read, bool isNamed = true)
    {
        var header = table.Rows.First().Values;
        string[] names = [.. Enumerable.Range(0, header.Length).Except(read).Select(field => isNamed && header[field].Trim() is
            { Length: > 0 } name ? name : $"{field + 1}")];
        return names.Length == 0 ? [] : [$"{Path.GetFileName(table.Path)}: column{(names.Length == 1 ? "" : "s")} "
            + $"{string.Join(", ", names)} {(names.Length == 1 ? "isn't" : "aren't")} read"];
    }

    /// <summary>Links that say nothing new.</summary>
    /// <param name="table">Their table.</param>
    /// <param name="repeated">How many stand in it again.</param>
    /// <param name="loops">How many begin where they end.</param>
    /// <param name="kept">How many are left.</param>
    internal static string[] Links(Table table, int repeated, int loops, int kept) => repeated + loops == 0 ? []
        : [$"{Path.GetFileName(table.Path)}: " + string.Join(" and ", ((string[])[Some(repeated, "repeated link"), Some(loops, "loop")])
            .Where(text => text.Length > 0)) + $" {(repeated + loops == 1 ? "is" : "are")} left out, {Some(kept, "link")} kept"];

    private static string Some(int count, string what) => count == 0 ? "" : $"{count:N0} {what}{(count == 1 ? "" : "s")}";

    private static string[] Line(IEnumerable<string> files, string why) => files.ToArray() is { Length: > 0 } names
        ? [$"{string.Join(", ", names)} {(names.Length == 1 ? "isn't" : "aren't")} read: {why}"] : [];
}
