using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms.Tests.Scoring;

/// <summary>Bad rows, bad columns, cancelled and disposed scoring.</summary>
[TestClass]
public class ScoringErrorTests
{
    private readonly MLContext _ml = new(seed: 1);

    private SequenceScoringTransformer Fit(IDataView data, SequenceScoringOptions? options = null, int? time = null) =>
        _ml.Transforms.ApplySequenceModel(TestModels.Bytes(ModelTask.Classification, TestModels.Real, time: time), options: options)
            .Fit(data);

    private static TestView Rows(int count, Func<long, float[]> values) =>
        new TestView.Builder().AddVector("Values", NumberDataViewType.Single, values).Rows(count);

    private static float[] Steps(int steps) => new float[steps * TestModels.Features];

    /// <summary>Reads until it fails.</summary>
    private static (int Rows, Exception Error) ReadAll(IDataView scored)
    {
        using var cursor = scored.GetRowCursor(scored.Schema);
        int rows = 0;
        var error = Assert.Throws<Exception>(() =>
        {
            while (cursor.MoveNext())
                rows++;
        });
        return (rows, error);
    }

    [TestMethod]
    [DataRow(0, "Column 'Values', row 70: the sequence is empty")]
    [DataRow(4, "Column 'Values', row 70: 4 values, expected a multiple of 3")]
    public void ABadRowIsAnErrorAfterTheRowsBeforeIt(int values, string expected)
    {
        var data = Rows(100, row => row == 70 ? new float[values] : Steps(2));
        using var transformer = Fit(data);
        var (rows, error) = ReadAll(transformer.Transform(data));
        Assert.AreEqual(70, rows);
        Assert.IsInstanceOfType<InvalidDataException>(error);
        StringAssert.StartsWith(error.Message, expected);
    }

    [TestMethod]
    public void ABadValueIsAnErrorAfterTheRowsBeforeIt()
    {
        var data = Rows(100, row => row == 70 ? [1, 2, 3, 4, float.NaN, 6] : Steps(2));
        using var transformer = Fit(data);
        var (rows, error) = ReadAll(transformer.Transform(data));
        Assert.AreEqual(70, rows);
        StringAssert.StartsWith(error.Message, "Column 'Values', row 70, step 1, feature 1: NaN");
    }

    [TestMethod]
    public void AModelOfAFixedLengthRefusesOthers()
    {
        var data = Rows(10, row => Steps(row == 7 ? 3 : 4));
        using var transformer = Fit(data, time: 4);
        var (rows, error) = ReadAll(transformer.Transform(data));
        Assert.AreEqual(7, rows);
        Assert.AreEqual("Column 'Values', row 7: the sequence has 3 steps, but the model reads sequences of 4 steps.", error.Message);
        var wrong = new TestView.Builder().AddVector("Values", NumberDataViewType.Single, _ => Steps(5), 5, TestModels.Features).Rows(1);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => transformer.Transform(wrong)).Message,
            "5 steps, but the model reads sequences of 4");
    }

    [TestMethod]
    public void DataThatComesInAnotherOrderTheSecondTimeIsAnError()
    {
        using var transformer = Fit(Rows(1, _ => Steps(1)));
        int cursors = 0;
        var data = new RenumberedView(Rows(10, _ => Steps(1)), () => (ulong)(100 * cursors++));
        var (rows, error) = ReadAll(transformer.Transform(data));
        Assert.AreEqual(0, rows);
        StringAssert.Contains(error.Message, "has to come in the same order each time");
    }

    [TestMethod]
    public void ColumnsAreCheckedBeforeRowsAreRead()
    {
        void Refuse(IDataView data, string expected)
        {
            var estimator = _ml.Transforms.ApplySequenceModel(TestModels.Bytes(ModelTask.Classification, TestModels.Real));
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => estimator.Fit(data)).Message, expected);
            using var transformer = Fit(Rows(1, _ => Steps(1)));
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => transformer.Transform(data)).Message, expected);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => transformer.GetOutputSchema(data.Schema)).Message,
                expected);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
                () => ((ITransformer)transformer).GetRowToRowMapper(data.Schema)).Message, expected);
        }

        Refuse(new TestView.Builder().AddSingle("Other", _ => 0).Rows(1), "Column 'Values' not found; the input has columns Other");
        Refuse(new TestView.Builder().AddSingle("Values", _ => 0).Rows(1),
            "Column 'Values' is Single, but the model reads 3 features per step");
        Refuse(new TestView.Builder().AddVector("Values", NumberDataViewType.Double, _ => new double[3]).Rows(1),
            "expected a vector of Single");
        Refuse(new TestView.Builder().AddVector("Values", NumberDataViewType.Single, _ => new float[4], 4).Rows(1),
            "not a multiple of 3 features");
    }

    [TestMethod]
    public void AVocabularyOfAnotherSizeIsRefused()
    {
        var model = TestModels.Bytes(ModelTask.Classification, TestModels.Keys);
        var data = new TestView.Builder().AddVector("Words", new KeyDataViewType(typeof(uint), 4), _ => new uint[] { 1 }).Rows(1);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.ApplySequenceModel(model).Fit(data)).Message,
            "a vocabulary of 4, but the model was trained with one of 5");
        var other = SequenceColumn.FromSchema(data.Schema, "Words");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => new SequenceScoringTransformer(model, inputColumn: other)).Message,
            "tokens of a vocabulary of 4, but the model reads tokens of a vocabulary of 5");
    }

    [TestMethod]
    public void TheShapeOfASchemaIsChecked()
    {
        var estimator = _ml.Transforms.ApplySequenceModel(TestModels.Bytes(ModelTask.Classification, TestModels.Real));
        var shape = estimator.GetOutputSchema(SchemaShapes.FromSchema(TestRows.All(1).Schema));
        var label = shape.Single(column => column.Name == "PredictedLabel");
        Assert.IsTrue(label.IsKey);
        Assert.AreEqual(SchemaShape.Column.VectorKind.Scalar, label.Kind);
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, shape.Single(column => column.Name == "Score").Kind);
        var wrong = SchemaShapes.FromSchema(new TestView.Builder().AddSingle("Values", _ => 0).Rows(1).Schema);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => estimator.GetOutputSchema(wrong)).Message,
            "Column 'Values' is Scalar of Single, but the model reads");
    }

    [TestMethod]
    public void AFailureOfONNXRuntimeNamesTheRows()
    {
        // Takes the fourth step, so shorter batches fail.
        var graph = new Graph("fourth");
        var x = graph.Input("features", ElementType.Float, ["batch", "time", TestModels.Features]);
        graph.Output("Score", Op.Gather(x, graph.Scalar(3L), 1));
        var info = TestModels.Info(ModelTask.Regression, TestModels.Real);
        var data = Rows(20, row => Steps(row is 12 or 13 ? 2 : 5));
        using var transformer = _ml.Transforms.ApplySequenceModel(OnnxFile.ToBytes(graph, info.ToMetadata()),
            options: new SequenceScoringOptions { BatchRows = 256, BatchSteps = 10 }).Fit(data); // reads ahead 40 steps, 8 rows
        var (rows, error) = ReadAll(transformer.Transform(data));
        Assert.AreEqual(8, rows);
        Assert.IsInstanceOfType<InvalidOperationException>(error);
        StringAssert.StartsWith(
            error.Message, "Column 'Values', rows 12 to 13: ONNX Runtime failed on a batch of 2 sequences of up to 2 steps: ");
    }

    [TestMethod]
    public void CancellingEndsTheReading()
    {
        using var source = new CancellationTokenSource();
        var data = Rows(100_000, _ => Steps(1));
        using var transformer = Fit(data, new SequenceScoringOptions { CancellationToken = source.Token });
        var scored = transformer.Transform(data);
        using var cursor = scored.GetRowCursor(scored.Schema);
        Assert.IsTrue(cursor.MoveNext());
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
        {
            while (cursor.MoveNext())
            {
            }
        });
        Assert.IsLessThan(1000, cursor.Position);
    }

    [TestMethod]
    public void NothingIsScoredAfterDisposal()
    {
        var data = Rows(10, _ => Steps(1));
        var transformer = Fit(data);
        var scored = transformer.Transform(data);
        transformer.Dispose();
        transformer.Dispose();
        Assert.IsInstanceOfType<ObjectDisposedException>(ReadAll(scored).Error);
    }

    /// <summary>Rows whose ids differ from one reading to the next.</summary>
    private sealed class RenumberedView(IDataView rows, Func<ulong> first) : SequentialDataView(rows.Schema)
    {
        protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand) =>
            new Cursor(Schema, active, rows.GetRowCursor(Schema), first());

        private sealed class Cursor(DataViewSchema schema, bool[] active, DataViewRowCursor rows, ulong first)
            : SequentialCursor(schema, active)
        {
            public override ValueGetter<DataViewRowId> GetIdGetter() =>
                (ref DataViewRowId id) => id = new DataViewRowId(first + (ulong)rows.Position, 0);

            protected override bool MoveToNextRow() => rows.MoveNext();

            protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column) => rows.GetGetter<TValue>(column);
        }
    }
}
