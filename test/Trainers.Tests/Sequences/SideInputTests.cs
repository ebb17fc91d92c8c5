using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Further columns beside the sequence: read, trained on, deployed, saved.</summary>
[TestClass]
public class SideInputTests
{
    private readonly MLContext _ml = new(seed: 1);

    public sealed class Row
    {
        public float[] Series { get; set; } = [];

        public float[] Other { get; set; } = [];

        [VectorType(2)]
        public float[] Facts { get; set; } = [];

        public float Age { get; set; }

        public string Place { get; set; } = "";

        public string Label { get; set; } = "";
    }

    public sealed class Prediction
    {
        public string Answer { get; set; } = "";

        public float[] Score { get; set; } = [];
    }

    // The class is that of the series' sign and, by turns, of the place: neither tells it alone.
    private static Row[] Rows(int count, int seed = 1, float scale = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var up = random.Next(2) == 0;
            var inland = random.Next(2) == 0;
            var steps = random.Next(3, 8);
            return new Row
            {
                Series = [.. Enumerable.Range(0, steps).Select(_ => (up ? 1 : -1) + 0.3f * random.NextSingle())],
                Other = [.. Enumerable.Range(0, steps).Select(_ => random.NextSingle())],
                Facts = [scale * (inland ? 1 : -1), scale * random.NextSingle()],
                Age = inland ? 70 : 20,
                Place = inland ? "inland" : "coast",
                Label = up == inland ? "yes" : "no",
            };
        })];
    }

    private IDataView Keyed(IReadOnlyList<Row> rows, out ITransformer keys)
    {
        var view = _ml.Data.LoadFromEnumerable(rows);
        keys = _ml.Transforms.Conversion.MapValueToKey("Label").Append(_ml.Transforms.Conversion.MapValueToKey("Place")).Fit(view);
        return keys.Transform(view);
    }

    private SequenceClassificationTrainer Trainer(params InputColumn[] inputs) => _ml.Sequences().Classification(Options(inputs));

    private static SequenceClassificationTrainer.Options Options(params InputColumn[] inputs) => new()
    {
        SequenceColumnName = "Series",
        Network = SequenceNetwork.Gru(hidden: 8),
        Epochs = 15,
        BatchSize = 16,
        LearningRate = 0.02f,
        Inputs = inputs,
    };

    private static IEnumerable<object[]> Kinds =>
    [
        [InputColumn.Vector("Facts")],
        [InputColumn.Vector("Age")],
        [InputColumn.Category("Place")],
        [InputColumn.Vector("Facts") with { Placement = InputPlacement.Steps }],
        [InputColumn.Category("Place", 4) with { Placement = InputPlacement.Steps, Name = "where" }],
    ];

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void An_input_beside_the_series_tells_what_the_series_alone_does_not(InputColumn input)
    {
        var train = Keyed(Rows(300), out var keys);
        var test = keys.Transform(_ml.Data.LoadFromEnumerable(Rows(200, seed: 2)));
        using var alone = Trainer().Fit(train);
        using var beside = Trainer(input).Fit(train);
        Assert.IsLessThan(0.7, _ml.MulticlassClassification.Evaluate(alone.Transform(test)).MicroAccuracy);
        Assert.IsGreaterThan(0.95, _ml.MulticlassClassification.Evaluate(beside.Transform(test)).MicroAccuracy);
        Assert.IsLessThan(1e-4, beside.Info.Verification!.LargestDifference);
    }

    [TestMethod]
    public void All_kinds_together_score_alike_in_batches_in_an_engine_and_after_saving()
    {
        InputColumn[] inputs =
        [
            InputColumn.Vector("Facts"), InputColumn.Vector("Age"), InputColumn.Category("Place"), InputColumn.Series("Other"),
            InputColumn.Series("Other") with { Name = "own_steps", Placement = InputPlacement.Summary },
        ];
        var options = Options(inputs);
        options.Epochs = 2;
        var view = _ml.Data.LoadFromEnumerable(Rows(60));
        var model = _ml.Transforms.Conversion.MapValueToKey("Label").Append(_ml.Transforms.Conversion.MapValueToKey("Place"))
            .Append(_ml.Sequences().Classification(options))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel")).Fit(view);
        var batched = _ml.Data.CreateEnumerable<Prediction>(model.Transform(view), false, ignoreMissingColumns: true).ToArray();
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        foreach (var loaded in (ITransformer[])[_ml.Model.Load(file, out _), _ml.Model.LoadSequenceGraph(file, out _)])
        {
            var scored = _ml.Data.CreateEnumerable<Prediction>(loaded.Transform(view), false, ignoreMissingColumns: true).ToArray();
            AssertSame(batched, scored);
            (loaded as IDisposable)?.Dispose();
        }
        var engine = _ml.Model.CreatePredictionEngine<Row, Prediction>(model);
        AssertSame(batched, [.. Rows(60).Select(row => engine.Predict(row))]);
    }

    [TestMethod]
    public void A_factor_on_a_vector_changes_nothing()
    {
        using var one = Trainer(InputColumn.Vector("Facts")).Fit(Keyed(Rows(60), out _));
        using var large = Trainer(InputColumn.Vector("Facts")).Fit(Keyed(Rows(60, scale: 1 << 20), out _));
        Assert.AreEqual(one.History.Epochs[^1].Loss, large.History.Epochs[^1].Loss, 1e-4);
    }

    [TestMethod]
    public void A_category_unseen_in_training_is_scored_as_a_missing_one()
    {
        using var model = Trainer(InputColumn.Category("Place")).Fit(Keyed(Rows(60), out var keys));
        Row[] rows = [.. Rows(2, seed: 3)];
        rows[1].Series = rows[0].Series;
        (rows[0].Place, rows[1].Place) = ("moon", "");
        var scores = model.Transform(keys.Transform(_ml.Data.LoadFromEnumerable(rows))).GetColumn<float[]>("Score").ToArray();
        CollectionAssert.AreEqual(scores[0], scores[1]);
        Assert.IsTrue(scores[0].All(float.IsFinite));
    }

    [TestMethod]
    public void A_network_of_ones_own_reads_inputs_by_name()
    {
        var options = Options(InputColumn.Vector("Facts") with { Placement = InputPlacement.Network });
        options.Network = SequenceNetwork.Custom("facts only", (network, x) =>
            new(x, network.Linear(Op.Concat(1, x.Last, x.Inputs.Vector("Facts")), 8)));
        using var model = _ml.Sequences().Classification(options).Fit(Keyed(Rows(40), out _));
        Assert.AreEqual("Facts", model.Info.Sides.Single().Name);
        options.Network = SequenceNetwork.Custom("curious", (_, x) => new(x, x.Inputs.Vector("Height")));
        var error = Assert.ThrowsExactly<GraphException>(() => _ml.Sequences().Classification(options).Fit(Keyed(Rows(40), out _)));
        StringAssert.Contains(error.Message, "'Height'; there is 'Facts'");
    }

    [TestMethod]
    public void An_input_that_no_network_reads_is_told_in_the_log()
    {
        List<string> lines = [];
        _ml.Log += (_, e) => lines.Add(e.RawMessage);
        var options = Options(InputColumn.Vector("Facts") with { Placement = InputPlacement.Network });
        options.Epochs = 1;
        using var model = _ml.Sequences().Classification(options).Fit(Keyed(Rows(40), out _));
        Assert.IsTrue(lines.Any(line => line.Contains("'GRU' does not read 'Facts'")), string.Join("\n", lines));
    }

    [TestMethod]
    public void Joined_series_get_a_hint_and_series_as_inputs_are_channels()
    {
        List<string> lines = [];
        _ml.Log += (_, e) => lines.Add(e.RawMessage);
        // The class is whether the two series agree at each step, which joined columns scramble.
        var random = new Random(1);
        var rows = Enumerable.Range(0, 300).Select(i =>
        {
            float[] one = [.. Enumerable.Range(0, 6).Select(_ => random.Next(2) * 2f - 1)];
            var agrees = random.Next(2) == 0;
            return new Pair { One = one, Two = [.. one.Select(value => agrees ? value : -value)], Label = agrees };
        }).ToArray();
        var data = _ml.Data.LoadFromEnumerable(rows);
        SequenceBinaryClassificationTrainer.Options options = new()
        {
            SequenceColumnName = "One", Network = SequenceNetwork.Gru(hidden: 8), Epochs = 30, BatchSize = 16, LearningRate = 0.02f,
                Inputs = [InputColumn.Series("Two")],
        };
        using var channels = _ml.Sequences().BinaryClassification(options).Fit(data);
        Assert.IsGreaterThan(0.97, _ml.BinaryClassification.EvaluateNonCalibrated(channels.Transform(data)).Accuracy);
        Assert.IsFalse(lines.Any(line => line.Contains("Concatenate")));
        var joined = _ml.Transforms.Concatenate("Both", "One", "Two").Fit(data).Transform(data);
        using var scrambled = _ml.Sequences().BinaryClassification(
            new SequenceBinaryClassificationTrainer.Options { SequenceColumnName = "Both", FeatureCount = 2, Epochs = 1 }).Fit(joined);
        Assert.IsTrue(lines.Any(line => line.Contains("Column 'Both' is Vector<Single, 12>, which is read as 6 steps of 2 features")));
    }

    [TestMethod]
    public void Tags_take_inputs_beside_each_step()
    {
        var words = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Tagged
        {
            Series = [1, 2, 3],
            Tags = i % 2 == 0 ? ["a", "b", "a"] : ["b", "a", "b"],
            Odd = i % 2,
        }));
        var data = _ml.Transforms.Conversion.MapValueToKey("Tags").Fit(words).Transform(words);
        SequenceTaggingTrainer.Options options = new()
        {
            SequenceColumnName = "Series",
            LabelColumnName = "Tags",
            Network = SequenceNetwork.Gru(hidden: 8),
            Epochs = 60,
            LearningRate = 0.02f,
            Inputs = [InputColumn.Vector("Odd")],
        };
        using var model = _ml.Sequences().Tagging(options).Fit(data);
        Assert.IsGreaterThan(0.99, model.History.Epochs[^1].Metrics["accuracy"]);
        options.Inputs = [InputColumn.Vector("Odd") with { Placement = InputPlacement.Summary }];
        AssertError<ArgumentException>("Column 'Odd': Placement is Summary, but a class is predicted for each step", () =>
            _ml.Sequences().Tagging(options).Fit(data));
    }

    [TestMethod]
    public void Inputs_that_do_not_fit_are_named()
    {
        var data = Keyed(Rows(20), out _);
        AssertError<ArgumentException>("Column 'Nothing' not found", () => Trainer(InputColumn.Vector("Nothing")).Fit(data));
        AssertError<ArgumentException>("Column 'Series' is Vector<Single>: expected Single, or a vector of Single of known size", () =>
            Trainer(InputColumn.Vector("Series")).Fit(data));
        AssertError<ArgumentException>("Column 'Age' is Single: expected a key", () => Trainer(InputColumn.Category("Age")).Fit(data));
        AssertError<ArgumentException>("expected a vector of keys, Int32, Int64 or Single", () =>
            Trainer(InputColumn.Series("Place")).Fit(data));
        AssertError<ArgumentException>("two inputs of the network are named 'Age'", () =>
            Trainer(InputColumn.Vector("Age"), InputColumn.Vector("Facts") with { Name = "Age" }).Fit(data));
        AssertError<ArgumentException>("a name the model uses itself", () =>
            Trainer(InputColumn.Vector("Age") with { Name = "features" }).Fit(data));
        var shape = _ml.Transforms.Conversion.MapValueToKey("Label").Append(Trainer(InputColumn.Category("Place")));
        AssertError<ArgumentException>("Column 'Place' is String: expected a key", () => shape.Fit(_ml.Data.LoadFromEnumerable(Rows(20))));
    }

    [TestMethod]
    public void Rows_whose_steps_do_not_match_and_other_lengths_of_vectors_are_named()
    {
        Row[] rows = [.. Rows(20)];
        rows[3].Other = [1, 2];
        AssertError<InvalidDataException>("Column 'Other', row 3: 2 steps, but column 'Series' has", () =>
            Trainer(InputColumn.Series("Other")).Fit(Keyed(rows, out _)));
        rows[3].Other = rows[3].Series;
        rows[5].Facts = [float.NaN, 1];
        AssertError<InvalidDataException>("Column 'Facts', row 5", () => Trainer(InputColumn.Vector("Facts")).Fit(Keyed(rows, out _)));
        using var model = Trainer(InputColumn.Vector("Facts")).Fit(Keyed(Rows(20), out _));
        var other = _ml.Transforms.Concatenate("Facts", "Facts", "Age").Fit(Keyed(Rows(20), out _)).Transform(Keyed(Rows(20), out _));
        AssertError<ArgumentException>("Column 'Facts' is Vector<Single, 3>, but the model reads a vector of 2 numbers", () =>
            model.Transform(other));
    }

    private static void AssertSame(Prediction[] expected, Prediction[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i].Answer, actual[i].Answer);
            for (var k = 0; k < expected[i].Score.Length; k++)
                Assert.AreEqual(expected[i].Score[k], actual[i].Score[k], 1e-6f);
        }
    }

    private static void AssertError<T>(string message, Func<object> act) where T : Exception =>
        StringAssert.Contains(Assert.ThrowsExactly<T>(act).Message, message);

    private sealed class Pair
    {
        [VectorType(6)]
        public float[] One { get; set; } = [];

        [VectorType(6)]
        public float[] Two { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class Tagged
    {
        public float[] Series { get; set; } = [];

        public string[] Tags { get; set; } = [];

        public float Odd { get; set; }
    }
}
