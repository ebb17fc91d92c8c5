using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>What a model made of a row: the predicted label's value, and the scores.</summary>
/// <param name="Label">The values of a label's keys, with spaces between those of steps; empty where there is none.</param>
/// <param name="Score">A single score as an array.</param>
internal sealed record Scored(string Label, float[] Score)
{
    internal static List<Scored> All(IDataView data)
    {
        using var cursor = data.GetRowCursor(data.Schema.Where(column => column.Name is "Score" or "PredictedLabel"));
        var read = Reader(cursor);
        var rows = new List<Scored>();
        while (cursor.MoveNext())
            rows.Add(read());
        return rows;
    }

    /// <summary>Reads where a row stands.</summary>
    internal static Func<Scored> Reader(DataViewRow row)
    {
        var (label, score) = (Labels(row, row.Schema.GetColumnOrNull("PredictedLabel")), Scores(row, row.Schema["Score"]));
        return () => new(label(), score());
    }

    internal static void AssertEqual(IReadOnlyList<Scored> expected, IReadOnlyList<Scored> actual, float tolerance = 1e-5f)
    {
        Assert.HasCount(expected.Count, actual);
        for (var row = 0; row < expected.Count; row++)
        {
            Assert.AreEqual(expected[row].Label, actual[row].Label, $"label of row {row}");
            Assert.HasCount(expected[row].Score.Length, actual[row].Score, $"scores of row {row}");
            for (var i = 0; i < expected[row].Score.Length; i++)
                Assert.AreEqual(expected[row].Score[i], actual[row].Score[i], tolerance * Math.Max(1, Math.Abs(expected[row].Score[i])),
                    $"score {i} of row {row}");
        }
    }

    private static Func<string> Labels(DataViewRow row, DataViewSchema.Column? column)
    {
        if (column is not { } label)
            return () => "";
        if (label.Type is BooleanDataViewType)
            return () => Value<bool>(row, label).ToString();
        VBuffer<ReadOnlyMemory<char>> values = default;
        label.GetKeyValues(ref values);
        string[] names = [.. values.DenseValues().Select(value => value.ToString())];
        return label.Type is VectorDataViewType
            ? () => string.Join(' ', Value<VBuffer<uint>>(row, label).DenseValues().Select(key => names[key - 1]))
            : () => names[Value<uint>(row, label) - 1];
    }

    private static Func<float[]> Scores(DataViewRow row, DataViewSchema.Column score) => score.Type is VectorDataViewType
        ? () => [.. Value<VBuffer<float>>(row, score).DenseValues()]
        : () => [Value<float>(row, score)];

    private static T Value<T>(DataViewRow row, DataViewSchema.Column column)
    {
        T value = default!;
        row.GetGetter<T>(column)(ref value);
        return value;
    }
}
