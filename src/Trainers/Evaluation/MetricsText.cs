using System.Globalization;
using System.Text;

namespace MLSeqGraph.Trainers;

/// <summary>Averages of metrics, and tables of them as text.</summary>
internal static class MetricsText
{
    /// <summary>The mean of the values that aren't NaN; NaN where all are.</summary>
    internal static double Mean(IEnumerable<double> values)
    {
        double sum = 0;
        long count = 0;
        foreach (double value in values)
        {
            if (double.IsNaN(value))
                continue;
            sum += value;
            count++;
        }

        return count > 0 ? sum / count : double.NaN;
    }

    /// <summary>part / whole; 0 where the whole is 0.</summary>
    internal static double Share(double part, double whole) => whole > 0 ? part / whole : 0;

    /// <summary>A metric with 4 digits after the point, or with an exponent where it is too small for that.</summary>
    internal static string Format(double value) =>
        value.ToString(value != 0 && (Math.Abs(value) is < 1e-3 or >= 1e6) ? "0.0000e+0" : "0.0000", CultureInfo.InvariantCulture);

    internal static string Format(long count) => count.ToString(CultureInfo.InvariantCulture);

    /// <summary>A table whose first column is aligned left, the others right.</summary>
    internal static string Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> lines)
    {
        IReadOnlyList<string>[] all = [header, .. lines];
        int[] widths = [.. Enumerable.Range(0, header.Count).Select(i => all.Max(line => line[i].Length))];
        var text = new StringBuilder();
        foreach (var line in all)
        {
            var padded = line.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]));
            text.Append(string.Join("  ", padded).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
