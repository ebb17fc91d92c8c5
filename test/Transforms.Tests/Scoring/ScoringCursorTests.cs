using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Scoring;

/// <summary>How the rows of a scored view are read.</summary>
[TestClass]
public class ScoringCursorTests
{
    private readonly MLContext _ml = new(seed: 1);

    private SequenceScoringTransformer Fit(ModelTask task = ModelTask.Classification, SequenceScoringOptions? options = null) =>
        _ml.Transforms.ApplySequenceModel(TestModels.Bytes(task, TestModels.Real), options: options).Fit(TestRows.All(1));

    private static Dictionary<float, Prediction> ByNumber(IDataView data, Random? rand = null)
    {
        using var cursor = data.GetRowCursor(data.Schema, rand);
        var number = cursor.GetGetter<float>(data.Schema["Number"]);
        var read = Prediction.Reader(cursor);
        var predictions = new Dictionary<float, Prediction>();
        while (cursor.MoveNext())
        {
            float row = 0;
            number(ref row);
            predictions.Add(row, read());
        }

        return predictions;
    }

    [TestMethod]
    public void RowsComeInTheirOrderWithTheirOtherColumns()
    {
        var data = TestRows.All(300);
        using var transformer = Fit();
        var scored = transformer.Transform(data);
        var predictions = ByNumber(scored);
        CollectionAssert.AreEqual(Enumerable.Range(0, 300).Select(i => (float)i).ToArray(), predictions.Keys.ToArray());
        Prediction.AssertEqual(Prediction.ReadAll(scored), [.. predictions.Values]);

        using var cursor = scored.GetRowCursor(scored.Schema);
        var id = cursor.GetIdGetter();
        DataViewRowId value = default;
        for (int i = 0; i < 300; i++)
        {
            Assert.IsTrue(cursor.MoveNext());
            Assert.AreEqual(i, cursor.Position);
            id(ref value);
            Assert.AreEqual(new DataViewRowId((ulong)i, 0), value);
        }

        Assert.IsFalse(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext());
    }

    [TestMethod]
    public void ShuffledRowsKeepTheirPredictions()
    {
        using var transformer = Fit();
        var scored = transformer.Transform(_ml.Data.Cache(TestRows.All(200)));
        Assert.IsTrue(scored.CanShuffle);
        var expected = ByNumber(scored);
        var shuffled = ByNumber(scored, new Random(3));
        CollectionAssert.AreNotEqual(expected.Keys.ToArray(), shuffled.Keys.ToArray());
        Prediction.AssertEqual([.. expected.Values], [.. expected.Keys.Select(row => shuffled[row])]);
        CollectionAssert.AreEqual(shuffled.Keys.ToArray(), ByNumber(scored, new Random(3)).Keys.ToArray());

        var pool = transformer.Transform(_ml.Data.ShuffleRows(TestRows.All(200), seed: 5, shufflePoolSize: 50));
        shuffled = ByNumber(pool);
        CollectionAssert.AreNotEqual(expected.Keys.ToArray(), shuffled.Keys.ToArray());
        Prediction.AssertEqual([.. expected.Values], [.. expected.Keys.Select(row => shuffled[row])]);
    }

    [TestMethod]
    public void OneCursorIsGivenWhereSeveralAreAskedFor()
    {
        using var transformer = Fit();
        var scored = transformer.Transform(TestRows.All(20));
        Assert.IsFalse(scored.CanShuffle);
        Assert.IsNull(scored.GetRowCount());
        var cursors = scored.GetRowCursorSet(scored.Schema, 4);
        Assert.HasCount(1, cursors);
        int rows = 0;
        while (cursors[0].MoveNext())
            rows++;
        Assert.AreEqual(20, rows);
        cursors[0].Dispose();
    }

    [TestMethod]
    public void TheModelRunsOnlyForItsOwnColumns()
    {
        var data = TestRows.All(50);
        using var transformer = Fit();
        var scored = transformer.Transform(data);
        using (var cursor = scored.GetRowCursor([scored.Schema["Number"]]))
        {
            Assert.AreEqual(1, data.OpenCursors);
            Assert.IsTrue(cursor.MoveNext());
            Assert.IsFalse(cursor.IsColumnActive(scored.Schema["Score"]));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]));
            Assert.AreEqual(1, data.RowsMoved);
        }

        using (var cursor = scored.GetRowCursor([scored.Schema["Score"]]))
        {
            Assert.AreEqual(2, data.OpenCursors);
            Assert.IsTrue(cursor.MoveNext());
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<uint>(scored.Schema["PredictedLabel"]));
            Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<float>(scored.Schema["Score"]));
        }

        Assert.AreEqual(0, data.OpenCursors);
    }

    [TestMethod]
    public void FewRowsAreReadAheadAtFirst()
    {
        var data = TestRows.All(5000);
        using var transformer = Fit();
        var first = transformer.Transform(data);
        using (var cursor = first.GetRowCursor(first.Schema))
            Assert.IsTrue(cursor.MoveNext());
        Assert.IsLessThan(300, data.RowsMoved);
        Assert.HasCount(5000, Prediction.ReadAll(first));
    }

    [TestMethod]
    public void BatchesAreAsSmallAsTheOptionsSay()
    {
        var data = TestRows.All(64);
        using var usual = Fit(ModelTask.Tagging);
        var expected = Prediction.ReadAll(usual.Transform(data));
        foreach (var options in new SequenceScoringOptions[]
        {
            new() { BatchRows = 1 }, new() { BatchSteps = 1 }, new() { ReadAheadRows = 1 },
                new() { BatchRows = 5, BatchSteps = 20, ReadAheadRows = 11 },
        })
        {
            using var transformer = Fit(ModelTask.Tagging, options);
            Prediction.AssertEqual(expected, Prediction.ReadAll(transformer.Transform(data)));
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Fit(options: new() { BatchRows = 0 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Fit(options: new() { BatchSteps = 0 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Fit(options: new() { ReadAheadRows = -1 }));
    }

    [TestMethod]
    public void SequencesOfDifferentLengthsDoNotShareABatchOfAModelWithoutLengths()
    {
        var data = TestRows.All(80);
        var bytes = TestModels.Bytes(ModelTask.Classification, TestModels.Real, takesLengths: false);
        using var transformer = _ml.Transforms.ApplySequenceModel(bytes).Fit(data);
        using var usual = Fit();
        Prediction.AssertEqual(Prediction.ReadAll(usual.Transform(data)), Prediction.ReadAll(transformer.Transform(data)));
    }

    [TestMethod]
    public void NoRowsAreNoPredictions()
    {
        using var transformer = Fit();
        Assert.IsEmpty(Prediction.ReadAll(transformer.Transform(TestRows.All(0))));
    }

    [TestMethod]
    public void ThreadsCanUseOneTransformerAtOnce()
    {
        var data = TestRows.All(150);
        using var transformer = Fit();
        var expected = Prediction.ReadAll(transformer.Transform(data));
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 3 }, i =>
        {
            var mine = TestRows.All(150);
            if (i % 2 == 0)
            {
                Prediction.AssertEqual(expected, Prediction.ReadAll(transformer.Transform(mine)));
                return;
            }

            var mapper = ((ITransformer)transformer).GetRowToRowMapper(mine.Schema);
            using var cursor = mine.GetRowCursor(mine.Schema);
            using var row = mapper.GetRow(cursor, mapper.OutputSchema);
            var read = Prediction.Reader(row);
            var predictions = new List<Prediction>();
            while (cursor.MoveNext())
                predictions.Add(read());
            Prediction.AssertEqual(expected, predictions);
        });
    }
}
