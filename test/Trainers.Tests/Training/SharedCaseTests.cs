using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>The small programs that lie beside the repository, with the results that are right.</summary>
[TestClass]
public sealed class SharedCaseTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public string Class { get; set; } = "";

        public float Label { get; set; }

        public float Weight { get; set; }
    }

    private static void RequireCase(string name)
    {
        if (SharedFolder.Find("MLSEQGRAPH_CASES", "cases") is not { } folder || !Directory.Exists(Path.Combine(folder, name)))
            Assert.Inconclusive($"No {name}: set MLSEQGRAPH_CASES to a folder, or put it at ../shared/cases beside the repository.");
    }

    private IDataView View(IEnumerable<Row> rows)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, 1);
        return _ml.Data.LoadFromEnumerable(rows.ToArray(), schema);
    }

    private IDataView Levels(int seed, float features, float target)
    {
        var random = new Random(seed);
        return View(Enumerable.Range(0, 300).Select(_ =>
        {
            var level = random.NextDouble();
            return new Row
            {
                Features = [.. Enumerable.Range(0, random.Next(1, 15))
                    .Select(_ => (float)(features * (level + 0.1 * random.NextDouble())))],
                Label = (float)(target * (2 * level - 1)),
            };
        }));
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(1e-5f, 1)]
    [DataRow(1e-6f, 1)]
    [DataRow(1e-7f, 1)]
    [DataRow(1, 1e-5f)]
    [DataRow(1, 1e-6f)]
    [DataRow(1, 1e-7f)]
    public void Factors_on_features_and_labels_change_nothing(float features, float target)
    {
        RequireCase("scale-threshold");
        using var model = _ml.Sequences().Regression(new SequenceRegressionTrainer.Options
        {
            Network = SequenceNetwork.Gru(8), Epochs = 25, LearningRate = 0.01f,
        }).Fit(Levels(1, features, target));
        var metrics = _ml.Regression.Evaluate(model.Transform(Levels(2, features, target)));
        Assert.AreEqual(0.980, metrics.RSquared, 0.0006);
        Assert.AreEqual(0.078, metrics.RootMeanSquaredError / target, 0.0006);
    }

    [TestMethod]
    public void Windows_of_one_feature_and_one_step_have_a_number_as_label()
    {
        RequireCase("window-single-label");
        var series = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(k =>
            new Row { Features = [.. Enumerable.Range(0, 30).Select(t => (float)Math.Sin(0.4 * t + k))] }).ToArray());
        var rows = _ml.Transforms.SelectColumns("Features").Fit(series).Transform(series);
        var windows = _ml.Transforms.CutWindows(new WindowCuttingEstimator.Options
        {
            OutputColumnName = "Features", InputColumnName = "Features", WindowSteps = 6, Horizon = 1,
        }).Fit(rows).Transform(rows);
        Assert.AreEqual(NumberDataViewType.Single, windows.Schema["Label"].Type);
        using var model = _ml.Sequences().Regression(network: SequenceNetwork.Gru(8), epochs: 5).Fit(windows);
        var scored = model.Transform(windows);
        Assert.AreEqual(NumberDataViewType.Single, scored.Schema["Score"].Type);
        Assert.AreEqual(0.14, _ml.Regression.Evaluate(scored).RSquared, 0.005);
    }

    private IDataView Halves(int seed, float weight, Func<Row, bool>? keep = null)
    {
        var random = new Random(seed);
        return View(Enumerable.Range(0, 40).Select(_ =>
        {
            var x = (float)random.NextDouble();
            return new Row { Features = [x, x], Class = x > 0.5f ? "hi" : "lo", Label = x, Weight = weight };
        }).Where(keep ?? (_ => true)));
    }

    private TrainingHistory Classes(float weight, IDataView? validation = null, float[]? classes = null)
    {
        var keys = _ml.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(Halves(1, 1));
        using var model = _ml.Sequences().Classification(new SequenceClassificationTrainer.Options
        {
            Network = SequenceNetwork.Gru(4), Epochs = 2, ExampleWeightColumnName = classes is null ? "Weight" : null,
            ClassWeights = classes, ValidationData = validation is null ? null : keys.Transform(validation),
        }).Fit(keys.Transform(Halves(1, weight)));
        return model.History;
    }

    [TestMethod]
    public void Weights_of_nothing_are_said_or_left_out()
    {
        RequireCase("zero-weight-nan");
        var first = Halves(1, 1).GetColumn<string>("Class").First();
        // A and B: nothing to validate on.
        foreach (var train in (Func<TrainingHistory>[])[() => Classes(1, Halves(2, 0)),
            () => Classes(1, Halves(2, 1, row => row.Class != first), [1, 0])])
            try
            {
                Assert.IsNull(train().Epochs[^1].ValidationLoss);
            }
            catch (InvalidDataException error)
            {
                StringAssert.Contains(error.Message, "weight");
            }
        // C and D: nothing to learn.
        var message = Assert.ThrowsExactly<InvalidDataException>(() => Classes(0)).Message;
        StringAssert.Contains(message, "'Weight'");
        message = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Sequences().Regression(new SequenceRegressionTrainer.Options
        {
            Network = SequenceNetwork.Gru(4), Epochs = 2, ExampleWeightColumnName = "Weight",
        }).Fit(Halves(1, 0))).Message;
        StringAssert.Contains(message, "'Weight'");
    }
}
