using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests;

[TestClass]
public class SequenceReaderTests
{
    private static TestView.Builder Floats(Func<long, float[]> value) =>
        new TestView.Builder().AddVector("Values", NumberDataViewType.Single, value);

    private static SequenceColumns Columns(TestView data, int? featureCount = null, Func<SequenceLabel>? label = null,
        string? weight = null) =>
        new(SequenceColumn.FromData(data, data.Schema[0].Name, featureCount), label?.Invoke(), weight);

    private static SequenceRows ReadAll(TestView data, SequenceColumns columns)
    {
        columns = columns.BindTo(data.Schema);
        using var cursor = data.GetRowCursor(columns.Of(data.Schema));
        var reader = new SequenceReader(cursor, columns);
        var rows = new SequenceRows(columns);
        while (cursor.MoveNext())
            reader.AddTo(rows);
        return rows;
    }

    private static void AssertTokens<T>(PrimitiveDataViewType item, T[] values, params int[] expected)
    {
        var data = new TestView.Builder().AddVector("Words", item, _ => values).Rows(1);
        var rows = ReadAll(data, new SequenceColumns(
            SequenceColumn.FromSchema(data.Schema, "Words", vocabularySize: item is KeyDataViewType ? null : 4)));
        CollectionAssert.AreEqual(expected, rows.Tokens(0).ToArray());
    }

    [TestMethod]
    public void KeysAndIntegersBecomeIdsWithZeroForUnknown()
    {
        AssertTokens(new KeyDataViewType(typeof(byte), 4), new byte[] { 0, 1, 4, 5 }, 0, 1, 4, 0);
        AssertTokens(new KeyDataViewType(typeof(ushort), 4), new ushort[] { 0, 1, 4, 5 }, 0, 1, 4, 0);
        AssertTokens(new KeyDataViewType(typeof(uint), 4), new uint[] { 0, 1, 4, 5 }, 0, 1, 4, 0);
        AssertTokens(new KeyDataViewType(typeof(ulong), 4), new ulong[] { 0, 1, 4, ulong.MaxValue }, 0, 1, 4, 0);
        AssertTokens(NumberDataViewType.Int32, new[] { -1, 0, 3, 4, int.MinValue }, 0, 1, 4, 0, 0);
        AssertTokens(NumberDataViewType.Int64, new[] { -1, 0, 3, 4, long.MaxValue, (1L << 32) + 1 }, 0, 1, 4, 0, 0, 0);
    }

    [TestMethod]
    public void SparseVectorsAreFilledWithWhatTheyLeaveOut()
    {
        var data = new TestView.Builder()
            .Add("Words", new VectorDataViewType(NumberDataViewType.Int32), _ => new VBuffer<int>(4, 1, [2], [1])).Rows(1);
        CollectionAssert.AreEqual(new[] { 1, 3, 1, 1 }, ReadAll(data, Columns(data)).Tokens(0).ToArray());
        var real = new TestView.Builder()
            .Add("Values", new VectorDataViewType(NumberDataViewType.Single), _ => new VBuffer<float>(4, 1, [2], [1])).Rows(1);
        CollectionAssert.AreEqual(new[] { 0f, 2, 0, 0 }, ReadAll(real, Columns(real, 2)).Features(0).ToArray());
    }

    [TestMethod]
    public void RowsKeepTheirValuesPositionsLabelsAndWeights()
    {
        var data = Floats(row => [row, row + 0.5f, .. row == 1 ? [7f, 8f] : Array.Empty<float>()])
            .AddVector("Target", NumberDataViewType.Single, row => new[] { -row, 2f }, 2)
            .AddSingle("Weight", row => row / 2f)
            .Rows(3);
        var rows = ReadAll(data, Columns(data, 2, () => SequenceLabel.Targets(data.Schema, "Target"), "Weight"));
        Assert.AreEqual(3, rows.Count);
        Assert.AreEqual(4, rows.Steps);
        CollectionAssert.AreEqual(new[] { 1f, 1.5f, 7, 8 }, rows.Features(1).ToArray());
        CollectionAssert.AreEqual(new[] { 2f, 2.5f }, rows.Features(2).ToArray());
        CollectionAssert.AreEqual(new[] { -2f, 2 }, rows.Labels.Targets(2).ToArray());
        Assert.AreEqual((2, 1L, 0.5f), (rows.Length(1), rows.Position(1), rows.Labels.Weight(1)));
        rows.Keep([0, 2]);
        CollectionAssert.AreEqual(new[] { 2f, 2.5f }, rows.Features(1).ToArray());
        CollectionAssert.AreEqual(new[] { -2f, 2 }, rows.Labels.Targets(1).ToArray());
        Assert.AreEqual((1, 2L, 1f, 2), (rows.Length(1), rows.Position(1), rows.Labels.Weight(1), rows.Steps));
    }

    [TestMethod]
    public void ClassesCountFromZero()
    {
        var data = Floats(_ => [1]).Add("Key", new KeyDataViewType(typeof(byte), 3), row => (byte)(row + 1))
            .Add("Flag", BooleanDataViewType.Instance, row => row == 1).Rows(3);
        var rows = ReadAll(data, Columns(data, label: () => SequenceLabel.Class(data.Schema, "Key")));
        Assert.AreEqual((0, 1, 2), (rows.Labels.Classes(0)[0], rows.Labels.Classes(1)[0], rows.Labels.Classes(2)[0]));
        rows = ReadAll(data, Columns(data, label: () => SequenceLabel.Class(data.Schema, "Flag")));
        Assert.AreEqual((0, 1, 0), (rows.Labels.Classes(0)[0], rows.Labels.Classes(1)[0], rows.Labels.Classes(2)[0]));
        var steps = Floats(row => new float[row + 1])
            .AddVector("Tags", new KeyDataViewType(typeof(uint), 5), row =>
                Enumerable.Range(1, (int)row + 1).Select(i => (uint)i).ToArray()).Rows(3);
        rows = ReadAll(steps, Columns(steps, label: () => SequenceLabel.StepClasses(steps.Schema, "Tags")));
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, rows.Labels.Classes(2).ToArray());
    }

    [TestMethod]
    public void BadSequencesNameColumnRowAndExpectation()
    {
        AssertError(Floats(row => row == 3 ? [] : [1]).Rows(5), null, null,
            "Column 'Values', row 3: the sequence is empty, expected at least one step.");
        AssertError(Floats(row => new float[row == 2 ? 5 : 4]).Rows(5), 2, null,
            "Column 'Values', row 2: 5 values, expected a multiple of 2, the features of a step (FeatureCount).");
        AssertError(Floats(row => [1, 2, 3, row == 4 ? float.NaN : 4]).Rows(5), 2, null,
            "Column 'Values', row 4, step 1, feature 1: NaN, expected a finite number.");
        AssertError(Floats(_ => [float.PositiveInfinity]).Rows(5), 1, null,
            $"Column 'Values', row 0, step 0, feature 0: {float.PositiveInfinity}, expected a finite number.");
        AssertError(new TestView.Builder().AddVector("Words", new KeyDataViewType(typeof(uint), 3), _ => Array.Empty<uint>()).Rows(1),
            null, null,
            "Column 'Words', row 0: the sequence is empty, expected at least one step.");
    }

    [TestMethod]
    public void BadLabelsAndWeightsNameColumnRowAndExpectation()
    {
        var key = new KeyDataViewType(typeof(uint), 3);
        var data = Floats(_ => [1, 2]).Add("Key", key, row => (uint)row)
            .Add("High", key, row => (uint)row + 3)
            .AddVector("Tags", key, row => row == 1 ? [1u] : new[] { 1u, 2u })
            .AddVector("Gaps", key, _ => new[] { 1u, 0u })
            .AddSingle("Target", row => row == 2 ? float.NaN : 1)
            .AddVector("Targets", NumberDataViewType.Single, row => new float[row + 2])
            .AddVector("NaNs", NumberDataViewType.Single, _ => new[] { 1, float.NaN }, 2)
            .AddSingle("Weight", row => row == 1 ? -1 : 1)
            .Rows(3);
        var schema = data.Schema;
        AssertError(data, 1, SequenceLabel.Class(schema, "Key"),
            "Column 'Key', row 0: the label is missing, or a value that MapValueToKey has not seen; expected one of 3 classes.");
        AssertError(data, 1, SequenceLabel.Class(schema, "High"), "Column 'High', row 1: the label is key 4, expected 1 to 3.");
        AssertError(data, 1, SequenceLabel.StepClasses(schema, "Tags"),
            "Column 'Tags', row 1: 1 labels, but column 'Values' has 2 steps; expected one label per step.");
        AssertError(data, 1, SequenceLabel.StepClasses(schema, "Gaps"),
            "Column 'Gaps', row 0, step 1: the label is missing, or a value that MapValueToKey has not seen; expected one of 3 classes.");
        AssertError(data, 1, SequenceLabel.Targets(schema, "Target"),
            "Column 'Target', row 2: the label is NaN, expected a finite number.");
        AssertError(data, 1, SequenceLabel.Targets(schema, "Targets", 2), "Column 'Targets', row 1: 3 targets, expected 2.");
        AssertError(data, 1, SequenceLabel.Targets(schema, "NaNs"), "Column 'NaNs', row 0, target 1: NaN, expected a finite number.");
        AssertError(data, 1, null, "Column 'Weight', row 1: the weight is -1, expected a finite number of at least 0.", "Weight");
    }

    private static void AssertError(TestView data, int? featureCount, SequenceLabel? label, string message, string? weight = null)
    {
        var columns = Columns(data, featureCount, () => label!, weight);
        Assert.AreEqual(message, Assert.ThrowsExactly<InvalidDataException>(() => ReadAll(data, columns)).Message);
    }
}
