using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>How ML.NET turns objects into rows and back; the same for the real packages and the stand-in.</summary>
[TestClass]
public class ObjectDataTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        [VectorType(3)]
        public float[] X { get; set; } = [];

        public float[] Y { get; set; } = [];

        public float Z { get; set; }

        [KeyType(4)]
        public uint Key { get; set; }
    }

    private sealed class Named
    {
        [ColumnName("Label")]
        public string Text { get; set; } = "";

        public string[] Words = [];

        [NoColumn]
        public object? Ignored { get; set; }

        [VectorType(2, 3)]
        public VBuffer<double> Grid { get; set; }

        public DateTime When { get; set; }
    }

    private sealed class KeyRow
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [KeyType(3)]
        public uint[] Tokens { get; set; } = [];
    }

    private static readonly Row[] Rows =
    [
        new() { X = [1, 2, 3], Y = [1], Z = 5, Key = 0 },
        new() { X = [4, 5, 6], Y = [], Z = -1, Key = 3 },
    ];

    [TestMethod]
    public void MembersBecomeColumns()
    {
        DataViewSchema schema = _ml.Data.LoadFromEnumerable(Rows).Schema;
        CollectionAssert.AreEqual(
            new[] { "X: Vector<Single, 3>", "Y: Vector<Single>", "Z: Single", "Key: Key<UInt32, 0-3>" },
            schema.Select(column => column.ToString()).ToArray());

        DataViewSchema named = _ml.Data.LoadFromEnumerable(new[] { new Named() }).Schema;
        CollectionAssert.AreEquivalent(
            new[] { "Label: String", "Words: Vector<String>", "Grid: Vector<Double, 2, 3>", "When: DateTime" },
            named.Select(column => column.ToString()).ToArray());
    }

    [TestMethod]
    public void ValuesComeBack()
    {
        var when = new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc);
        var given = new Named { Text = "a", Words = ["b", "", "c"], Grid = new VBuffer<double>(6, 2, [7, 8], [1, 4]), When = when };
        IDataView data = _ml.Data.LoadFromEnumerable(new[] { given });
        Named read = _ml.Data.CreateEnumerable<Named>(data, reuseRowObject: false).Single();
        Assert.AreEqual("a", read.Text);
        CollectionAssert.AreEqual(new[] { "b", "", "c" }, read.Words);
        CollectionAssert.AreEqual(new double[] { 0, 7, 0, 0, 8, 0 }, read.Grid.DenseValues().ToArray());
        Assert.AreEqual(when, read.When);
    }

    [TestMethod]
    public void AScalarKeyIsGivenZeroBasedAndReadOneBased()
    {
        uint[] given = [0, 1, 2, 3, uint.MaxValue];
        IDataView data = _ml.Data.LoadFromEnumerable(given.Select(value => new KeyRow { Label = value }));
        CollectionAssert.AreEqual(new uint[] { 1, 2, 3, 0, 0 }, data.GetColumn<uint>("Label").ToArray());
        CollectionAssert.AreEqual(new uint[] { 1, 2, 3, 0, 0 },
            _ml.Data.CreateEnumerable<KeyRow>(data, reuseRowObject: false).Select(row => row.Label).ToArray());
    }

    [TestMethod]
    public void TheKeysOfAVectorAreOneBasedBothWays()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(new[] { new KeyRow { Tokens = [0, 1, 3] } });
        Assert.AreEqual("Vector<Key<UInt32, 0-2>>", data.Schema["Tokens"].Type.ToString());
        CollectionAssert.AreEqual(new uint[] { 0, 1, 3 }, data.GetColumn<uint[]>("Tokens").Single());
    }

    [TestMethod]
    public void ASequenceIsEnumeratedAnewByEachCursor()
    {
        int started = 0, made = 0;
        IEnumerable<Row> endless()
        {
            started++;
            for (; ; )
            {
                made++;
                yield return new Row { Z = made };
            }
        }

        IDataView data = _ml.Data.LoadFromEnumerable(endless());
        Assert.IsNull(data.GetRowCount());
        Assert.IsFalse(data.CanShuffle);
        CollectionAssert.AreEqual(new float[] { 1, 2 }, _ml.Data.TakeRows(data, 2).GetColumn<float>("Z").ToArray());
        Assert.AreEqual(2, made, "A cursor holds no more than the row where it stands.");
        _ = data.GetColumn<float>("Z").First();
        Assert.AreEqual(2, started);
        Assert.HasCount(1, data.GetRowCursorSet(data.Schema, 4));
    }

    [TestMethod]
    public void RowsAreCountedSkippedAndTaken()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Rows);
        Assert.AreEqual(2, data.GetRowCount());
        CollectionAssert.AreEqual(new[] { -1f }, _ml.Data.TakeRows(_ml.Data.SkipRows(data, 1), 1).GetColumn<float>("Z").ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.TakeRows(data, 0));
    }

    [TestMethod]
    public void ADefinitionChangesTypesNamesAndAnnotations()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Row));
        definition["Y"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1);
        definition["Z"].ColumnName = "Renamed";
        definition["X"].AddAnnotation("SlotNames", new[] { "a", "b", "c" }, new VectorDataViewType(TextDataViewType.Instance, 3));
        DataViewSchema schema = _ml.Data.LoadFromEnumerable(Rows, definition).Schema;
        Assert.AreEqual("Y: Vector<Single, 1>", schema["Y"].ToString());
        Assert.IsTrue(schema["X"].HasSlotNames());
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["X"].GetSlotNames(ref names);
        Assert.AreEqual("a,b,c", string.Join(",", names.DenseValues()));
        Assert.IsNull(schema.GetColumnOrNull("Z"));
        Assert.IsNotNull(schema.GetColumnOrNull("Renamed"));

        Assert.AreEqual("Y: Vector<Single, 1>", _ml.Data.LoadFromEnumerable(Rows, schema: WithoutRenamed(schema)).Schema["Y"].ToString());
    }

    [TestMethod]
    public void WhatDoesNotFitIsAnError()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Rows);
        ArgumentOutOfRangeException missing = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => data.Schema["Nope"]);
        Assert.AreEqual("Column 'Nope' not found (Parameter 'name')", missing.Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _ml.Data.CreateEnumerable<KeyRow>(data, reuseRowObject: false).ToArray(), "Label is no column.");
        Assert.IsNotEmpty(_ml.Data.CreateEnumerable<KeyRow>(data, reuseRowObject: false, ignoreMissingColumns: true).ToArray());
        Assert.ThrowsExactly<InvalidOperationException>(
            () => _ml.Data.CreateEnumerable<WrongRow>(data, reuseRowObject: false).ToArray(), "Z is no text.");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable(new[] { new { Bad = new object() } }));

        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["Z"]]);
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<double>(data.Schema["Z"]));
        Assert.IsFalse(cursor.IsColumnActive(data.Schema["X"]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<VBuffer<float>>(data.Schema["X"]));
    }

    private sealed class WrongRow
    {
        public string Z { get; set; } = "";
    }

    [TestMethod]
    public void APreviewHoldsRowsAndColumns()
    {
        DataDebuggerPreview preview = _ml.Data.LoadFromEnumerable(Rows).Preview(maxRows: 1);
        Assert.HasCount(1, preview.RowView);
        Assert.HasCount(4, preview.ColumnView);
        Assert.AreEqual(5f, preview.RowView[0].Values.Single(pair => pair.Key == "Z").Value);
        Assert.AreEqual(5f, preview.ColumnView.Single(column => column.Column.Name == "Z").Values.Single());
        Assert.IsInstanceOfType<ImmutableArray<DataDebuggerPreview.RowInfo>>(preview.RowView);
    }

    private static DataViewSchema WithoutRenamed(DataViewSchema schema)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(schema.Where(column => column.Name != "Renamed"));
        return builder.ToSchema();
    }
}
