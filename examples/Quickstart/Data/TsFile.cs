using Examples;
using MLSeqGraph.Transforms;

namespace Quickstart.Data;

/// <summary>
/// A .ts file of the UEA archive (Bagnall et al. 2018): comments that begin with #, a head of lines that begin with @, then a series a
/// line: its dimensions parted by colons, their values by commas, and the class last.
/// </summary>
internal static class TsFile
{
    internal static bool Matches(string path) =>
        TextFile.Lines(path).FirstOrDefault(line => line.Trim().Length > 0 && !line.StartsWith('#')) is { } first && first.StartsWith('@');

    internal static (SeriesRows.Row[] Rows, int Dimensions) Read(string path)
    {
        List<SeriesRows.Row> rows = [];
        var (number, dimensions, isData) = (0, 0, false);
        foreach (var line in TextFile.Lines(path))
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
                continue;
            var where = new Fields(path, number, [text]);
            if (!isData)
                isData = ReadHead(where, text);
            else
                rows.Add(ReadSeries(where, text, ref dimensions));
        }
        return rows.Count > 0 ? ([.. rows], dimensions)
            : throw new InvalidDataException($"{path} has no series; expected {(isData ? "" : "@data and ")}lines of values and a class.");
    }

    private static bool ReadHead(Fields where, string text)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        bool Is(string name, string value) => words[0].Equals(name, StringComparison.OrdinalIgnoreCase) && words.Length > 1
            && words[1].Equals(value, StringComparison.OrdinalIgnoreCase);
        if (text[0] != '@')
            throw where.Error($"found '{words[0]}' before @data, expected a line that begins with @");
        if (Is("@timestamps", "true"))
            throw where.Error("the series have timestamps, expected values alone");
        if (Is("@classlabel", "false") || Is("@targetlabel", "true"))
            throw where.Error("the series have no classes, expected @classLabel true");
        return words[0].Equals("@data", StringComparison.OrdinalIgnoreCase);
    }

    private static SeriesRows.Row ReadSeries(Fields where, string text, ref int dimensions)
    {
        string[] parts = text.Split(':');
        if (parts.Length < 2 || parts[^1].Trim().Length == 0)
            throw where.Error("found no class after a colon, expected values:class");
        if (dimensions == 0)
            dimensions = parts.Length - 1;
        if (parts.Length - 1 != dimensions)
            throw where.Error($"found {parts.Length - 1} dimensions, expected {dimensions} as in the other lines");
        float[][] values = [.. parts[..^1].Select(part => where with { Values = part.Split(',') }).Select(fields =>
            fields.Numbers(0, fields.Values.Length))];
        if (values.FirstOrDefault(dimension => dimension.Length != values[0].Length) is { } other)
            throw where.Error($"a dimension has {other.Length} values, expected {values[0].Length} as the first");
        var steps = new float[values[0].Length * dimensions];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = values[i % dimensions][i / dimensions];
        return new() { Class = parts[^1].Trim(), Features = steps };
    }
}
