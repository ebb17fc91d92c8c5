using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Every trainer on every form of sequences, in a pipeline, from data to scores by four ways.</summary>
[TestClass]
public class PipelineTests
{
    private readonly MLContext _ml = new(1);

    public static IEnumerable<object[]> Cases =>
        from task in EveryForm.Tasks
        from sequence in EveryForm.Sequences
        where task != "Imputation" || sequence is "Ragged" or "Fixed" or "Grid"
        select new object[] { task, sequence };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Trains_and_scores_the_same_wherever_it_is_loaded(string task, string sequence)
    {
        var data = _ml.Data.LoadFromEnumerable(EveryForm.Rows(30));
        var pipeline = EveryForm.Keys(_ml).Append(EveryForm.Trainer(_ml, task, sequence));
        using var model = pipeline.Fit(data);
        var scored = model.Transform(data);
        var promised = pipeline.GetOutputSchema(SchemaShapes.FromSchema(data.Schema));
        CheckColumns(task, scored.Schema);
        CheckShape(promised, SchemaShapes.FromSchema(scored.Schema));
        CheckEvaluators(task, sequence, scored);
        var history = model.LastTransformer.History;
        Assert.HasCount(2, history.Epochs);
        Assert.IsLessThan(history.Epochs[0].Loss, history.Epochs[1].Loss);
        Assert.IsLessThanOrEqualTo(1e-4, model.LastTransformer.Info.Verification!.LargestDifference);

        var expected = Scored.All(scored);
        Assert.HasCount(30, expected);
        Assert.IsGreaterThan(20, expected.Select(row => string.Join(' ', row.Score)).Distinct().Count());
        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        var stock = new MLContext().Model.Load(file, out _);
        Scored.AssertEqual(expected, Scored.All(stock.Transform(data)));
        file.Position = 0;
        var ours = new MLContext().Model.LoadSequenceGraph(file, out _);
        Scored.AssertEqual(expected, Scored.All(ours.Transform(data)));
        ((IDisposable)stock).Dispose();
        ((IDisposable)ours).Dispose();
        CheckExport(model.LastTransformer, EveryForm.Mapped(_ml, 30), expected);
    }

    private void CheckExport(SequencePredictionTransformer model, IDataView mapped, List<Scored> expected)
    {
        var path = Path.Combine(Path.GetTempPath(), $"mlseqgraph-{Guid.NewGuid():N}.onnx");
        try
        {
            model.ExportToOnnx(path);
            using var loaded = _ml.Transforms.ApplySequenceModel(path).Fit(mapped);
            Scored.AssertEqual(expected, Scored.All(loaded.Transform(mapped)));
            Assert.AreEqual(model.Info.Task, loaded.Info.Task);
            Assert.AreEqual(model.Info.Input, loaded.Info.Input);
            // .NET writes a power of two with a digit too few to be read back as the same number.
            Assert.AreEqual(model.Info.Verification!.LargestDifference, loaded.Info.Verification!.LargestDifference,
                1e-15 * model.Info.Verification.LargestDifference);
            Assert.AreEqual(model.Info.Verification.Tolerance, loaded.Info.Verification.Tolerance);
            Assert.AreEqual(model.Info.Verification.Cases, loaded.Info.Verification.Cases);
            Assert.AreEqual(model.Info.Labels?.Type, loaded.Info.Labels?.Type);
            CollectionAssert.AreEqual(model.Info.Labels?.Values?.ToArray(), loaded.Info.Labels?.Values?.ToArray());
            Assert.AreEqual(new ModelVersions("0.1.0", OnnxFile.DefaultOpset, loaded.Info.Versions.OnnxRuntime),
                loaded.Info.Versions);
            StringAssert.StartsWith(loaded.Info.Versions.OnnxRuntime, "1.");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void CheckColumns(string task, DataViewSchema schema)
    {
        string Type(string column) => schema.GetColumnOrNull(column)?.Type.ToString() ?? "none";
        var (label, score, probability) = task switch
        {
            "Classification" => ("Key<UInt32, 0-2>", "Vector<Single, 3>", "none"),
            "Binary" => ("Boolean", "Single", "Single"),
            "Tagging" => ("Vector<Key<UInt32, 0-2>>", "Vector<Single, *, 3>", "none"),
            "Alignment" => ("Vector<Key<UInt32, 0-2>>", "Vector<Single, *, 4>", "none"),
            "Number" => ("none", "Single", "none"),
            "Steps" or "Imputation" => ("none", "Vector<Single, *, 2>", "none"),
            _ => ("none", "Vector<Single, 2>", "none"),
        };
        Assert.AreEqual(label, Type("PredictedLabel"));
        Assert.AreEqual(score, Type("Score"));
        Assert.AreEqual(probability, Type("Probability"));
        if (task is not ("Classification" or "Tagging" or "Alignment"))
            return;
        string[] classes = task == "Alignment" ? ["low", "high", "end"]
            : task == "Tagging" ? ["first", "low", "high"] : ["low", "middle", "high"];
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["PredictedLabel"].GetKeyValues(ref names);
        CollectionAssert.AreEqual(classes, names.DenseValues().Select(name => name.ToString()).ToArray());
        Assert.AreEqual(task == "Classification", schema["Score"].HasSlotNames());
        if (task != "Classification")
            return;
        schema["Score"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(classes, names.DenseValues().Select(name => name.ToString()).ToArray());
    }

    // Before fitting sizes are unknown; kinds, types and annotations are what they turn out to be.
    internal static void CheckShape(SchemaShape promised, SchemaShape found)
    {
        static string Text(SchemaShape shape) => string.Join('\n', shape.OrderBy(column => column.Name, StringComparer.Ordinal)
            .Select(
                column =>
                $"{column.Name}: {column.Kind} {column.Describe()} {string.Join(", "
                + "", column.Annotations.Select(annotation => $"{annotation.Name} {annotation.Kind} {annotation.Describe()}"))}"));
        Assert.AreEqual(Text(found), Text(promised));
    }

    private void CheckEvaluators(string task, string sequence, IDataView scored)
    {
        switch (task)
        {
            case "Classification":
                var classes = _ml.MulticlassClassification.Evaluate(scored, "ClassKey");
                Assert.IsTrue(classes.MicroAccuracy is >= 0 and <= 1 && double.IsFinite(classes.LogLoss), sequence);
                Assert.AreEqual(3, classes.ConfusionMatrix.NumberOfClasses);
                break;
            case "Binary":
                var binary = _ml.BinaryClassification.Evaluate(scored, "Yes");
                Assert.IsTrue(binary.Accuracy is >= 0 and <= 1 && double.IsFinite(binary.LogLoss), sequence);
                break;
            case "Number":
                var numbers = _ml.Regression.Evaluate(scored, "Number");
                Assert.IsTrue(numbers.RootMeanSquaredError is > 0 and < 30, $"{numbers.RootMeanSquaredError}");
                break;
            case "Steps":
                var steps = _ml.Sequences().EvaluateStepRegression(scored, 2, sequence is "Fixed" or "Grid" ? "FixedLevels" : "Levels");
                Assert.IsTrue(steps.RootMeanSquaredError is > 0 and < 3, $"{steps.RootMeanSquaredError}");
                break;
            case "Imputation":
                // What is there stays as it is.
                Assert.AreEqual(0, _ml.Sequences().EvaluateStepRegression(scored, 2, sequence).RootMeanSquaredError);
                break;
        }
    }
}
