using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Columns beside a graph: read, trained on, deployed, saved.</summary>
[TestClass]
public class GraphSideInputTests
{
    private static readonly GraphColumns Columns = new() { NodeFeatureCount = 2 };

    private readonly MLContext _ml = new(seed: 1);

    public sealed class Row
    {
        public float[] NodeFeatures { get; set; } = [];

        public int[] Edges { get; set; } = [];

        [VectorType(2)]
        public float[] Facts { get; set; } = [];

        public float Age { get; set; }

        public string Place { get; set; } = "";

        public float[] Series { get; set; } = [];

        public string[] Words { get; set; } = [];

        public string Label { get; set; } = "";
    }

    public sealed class Prediction
    {
        public string Answer { get; set; } = "";

        public float[] Score { get; set; } = [];
    }

    // The class is that of the graph and, by turns, of the place: neither tells it alone.
    private static Row[] Rows(int count, int seed = 1, float scale = 1)
    {
        var random = new Random(seed);
        return [.. Shape.Make(count, seed).Select((shape, i) =>
        {
            var inland = random.Next(2) == 0;
            return new Row
            {
                NodeFeatures = shape.NodeFeatures,
                Edges = shape.Edges,
                Facts = [scale * (inland ? 1 : -1), scale * random.NextSingle()],
                Age = inland ? 70 : 20,
                Place = inland ? "inland" : "coast",
                Series = [.. Enumerable.Range(0, 1 + i % 4).Select(step => scale * (inland ? 5 : 1) + step)],
                Words = [.. Enumerable.Range(0, 1 + i % 3).Select(step => (inland ? "ab" : "cd")[step % 2].ToString())],
                Label = shape.Kind == "ring" == inland ? "yes" : "no",
            };
        })];
    }

    private IDataView Keyed(IReadOnlyList<Row> rows, out ITransformer keys)
    {
        var view = _ml.Data.LoadFromEnumerable(rows);
        keys = _ml.Transforms.Conversion.MapValueToKey("Label").Append(_ml.Transforms.Conversion.MapValueToKey("Place"))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Words")).Fit(view);
        return keys.Transform(view);
    }

    private GraphClassificationTrainer Trainer(params InputColumn[] inputs) => _ml.Graphs().GraphClassification(Options(inputs));

    private static GraphClassificationTrainer.Options Options(params InputColumn[] inputs) => new()
    {
        Columns = Columns,
        Network = GraphNetwork.Gin(16, 2),
        Hidden = 16,
        Epochs = 40,
        BatchSize = 16,
        LearningRate = 0.01f,
        Inputs = inputs,
    };

    private static IEnumerable<object[]> Kinds =>
    [
        [InputColumn.Vector("Facts")], [InputColumn.Vector("Age")], [InputColumn.Category("Place")],
        [InputColumn.Series("Series")], [InputColumn.Tokens("Words", 4) with { Name = "text" }],
        [InputColumn.Category("Place", 4) with { Name = "where", Placement = InputPlacement.Summary }],
    ];

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void An_input_beside_the_graph_tells_what_the_graph_alone_does_not(InputColumn input)
    {
        var train = Keyed(Rows(120), out var keys);
        var test = keys.Transform(_ml.Data.LoadFromEnumerable(Rows(80, seed: 2)));
        using var alone = Trainer().Fit(train);
        using var beside = Trainer(input).Fit(train);
        Assert.IsLessThan(0.7, _ml.MulticlassClassification.Evaluate(alone.Transform(test)).MicroAccuracy);
        Assert.IsGreaterThan(0.95, _ml.MulticlassClassification.Evaluate(beside.Transform(test)).MicroAccuracy);
        Assert.IsLessThan(1e-4, beside.Info.Verification!.LargestDifference);
        Assert.AreEqual(input.Name, beside.Info.Sides.Single().Name);
        Assert.IsEmpty(alone.Info.Sides);
    }

    [TestMethod]
    public void All_inputs_together_score_alike_in_views_an_engine_after_saving_and_exported()
    {
        var options = Options(InputColumn.Vector("Facts"), InputColumn.Vector("Age"), InputColumn.Category("Place"),
            InputColumn.Vector("Facts") with { Name = "as they are", Standardize = false }, InputColumn.Series("Series"),
            InputColumn.Tokens("Words"));
        (options.Epochs, options.ValidationFraction, options.OutputVector) = (2, 0.2f, true);
        var view = Keyed(Rows(60), out var keys);
        using var trained = _ml.Graphs().GraphClassification(options).Fit(view);
        var answers = _ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel").Fit(trained.Transform(view));
        var model = new TransformerChain<ITransformer>(keys, trained, answers);
        var rows = _ml.Data.LoadFromEnumerable(Rows(60));
        var batched = Read(model.Transform(rows));

        using var folder = new TemporaryFolder();
        _ml.Model.Save(model, rows.Schema, folder.File("model.zip"));
        AssertSame(batched, Read(new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(rows)));
        trained.ExportToOnnx(folder.File("shapes.onnx"));
        using var applied = _ml.Transforms.ApplyGraphModel(folder.File("shapes.onnx"), Columns).Fit(view);
        Assert.HasCount(6, applied.Info.Sides);
        AssertSame(batched, Read(answers.Transform(applied.Transform(view))));
        using var engine = _ml.Model.CreatePredictionEngine<Row, Prediction>(model);
        AssertSame(batched, [.. Rows(60).Select(row => engine.Predict(row))]);
    }

    [TestMethod]
    public void A_factor_on_a_vector_changes_nothing()
    {
        GraphPredictionTransformer Fit(float scale)
        {
            var options = Options(InputColumn.Vector("Facts"));
            options.Epochs = 4;
            return _ml.Graphs().GraphClassification(options).Fit(Keyed(Rows(40, scale: scale), out _));
        }
        using var one = Fit(1);
        using var large = Fit(1 << 20);
        Assert.AreEqual(one.History.Epochs[^1].Loss, large.History.Epochs[^1].Loss, 1e-4);
    }

    [TestMethod]
    public void A_category_unseen_in_training_is_scored_as_a_missing_one()
    {
        using var model = Trainer(InputColumn.Category("Place")).Fit(Keyed(Rows(40), out var keys));
        var (unseen, missing, known) = (Rows(1)[0], Rows(1)[0], Rows(1)[0]);
        (unseen.Place, missing.Place) = ("moon", "");
        var scores = model.Transform(keys.Transform(_ml.Data.LoadFromEnumerable([unseen, missing, known])))
            .GetColumn<float[]>("Score").ToArray();
        CollectionAssert.AreEqual(scores[0], scores[1]);
        CollectionAssert.AreNotEqual(scores[0], scores[2]);
        Assert.IsTrue(scores[0].All(float.IsFinite));
    }

    [TestMethod]
    public void Rows_that_are_left_out_are_left_out_of_inputs_too()
    {
        Row[] rows = [.. Rows(41)];
        rows[3].Facts = [float.NaN, 1];
        var options = Options(InputColumn.Category("Place"), InputColumn.Vector("Facts"));
        options.Epochs = 3;
        AssertError<InvalidDataException>("Column 'Facts', row 3", () =>
            _ml.Graphs().GraphClassification(options).Fit(Keyed(rows, out _)));
        options.BadRows = BadRows.Skip;
        using var skipped = _ml.Graphs().GraphClassification(options).Fit(Keyed(rows, out _));
        using var without = _ml.Graphs().GraphClassification(options).Fit(Keyed([.. rows[..3], .. rows[4..]], out _));
        Assert.AreEqual(without.History.Epochs[^1].Loss, skipped.History.Epochs[^1].Loss, 1e-6);
    }

    [TestMethod]
    public void Inputs_that_do_not_fit_are_named()
    {
        var data = Keyed(Rows(20), out _);
        AssertError<ArgumentException>("Column 'Nothing' not found", () => Trainer(InputColumn.Vector("Nothing")).Fit(data));
        AssertError<ArgumentException>("Column 'Series' is Vector<Single>: expected Single, or a vector of Single of known size", () =>
            Trainer(InputColumn.Vector("Series")).Fit(data));
        AssertError<ArgumentException>("Column 'Age' is Single: expected a key", () => Trainer(InputColumn.Category("Age")).Fit(data));
        AssertError<ArgumentException>("Column 'Words' is Vector<Key<UInt32, 0-3>>: expected a series", () =>
            Trainer(InputColumn.Series("Words")).Fit(data));
        AssertError<ArgumentException>("expected tokens, a vector of keys", () => Trainer(InputColumn.Tokens("Series")).Fit(data));
        AssertError<ArgumentException>("Column 'Age': Placement is Steps", () =>
            Trainer(InputColumn.Vector("Age") with { Placement = InputPlacement.Steps }).Fit(data));
        AssertError<ArgumentException>("two inputs of the network are named 'Age'", () =>
            Trainer(InputColumn.Vector("Age"), InputColumn.Vector("Facts") with { Name = "Age" }).Fit(data));
        foreach (var name in (string[])["x", "edge_index", "Vector"])
            AssertError<ArgumentException>("a name the model uses itself", () =>
                Trainer(InputColumn.Vector("Age") with { Name = name }).Fit(data));
        AssertError<ArgumentException>("Inputs", () => new GraphClassificationTrainer.Options { Inputs = null! }.Validate());
    }

    [TestMethod]
    public void Data_to_score_whose_inputs_are_others_are_named()
    {
        var options = Options(InputColumn.Vector("Facts"), InputColumn.Category("Place"));
        options.Epochs = 1;
        var data = Keyed(Rows(20), out _);
        using var model = _ml.Graphs().GraphClassification(options).Fit(data);
        var longer = _ml.Transforms.Concatenate("Facts", "Facts", "Age").Fit(data).Transform(data);
        AssertError<ArgumentException>("Column 'Facts' is Vector<Single, 3>, but the model reads a vector of 2 numbers", () =>
            model.Transform(longer));
        AssertError<ArgumentException>("Column 'Place'", () =>
            model.Transform(_ml.Transforms.DropColumns("Place").Fit(data).Transform(data)));
        Row[] rows = [.. Rows(3)];
        rows[1].Facts = [1, float.PositiveInfinity];
        AssertError<InvalidDataException>("Column 'Facts', row 1", () =>
            model.Transform(Keyed(rows, out _)).GetColumn<float[]>("Score").ToArray());
    }

    [TestMethod]
    public void Damaged_descriptions_of_inputs_are_named()
    {
        var options = Options(InputColumn.Vector("Age"));
        options.Epochs = 1;
        using var model = _ml.Graphs().GraphClassification(options).Fit(Keyed(Rows(20), out _));
        var side = ModelInfo.Read(model.Info.ToMetadata(), "It").Sides.Single();
        Assert.AreEqual(model.Info.Sides.Single(), side);
        foreach (var (damaged, problem) in ((ModelInput, string)[])[(side with { Name = null }, "a side input without a name"),
            (side with { FeatureCount = 0 }, "the input 'Age', which has featureCount 0")])
            AssertError<InvalidDataException>(problem, () =>
                ModelInfo.Read(Written(model.Info with { Inputs = [model.Info.Input, damaged] }), "It"));

        // without the checks of what is written
        static Dictionary<string, string> Written(ModelInfo info) => new()
        {
            [ModelFormat.FormatKey] = ModelFormat.Version,
            [ModelFormat.ModelKey] = System.Text.Json.JsonSerializer.Serialize(info, ModelInfo.Json),
        };
    }

    private Prediction[] Read(IDataView view) =>
        [.. _ml.Data.CreateEnumerable<Prediction>(view, reuseRowObject: false, ignoreMissingColumns: true)];

    private static void AssertSame(Prediction[] expected, Prediction[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i].Answer, actual[i].Answer);
            for (var k = 0; k < expected[i].Score.Length; k++)
                Assert.AreEqual(expected[i].Score[k], actual[i].Score[k], 1e-5f);
        }
    }

    private static void AssertError<T>(string message, Func<object> act) where T : Exception =>
        StringAssert.Contains(Assert.ThrowsExactly<T>(act).Message, message);

    private static void AssertError<T>(string message, Action act) where T : Exception =>
        StringAssert.Contains(Assert.ThrowsExactly<T>(act).Message, message);
}
