using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Quickstart;

/// <summary>The scores of all rows, and how fast they came.</summary>
internal sealed record Scores(string Way, float[][] Rows, double RowsPerSecond)
{
    /// <summary>Reads the column Score of a view: once to have the scores, then until the clock can tell the speed.</summary>
    internal static Scores Read(string way, IDataView scored)
    {
        var rows = scored.GetColumn<float[]>("Score").ToArray();
        var clock = Stopwatch.StartNew();
        var passes = 0;
        do
        {
            foreach (var _ in scored.GetColumn<float[]>("Score"))
            {
            }
            passes++;
        }
        while (clock.Elapsed.TotalSeconds < 0.25);
        return new(way, rows, passes * rows.Length / clock.Elapsed.TotalSeconds);
    }

    /// <summary>The largest difference of a score.</summary>
    internal double DifferenceTo(Scores other)
    {
        if (Rows.Length != other.Rows.Length)
            throw new InvalidDataException($"{Way}: {Rows.Length} rows, but {other.Rows.Length} by {other.Way}.");
        return Rows.Zip(other.Rows).Max(pair => pair.First.Zip(pair.Second).Max(scores => Math.Abs((double)scores.First - scores.Second)));
    }
}
