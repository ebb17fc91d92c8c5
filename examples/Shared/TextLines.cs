using System.Globalization;
using System.IO.Compression;

namespace Examples;

/// <summary>Reads text files, also those that end in .gz.</summary>
internal static class TextLines
{
    internal static IEnumerable<string> Read(string path)
    {
        using var file = File.OpenRead(path);
        using var text = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new StreamReader(new GZipStream(file, CompressionMode.Decompress))
            : new StreamReader(file);
        while (text.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>The lines that aren't empty, cut into fields.</summary>
    internal static IEnumerable<Fields> ReadFields(string path, char separator)
    {
        var number = 0;
        foreach (var line in Read(path))
        {
            number++;
            if (line.Length > 0)
                yield return new(path, number, line.Split(separator));
        }
    }

    internal static bool TryNumber(string text, out float number) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}

/// <summary>The fields of a line, and where it stands.</summary>
internal sealed record Fields(string Path, int Line, string[] Values)
{
    internal void RequireAtLeast(int count, string expected)
    {
        if (Values.Length < count)
            throw Error($"{Values.Length} fields, expected {expected}");
    }

    /// <summary>The fields from <paramref name="start"/> to before <paramref name="end"/> as numbers.</summary>
    internal float[] Numbers(int start, int end)
    {
        var numbers = new float[end - start];
        for (var i = start; i < end; i++)
            if (!TextLines.TryNumber(Values[i], out numbers[i - start]))
                throw Error($"field {i + 1} is '{Values[i]}', expected a number");
        return numbers;
    }

    internal InvalidDataException Error(string what) => new($"{Path}, line {Line}: {what}.");
}
