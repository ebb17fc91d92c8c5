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
