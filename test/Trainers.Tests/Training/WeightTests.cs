using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLSeqGraph.Trainers.Tests.Graphs;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>Rows and classes that weigh nothing, and classes that training rows lack.</summary>
[TestClass]
public class WeightTests
{
    private readonly List<string> _warnings = [];
    private readonly MLContext _ml = new(seed: 1);

    public WeightTests() => _ml.Log += (_, message) =>
    {
        if (message.Kind == ChannelMessageKind.Warning)
            _warnings.Add(message.RawMessage);
    };

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public string Class { get; set; } = "";

        public float Number { get; set; }

        public float Weight { get; set; }
    }

    private sealed class WeightedNode
    {
        [VectorType(TwoCliques.Features)]
        public float[] Features { get; set; } = [];

        public float Distance { get; set; }

        public float Weight { get; set; }
    }

    private IDataView Rows(int seed, float weight, params string[] classes)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, 40).Select(i =>
        {
            var level = "abc".IndexOf(classes[i % classes.Length][0]) + random.NextSingle() / 2;
            return new Row { Features = [level, level], Class = classes[i % classes.Length], Number = level, Weight = weight };
        }).ToArray();
        // the same keys whichever rows
        string[] all = ["a", "b", "c"];
        var keys = _ml.Data.LoadFromEnumerable(all.Select(name => new Row { Class = name }));
        return _ml.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(keys).Transform(_ml.Data.LoadFromEnumerable(rows));
    }

    private static SequenceClassificationTrainer.Options Options(IDataView? validation = null) => new()
    {
        Network = SequenceNetwork.Gru(4), Epochs = 3, LearningRate = 0.02f, ExampleWeightColumnName = "Weight", ValidationData = validation,
    };

    private TrainingHistory Fit(SequenceClassificationTrainer.Options options, IDataView data)
    {
        using var model = _ml.Sequences().Classification(options).Fit(data);
        return model.History;
    }

    [TestMethod]
    public void Training_weights_that_are_all_0_are_an_error_that_names_the_column()
    {
        static void Fails(Action fit, int rows) => StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(fit).Message,
            $"Column 'Weight': the weights of all {rows} training rows are 0");
        var data = Rows(1, 0, "a", "b");
        Fails(() => Fit(Options(), data), 40);
        Fails(() => _ml.Sequences().Regression(new SequenceRegressionTrainer.Options
        {
            LabelColumnName = "Number", ExampleWeightColumnName = "Weight", Epochs = 1,
        }).Fit(data), 40);
        var members = TwoCliques.Nodes().Select(member => new WeightedNode { Features = member.Features, Distance = member.Distance });
        Fails(() => _ml.Graphs().NodeRegression(new()
        {
            Edges = TwoCliques.ByRow(_ml), LabelColumnName = "Distance", ExampleWeightColumnName = "Weight", Epochs = 1,
        }).Fit(_ml.Data.LoadFromEnumerable(members)), 16);
    }

    [TestMethod]
    public void Class_weights_that_leave_no_training_row_are_named()
    {
        var options = Options();
        options.ClassWeights = [0, 0, 1];
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options, Rows(1, 1, "a", "b"))).Message,
            "ClassWeights is [0, 0, 1]: 0 for every class of column 'Label'");
    }

    [TestMethod]
    public void Validation_without_weight_has_no_loss_and_the_log_says_so()
    {
        var history = Fit(Options(Rows(2, 0, "a", "b")), Rows(1, 1, "a", "b"));
        Assert.HasCount(3, history.Epochs);
        Assert.IsTrue(history.Epochs.All(epoch => epoch.ValidationLoss is null && double.IsFinite(epoch.Loss)));
        Assert.HasCount(1, _warnings.Where(line => line.StartsWith("There is no validation loss", StringComparison.Ordinal)));

        _warnings.Clear();
        var options = Options(Rows(2, 1, "b"));
        options.ClassWeights = [1, 0, 1];
        Assert.IsNull(Fit(options, Rows(1, 1, "a", "b")).Epochs[^1].ValidationLoss);
        Assert.HasCount(1, _warnings.Where(line => line.StartsWith("There is no validation loss", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Validation_rows_of_a_class_that_training_lacks_count_as_wrong_and_are_counted(bool balanced)
    {
        var options = Options(Rows(2, 1, "a", "b", "c", "c"));
        (options.BalanceClasses, options.Epochs, options.RestoreBestWeights) = (balanced, 40, false);
        var last = Fit(options, Rows(1, 1, "a", "b")).Epochs[^1];
        Assert.IsLessThanOrEqualTo(0.5, last.ValidationMetrics["accuracy"]);
        Assert.IsGreaterThan(1, last.ValidationLoss!.Value);
        Assert.IsTrue(_warnings.Exists(line => line.StartsWith("20 validation labels are of classes that no training row has",
            StringComparison.Ordinal)), string.Join('\n', _warnings));
    }

    [TestMethod]
    public void A_loss_above_that_of_a_constant_prediction_is_said()
    {
        var options = Options();
        (options.LearningRate, options.Optimizer, options.Epochs) = (100, new Onnx.Sgd(), 2);
        Fit(options, Rows(1, 1, "a", "b"));
        Assert.IsTrue(_warnings.Exists(line => line.Contains("above 0.6931, that of the best constant prediction",
            StringComparison.Ordinal)), string.Join('\n', _warnings));
        _warnings.Clear();
        (options.LearningRate, options.Optimizer, options.Epochs) = (0.05f, new Onnx.Adam(), 20);
        Fit(options, Rows(1, 1, "a", "b"));
        Assert.IsEmpty(_warnings);
    }
}
