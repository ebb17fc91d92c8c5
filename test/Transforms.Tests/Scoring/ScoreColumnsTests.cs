using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms.Tests.Scoring;

/// <summary>The columns a model adds, batched and in ML.NET's own form.</summary>
[TestClass]
public class ScoreColumnsTests
{
    private static readonly string[] Days = ["2026-02-28T00:00:00.0000000", "2026-02-28T12:30:00.0000000Z", "0001-01-01T00:00:00.0000000"];

    private readonly MLContext _ml = new(seed: 1);

    private (DataViewSchema Batched, DataViewSchema Stock, IReadOnlyList<Prediction> Predictions) Schemas(
        ModelTask task, ModelLabels? labels = null,
        int outputs = 1)
    {
        var data = TestRows.All(10);
        using var transformer = _ml.Transforms.ApplySequenceModel(TestModels.Bytes(task, TestModels.Real, labels, outputs)).Fit(data);
        using var file = new MemoryStream();
        _ml.Model.Save(transformer, data.Schema, file);
        var stock = _ml.Model.Load(file, out _);
        var result = (transformer.GetOutputSchema(data.Schema), stock.GetOutputSchema(data.Schema),
            Prediction.ReadAll(transformer.Transform(data)));
        ((IDisposable)stock).Dispose();
        return result;
    }

    private static string Text(DataViewSchema schema) => string.Join("; ", schema.Skip(8)
        .Where(column => !column.IsHidden).Select(column => $"{column.Name} {column.Type}"));

    private static string[] Names<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => string.Create(null, $"{value:O}"))];
    }

    private static string[] Slots(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    [TestMethod]
    public void ClassesAreAKeyAndNamedScores()
    {
        var (batched, stock, _) = Schemas(ModelTask.Classification);
        Assert.AreEqual("PredictedLabel Key<UInt32, 0-2>; Score Vector<Single, 3>", Text(batched));
        Assert.AreEqual("Score Vector<Single, 3>; PredictedLabel Key<UInt32, 0-2>", Text(stock));
        foreach (var schema in new[] { batched, stock })
        {
            CollectionAssert.AreEqual(TestModels.Labels.Values!.ToArray(), Slots(schema["Score"]));
            Assert.IsTrue(schema["PredictedLabel"].HasKeyValues(TextDataViewType.Instance));
        }
    }

    [TestMethod]
    public void BinaryTaggedAndRegressedColumnsHaveTheirTypes()
    {
        var (batched, stock, _) = Schemas(ModelTask.Binary);
        Assert.AreEqual("PredictedLabel Boolean; Score Single; Probability Single", Text(batched));
        Assert.AreEqual("Probability Single; Score Single; PredictedLabel Boolean", Text(stock));
        (batched, stock, _) = Schemas(ModelTask.Tagging);
        Assert.AreEqual("PredictedLabel Vector<Key<UInt32, 0-2>>; Score Vector<Single, *, 3>", Text(batched));
        Assert.AreEqual("Score Vector<Single>; PredictedLabel Vector<Key<UInt32, 0-2>>", Text(stock));
        (batched, stock, _) = Schemas(ModelTask.Regression);
        Assert.AreEqual("Score Single", Text(batched));
        Assert.AreEqual("Score Single", Text(stock));
        (batched, stock, _) = Schemas(ModelTask.Regression, outputs: 2);
        Assert.AreEqual("Score Vector<Single, 2>", Text(batched));
        Assert.AreEqual("Score Vector<Single, 2>", Text(stock));
    }

    [TestMethod]
    public void OutputsOfARegressionCanHaveNames()
    {
        var data = TestRows.All(1);
        var info = new ModelInfo(ModelRows.Sequences, ModelTask.Regression, [TestModels.Real],
            new ModelLabels(2, "String", ["north", "south"]),
            new ModelVersions("0.1.0", OnnxFile.DefaultOpset, "1.29"));
        using var transformer = new SequenceScoringTransformer(OnnxFile.ToBytes(TestModels.Graph(info, outputs: 2), info.ToMetadata()));
        CollectionAssert.AreEqual(new[] { "north", "south" }, Slots(transformer.GetOutputSchema(data.Schema)["Score"]));
        using var file = new MemoryStream();
        _ml.Model.Save(transformer, data.Schema, file);
        CollectionAssert.AreEqual(new[] { "north", "south" }, Slots(_ml.Model.Load(file, out _).GetOutputSchema(data.Schema)["Score"]));
    }

    [TestMethod]
    [DataRow("Boolean", typeof(bool), "True", "False")]
    [DataRow("SByte", typeof(sbyte), "-7", "7", "0")]
    [DataRow("Byte", typeof(byte), "7", "255", "0")]
    [DataRow("Int16", typeof(short), "-7", "7", "0")]
    [DataRow("UInt16", typeof(ushort), "7", "65535", "0")]
    [DataRow("Int32", typeof(int), "-7", "7", "0")]
    [DataRow("UInt32", typeof(uint), "7", "4294967295", "0")]
    [DataRow("Int64", typeof(long), "-7", "7", "0")]
    [DataRow("UInt64", typeof(ulong), "7", "18446744073709551615", "0")]
    [DataRow("Single", typeof(float), "-0.1", "3E+20", "0")]
    [DataRow("Double", typeof(double), "-0.1", "3E+200", "0")]
    [DataRow("TimeSpan", typeof(TimeSpan), "-1.02:03:04.5000000", "00:00:01", "00:00:00")]
    public void LabelsKeepTheirType(string type, Type raw, params string[] values)
    {
        var labels = new ModelLabels(values.Length, type, values);
        var (batched, stock, predictions) = Schemas(ModelTask.Tagging, labels);
        AssertValues(labels, raw, batched, stock);
        Assert.IsGreaterThan(1, predictions.SelectMany(prediction => prediction.Label.Split(' ')).Distinct().Count());
        (batched, stock, _) = Schemas(ModelTask.Classification, labels);
        AssertValues(labels, raw, batched, stock);
    }

    [TestMethod]
    public void DatesKeepTheirTypeAndKind()
    {
        var labels = new ModelLabels(3, "DateTime", Days);
        var (batched, stock, _) = Schemas(ModelTask.Classification, labels);
        CollectionAssert.AreEqual(Days, Names<DateTime>(batched["PredictedLabel"]));
        // ML.NET writes the ticks of a DateTime alone: a saved pipeline gives the same moments without their kind.
        string[] withoutKind = Array.ConvertAll(Days, day => day.TrimEnd('Z'));
        CollectionAssert.AreEqual(withoutKind, Names<DateTime>(stock["PredictedLabel"]));
        string[] moments = ["2026-02-28T00:00:00.0000000+01:00", "2026-02-28T00:00:00.0000000+00:00"];
        labels = new ModelLabels(2, "DateTimeOffset", moments);
        (batched, stock, _) = Schemas(ModelTask.Classification, labels);
        CollectionAssert.AreEqual(moments, Names<DateTimeOffset>(batched["PredictedLabel"]));
        CollectionAssert.AreEqual(moments, Names<DateTimeOffset>(stock["PredictedLabel"]));
    }

    [TestMethod]
    public void LabelsWithoutValuesAreKeysWithoutValues()
    {
        var (batched, stock, predictions) = Schemas(ModelTask.Classification, new ModelLabels(4));
        Assert.AreEqual("PredictedLabel Key<UInt32, 0-3>; Score Vector<Single, 4>", Text(batched));
        Assert.IsFalse(batched["PredictedLabel"].HasKeyValues());
        Assert.IsFalse(batched["Score"].HasSlotNames());
        Assert.AreEqual("Score Vector<Single, 4>; PredictedLabel Key<UInt32, 0-3>", Text(stock));
        Assert.HasCount(10, predictions);
    }

    private static void AssertValues(ModelLabels labels, Type raw, params DataViewSchema[] schemas)
    {
        foreach (var schema in schemas)
        {
            var column = schema["PredictedLabel"];
            var values = (VectorDataViewType)column.Annotations.Schema["KeyValues"].Type;
            Assert.AreEqual(raw, values.ItemType.RawType);
            CollectionAssert.AreEqual(labels.Values!.ToArray(), ModelLabels.Of(column).Values!.ToArray());
        }
    }
}
