using Examples;

namespace LongInputs.Data;

/// <summary>
/// Reads <c>train</c> and <c>test</c> (.tsv, .csv or .txt, perhaps .gz): a sequence of tokens with spaces between them and its class in
/// each line, whichever comes first, with or without a header (<c>Source</c>, <c>Target</c>). Round brackets, which the files of ListOps
/// have around every list, are left out.
/// </summary>
internal static class LongFolder
{
    /// <exception cref="InvalidDataException">A file is missing, or a line doesn't fit.</exception>
    internal static LongTask Load(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidDataException($"There is no folder {Path.GetFullPath(folder)}.");
        LongRow[] train = Read(folder, "train"), test = Read(folder, "test");
        return new(Path.GetFileName(Path.GetFullPath(folder)), train, test);
    }

    private static LongRow[] Read(string folder, string part)
    {
        var file = Directory.GetFiles(folder).Order(StringComparer.Ordinal).FirstOrDefault(file => FolderContents.IsData(file)
            && Path.GetFileName(file).Split('.')[0].Split('_')[^1].Equals(part, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidDataException($"{folder}: expected files 'train' and 'test' with a sequence of tokens and its class in "
                + $"each line, ending in .tsv, .csv or .txt; there is no '{part}'.{FolderContents.Describe(folder, "LongInputs")}");
        Fields[] lines = [.. Table.Read(file).Rows];
        foreach (var line in lines)
            line.Require(2);
        if (lines[0].Values[0].Trim() is "Source" or "Target" or "text" or "label" or "class")
            lines = lines[1..];
        if (lines.Length == 0)
            throw new InvalidDataException($"{file}: expected lines behind the header.");
        var sequence = lines.Average(line => (double)Tokens(line.Values[0]).Length) >= lines.Average(line => (double)Tokens(
            line.Values[1]).Length) ? 0 : 1;
        return [.. lines.Select(line => new LongRow
        {
            Tokens = Tokens(line.Values[sequence]) is { Length: > 0 } tokens ? tokens : throw line.Error("the sequence is empty"),
            Class = line.Values[1 - sequence].Trim() is { Length: > 0 } name ? name : throw line.Error("the class is empty"),
        })];
    }

    private static string[] Tokens(string text) => text.Split((char[])[' ', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
}
