using System.Globalization;
using Examples;

namespace StateSpace;

/// <summary>A series of numbers in the last column of the only table of a folder, or of a file.</summary>
internal sealed record SeriesFile(string Name, double[] Values)
{
    private static readonly string[] Endings = [".csv", ".tsv", ".txt"];

    /// <returns>The series; null where the folder holds something else.</returns>
    /// <exception cref="InvalidDataException">A number can't be read.</exception>
    internal static SeriesFile? Find(string path)
    {
        if (File.Exists(path))
            return Read(path);
        string[] files = [.. Directory.GetFiles(path).Where(file => Endings.Contains(Path.GetExtension(file))
            && !Path.GetFileName(file).StartsWith("README", StringComparison.OrdinalIgnoreCase))];
        return files is [var only] && Read(only, mayBeOther: true) is { } series ? series : null;
    }

    private static SeriesFile? Read(string path, bool mayBeOther = false)
    {
        Fields[] rows = [.. Table.Read(path).Rows];
        var values = new List<double>();
        for (var i = 0; i < rows.Length; i++)
        {
            var text = rows[i].Values[^1].Trim();
            var isMissing = text.Length == 0 || text.Equals("NA", StringComparison.OrdinalIgnoreCase)
                || text.Equals("NaN", StringComparison.OrdinalIgnoreCase);
            if (rows[i].Values.Length <= 2 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number))
                values.Add(number);
            else if (isMissing && i > 0)
                values.Add(double.NaN);
            else if (i > 0 && mayBeOther)
                return null;
            else if (i > 0)
                throw new InvalidDataException($"{path}, line {rows[i].Line}: '{text}', expected a number or NA in the last of at most two "
                    + "columns, a time and its value.");
        }
        return values.Count >= 20 ? new(Path.GetFileNameWithoutExtension(path), [.. values]) : mayBeOther ? null
            : throw new InvalidDataException($"{path} has {values.Count} values; expected at least 20.");
    }
}
