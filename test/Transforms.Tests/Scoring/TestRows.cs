using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Scoring;

/// <summary>Ragged rows in every form that a model reads.</summary>
internal static class TestRows
{
    private const int FixedSteps = 4;

    /// <summary>A column of each kind, under the names the models of <see cref="TestModels"/> know.</summary>
    public static TestView All(int rows, int longest = 9, int seed = 1)
    {
        var random = new Random(seed);
        int[] lengths = [.. Enumerable.Range(0, rows).Select(_ => random.Next(1, longest + 1))];
        float[][] features = [.. lengths.Select(length => Floats(random, length * TestModels.Features))];
        float[][] squares = [.. lengths.Select(_ => Floats(random, FixedSteps * TestModels.Features))];
        // Among them what is not in the vocabulary, which has the entries 0 to 4.
        int[][] tokens = [.. lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(-2, TestModels.Vocabulary + 1))
            .ToArray())];
        const int Known = TestModels.Vocabulary - 1;
        ulong Key(int token) => token is >= 0 and < Known ? (ulong)token + 1 : 0;
        return new TestView.Builder()
            .AddVector("Values", NumberDataViewType.Single, row => features[row])
            .AddVector("Square", NumberDataViewType.Single, row => squares[row], FixedSteps, TestModels.Features)
            .AddVector("Words", new KeyDataViewType(typeof(uint), Known), row => Array.ConvertAll(tokens[row], token => (uint)Key(token)))
            .AddVector("Bytes", new KeyDataViewType(typeof(byte), Known), row => Array.ConvertAll(tokens[row], token => (byte)Key(token)))
            .AddVector("Longs", new KeyDataViewType(typeof(ulong), Known), row => Array.ConvertAll(tokens[row], Key))
            .AddVector("Ints", NumberDataViewType.Int32, row => tokens[row])
            .AddVector("Int64s", NumberDataViewType.Int64, row => Array.ConvertAll(tokens[row], token => (long)token))
            .AddSingle("Number", row => row)
            .Rows(rows);
    }

    /// <summary>The columns of <see cref="All"/> with sequences, with the model input that each is read as.</summary>
    public static IEnumerable<(string Column, ModelInput Input)> Columns =>
    [
        ("Values", TestModels.Real), ("Square", TestModels.Real), ("Words", TestModels.Keys), ("Bytes", TestModels.Keys),
        ("Longs", TestModels.Keys), ("Ints", TestModels.Keys), ("Int64s", TestModels.Keys),
    ];

    private static float[] Floats(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
}

/// <summary>What a model said of a row.</summary>
/// <param name="Label">The predicted label: of a key its value as text, of a vector of keys those of its items.</param>
/// <param name="Score">The score, a scalar as one value.</param>
/// <param name="Probability">The probability, NaN where there is none.</param>
internal sealed record Prediction(string Label, float[] Score, float Probability)
{
    public static List<Prediction> ReadAll(IDataView data)
    {
        var schema = data.Schema;
        string[] names = [ModelFormat.PredictedLabel, ModelFormat.Score, ModelFormat.Probability];
        using var cursor = data.GetRowCursor(names.Select(schema.GetColumnOrNull).OfType<DataViewSchema.Column>());
        var read = Reader(cursor);
        var predictions = new List<Prediction>();
        while (cursor.MoveNext())
            predictions.Add(read());
        return predictions;
    }

    /// <summary>Reads where a row stands.</summary>
    public static Func<Prediction> Reader(DataViewRow row)
    {
        var label = LabelReader(row, row.Schema.GetColumnOrNull(ModelFormat.PredictedLabel));
        var score = SingleReader(row, row.Schema.GetColumnOrNull(ModelFormat.Score));
        var probability = SingleReader(row, row.Schema.GetColumnOrNull(ModelFormat.Probability));
        return () => new Prediction(label(), score(), probability() is [var only] ? only : float.NaN);
    }

    public static void AssertEqual(IReadOnlyList<Prediction> expected, IReadOnlyList<Prediction> actual)
    {
        Assert.HasCount(expected.Count, actual);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.AreEqual(expected[i].Label, actual[i].Label, $"Label of row {i}");
            Assert.AreEqual(expected[i].Probability, actual[i].Probability, 1e-5f, $"Probability of row {i}");
            Assert.HasCount(expected[i].Score.Length, actual[i].Score, $"Scores of row {i}");
            for (int j = 0; j < expected[i].Score.Length; j++)
                Assert.AreEqual(expected[i].Score[j], actual[i].Score[j], 1e-5f, $"Score {j} of row {i}");
        }
    }

    private static Func<string> LabelReader(DataViewRow row, DataViewSchema.Column? column)
    {
        switch (column?.Type)
        {
            case null:
                return () => "";
            case BooleanDataViewType:
                return Scalar<bool, string>(row, column.Value, value => value.ToString());
            case KeyDataViewType:
                var names = KeyNames(column.Value);
                return Scalar<uint, string>(row, column.Value, key => names[(int)key - 1]);
            default:
                var itemNames = KeyNames(column.Value);
                var getter = row.GetGetter<VBuffer<uint>>(column.Value);
                return () =>
                {
                    VBuffer<uint> keys = default;
                    getter(ref keys);
                    return string.Join(' ', keys.DenseValues().Select(key => itemNames[(int)key - 1]));
                };
        }
    }

    private static Func<float[]> SingleReader(DataViewRow row, DataViewSchema.Column? column)
    {
        if (column is null)
            return () => [];
        if (column.Value.Type is not VectorDataViewType)
            return Scalar<float, float[]>(row, column.Value, value => [value]);
        var getter = row.GetGetter<VBuffer<float>>(column.Value);
        return () =>
        {
            VBuffer<float> value = default;
            getter(ref value);
            return [.. value.DenseValues()];
        };
    }

    private static Func<TResult> Scalar<T, TResult>(DataViewRow row, DataViewSchema.Column column, Func<T, TResult> convert)
        where T : struct
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return convert(value);
        };
    }

    private static string[] KeyNames(DataViewSchema.Column column)
    {
        var labels = ModelLabels.Of(column);
        return [.. labels.Values ?? [.. Enumerable.Range(0, labels.Count).Select(i => $"{i}")]];
    }
}
