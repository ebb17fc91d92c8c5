using Microsoft.ML;

namespace MLSeqGraph.Transforms.Tests.Scoring;

/// <summary>Batches of rows, single rows and ML.NET's own transformers give the same for every task and kind of column.</summary>
[TestClass]
public class SequenceScoringTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Cases =>
        from task in TestModels.Tasks
        from column in TestRows.Columns.Select(pair => pair.Column)
        select new object[] { task, column };

    private SequenceScoringTransformer Fit(IDataView data, ModelTask task, string column, int outputs = 1,
        SequenceScoringOptions? options = null)
    {
        var input = TestRows.Columns.First(pair => pair.Column == column).Input;
        return _ml.Transforms.ApplySequenceModel(TestModels.Bytes(task, input, outputs: outputs), column, options).Fit(data);
    }

    private static List<Prediction> OneByOne(ITransformer transformer, IDataView data)
    {
        var mapper = transformer.GetRowToRowMapper(data.Schema);
        using var cursor = data.GetRowCursor(mapper.GetDependencies(mapper.OutputSchema));
        using var row = mapper.GetRow(cursor, mapper.OutputSchema);
        Assert.AreSame(mapper.OutputSchema, row.Schema);
        var read = Prediction.Reader(row);
        var predictions = new List<Prediction>();
        while (cursor.MoveNext())
            predictions.Add(read());
        return predictions;
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void BatchesAgreeWithSingleRowsAndWithMLNetsOwnTransformers(ModelTask task, string column)
    {
        var data = TestRows.All(100);
        using var transformer = Fit(data, task, column, options: new SequenceScoringOptions { BatchRows = 16, ReadAheadRows = 40 });
        var batched = Prediction.ReadAll(transformer.Transform(data));
        Assert.HasCount(100, batched);
        // Enough variety that rows mixed up would show.
        Assert.IsGreaterThan(50, batched.Select(prediction => string.Join(',', prediction.Score)).Distinct().Count());
        Prediction.AssertEqual(batched, OneByOne(transformer, data));

        using var file = new MemoryStream();
        _ml.Model.Save(transformer, data.Schema, file);
        var stock = new MLContext().Model.Load(file, out var schema);
        Assert.AreEqual(data.Schema.Count, schema.Count);
        Prediction.AssertEqual(batched, Prediction.ReadAll(stock.Transform(data)));
        Prediction.AssertEqual(batched, OneByOne(stock, data));

        file.Position = 0;
        var back = (SequenceScoringTransformer)new MLContext().Model.LoadSequenceGraph(file, out schema);
        Assert.AreEqual(column, back.InputColumnName);
        Prediction.AssertEqual(batched, Prediction.ReadAll(back.Transform(data)));
        (stock as IDisposable)?.Dispose();
        back.Dispose();
    }
}
