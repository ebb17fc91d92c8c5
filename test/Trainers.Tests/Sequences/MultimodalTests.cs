using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>A Transformer over text, picture, series and table together; rows lack some of them.</summary>
[TestClass]
public class MultimodalTests
{
    // ML.NET counts scalar keys of a class from 0; one that is out of range is missing.
    private const uint Nowhere = 3;

    private const int Time = 3, Batch = 2, Hidden = 4;

    private static readonly ImageShape Shape = new(4, 4);
    private static readonly MLContext Ml = new(1);

    private sealed class Row
    {
        [KeyType(4)]
        public uint[] Words { get; set; } = [];

        [VectorType(16)]
        public float[] Picture { get; set; } = [];

        public float[] Series { get; set; } = [];

        [VectorType(2)]
        public float[] Facts { get; set; } = [];

        [KeyType(3)]
        public uint Place { get; set; } = Nowhere;

        public bool Label { get; set; }

        public float Number { get; set; }
    }

    // The first word asks for one of the four other inputs, each of which says yes or no.
    private static Row[] Rows(int count, bool isWhole = false)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var asked = i % 4;
            var yes = Enumerable.Range(0, 4).Select(_ => random.Next(2) == 0).ToArray();
            bool Lacks(int input) => !isWhole && input != asked && random.Next(4) == 0;
            float Noise() => 0.2f * random.NextSingle();
            return new Row
            {
                Words = [(uint)asked + 1, .. Enumerable.Range(0, random.Next(3)).Select(_ => (uint)random.Next(1, 5))],
                Picture = Lacks(0) ? [.. Enumerable.Repeat(float.NaN, 16)]
                    : [.. Enumerable.Range(0, 16).Select(pixel => Noise() + (pixel < 8 == yes[0] ? 1 : 0))],
                Series = Lacks(1) ? [] : [.. Enumerable.Range(0, random.Next(2, 5)).Select(_ => Noise() + (yes[1] ? 5 : 3))],
                Facts = Lacks(2) ? [float.NaN, float.NaN] : [yes[2] ? 10 : 20, Noise()],
                Place = Lacks(3) ? Nowhere : yes[3] ? 0u : 1,
                Label = yes[asked],
                Number = yes[asked] ? 1 : 0,
            };
        })];
    }

    private static readonly InputColumn[] Inputs =
    [
        InputColumn.Image(nameof(Row.Picture), Shape), InputColumn.Series(nameof(Row.Series)), InputColumn.Vector(nameof(Row.Facts)),
        InputColumn.Category(nameof(Row.Place), 3),
    ];

    private static MultimodalOptions Sizes(float hidden = 0.05f) => new()
    {
        Transformer = new() { Hidden = 16, Heads = 2, Layers = 2, FeedForwardSize = 32 }, Patch = 2, InputDropout = hidden,
    };

    private static SequenceBinaryClassificationTrainer.Options Options(int epochs = 1, MultimodalOptions? sizes = null) => new()
    {
        Network = SequenceNetwork.Multimodal(sizes ?? Sizes()), SequenceColumnName = nameof(Row.Words), Inputs = Inputs, Epochs = epochs,
        BatchSize = 16, LearningRate = 5e-3f, EmbeddingSize = 8, Target = ExecutionTarget.Cpu(1),
    };

    private static IDataView View(params Row[] rows) => Ml.Data.LoadFromEnumerable(rows);

    private static float[] Scores(IDataView scored) => [.. scored.GetColumn<float>("Score")];

    private static void AreClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        foreach (var (one, other) in expected.Zip(actual))
            Assert.AreEqual(one, other, 1e-4f);
    }

    private static void Refused<T>(string expected, Action action) where T : Exception
    {
        Exception thrown = Assert.Throws<T>(action);
        StringAssert.Contains(thrown.ToString(), expected);
    }

    [TestMethod]
    public void Trained_exported_saved_and_scored_with_and_without_all_inputs()
    {
        var rows = View(Rows(400));
        var trained = Ml.Sequences().BinaryClassification(Options(20)).Fit(rows);
        var scored = trained.Transform(rows);
        Assert.IsGreaterThan(0.95, Ml.BinaryClassification.Evaluate(scored).Accuracy);
        Assert.IsLessThan(1e-4, trained.Info.Verification!.LargestDifference);
        Assert.IsTrue(trained.Info.Inputs.All(input => input.MayBeMissing));
        Assert.AreEqual(Shape, trained.Info.Sides[0].Image);
        using var folder = new TemporaryFolder();
        string onnx = folder.File("model.onnx"), zip = folder.File("model.zip");
        trained.ExportToOnnx(onnx);
        using (var session = OnnxSession.Load(onnx))
            CollectionAssert.AreEquivalent((string[])["tokens", "Picture", "Series", "Series_lengths", "Facts", "Place"],
                session.Inputs.Select(input => input.Name).ToArray());
        // Rows without text, and with nothing but one input.
        var few = Rows(12);
        foreach (var row in few[..8])
            row.Words = [];
        few[1] = new() { Picture = few[1].Picture, Facts = [float.NaN, float.NaN], Series = [1, 2] };
        few[2] = new() { Words = [1], Picture = [.. Enumerable.Repeat(float.NaN, 16)], Facts = [float.NaN, float.NaN] };
        few[3] = new() { Place = 1, Picture = [.. Enumerable.Repeat(float.NaN, 16)], Facts = [float.NaN, float.NaN] };
        var some = View([.. few, .. Rows(30)]);
        var expected = Scores(trained.Transform(some));
        Assert.IsFalse(expected.Any(float.IsNaN));
        AreClose(expected, Scores(Ml.Transforms.ApplySequenceModel(onnx, nameof(Row.Words)).Fit(some).Transform(some)));
        Ml.Model.SaveWhole(trained, rows.Schema, zip);
        AreClose(expected, Scores(new MLContext().Model.Load(zip, out _).Transform(some)));
    }

    [TestMethod]
    public void Hidden_inputs_do_not_matter_and_the_order_of_rows_does_not_either()
    {
        var rows = Rows(40);
        var trained = Ml.Sequences().BinaryClassification(Options()).Fit(View(rows));
        var expected = Scores(trained.Transform(View(rows)));
        AreClose([.. expected.Reverse()], Scores(trained.Transform(View([.. rows.Reverse()]))));
        foreach (var (row, score) in rows.Zip(expected).Take(8))
            AreClose([score], Scores(trained.Transform(View(row))));
    }

    [TestMethod]
    public void Numbers_and_pictures_first()
    {
        var options = new SequenceRegressionTrainer.Options
        {
            Network = SequenceNetwork.Multimodal(Sizes() with { Image = Shape }), SequenceColumnName = nameof(Row.Picture),
            LabelColumnName = nameof(Row.Number), Epochs = 1, Inputs = [InputColumn.Tokens(nameof(Row.Words)), .. Inputs[1..]],
            Target = ExecutionTarget.Cpu(1), OutputVector = true,
        };
        var rows = View(Rows(40, isWhole: true));
        var scored = Ml.Sequences().Regression(options).Fit(rows).Transform(rows);
        Assert.AreEqual(16, scored.GetColumn<float[]>("Vector").First().Length);
        Ml.Images().Regression(options.Network, nameof(Row.Number), nameof(Row.Picture), epochs: 1).Fit(rows);
    }

    [TestMethod]
    public void Bad_rows()
    {
        var none = new Row { Picture = [.. Enumerable.Repeat(float.NaN, 16)], Facts = [float.NaN, float.NaN] };
        var rows = Rows(20);
        const string AllMissing = "columns 'Words', 'Picture', 'Series', 'Facts', 'Place' are all missing";
        Refused<InvalidDataException>("row 20: " + AllMissing, () =>
            Ml.Sequences().BinaryClassification(Options()).Fit(View([.. rows, none])));
        var trained = Ml.Sequences().BinaryClassification(Options()).Fit(View(rows));
        Refused<Exception>(AllMissing, () => Scores(trained.Transform(View(rows[0], none))));
        var part = Rows(1, isWhole: true)[0];
        part.Picture[3] = float.NaN;
        Refused<Exception>("Column 'Picture', row 0, step 3, feature 0: NaN, expected a finite number, or NaN for all of them", () =>
            Scores(trained.Transform(View(part))));
        using var folder = new TemporaryFolder();
        foreach (var bad in (BadRows[])[BadRows.Error, BadRows.Skip])
        {
            var options = Options();
            options.BadRows = bad;
            var model = Ml.Sequences().BinaryClassification(options).Fit(View(rows));
            Ml.Model.SaveWhole(model, View(rows).Schema, folder.File("model.zip"));
            var loaded = new MLContext().Model.Load(folder.File("model.zip"), out _);
            foreach (var row in (Row[])[none, part])
                if (bad == BadRows.Error)
                    Refused<Exception>("column 'Words' or column 'Picture'", () => Scores(loaded.Transform(View(row))));
                else
                    Assert.IsTrue(float.IsNaN(Scores(loaded.Transform(View(rows[0], row)))[1]));
        }
    }

    [TestMethod]
    public void A_column_that_no_row_has()
    {
        var rows = Rows(20);
        foreach (var row in rows)
            row.Series = [];
        Refused<InvalidDataException>("Column 'Series' is missing in all rows that were read", () =>
            Ml.Sequences().BinaryClassification(Options()).Fit(View(rows)));
        Refused<InvalidDataException>("Column 'Series', row 0: the sequence is empty", () =>
            Ml.Sequences().BinaryClassification(Options(sizes: Sizes() with { AllowMissing = false })).Fit(View(rows)));
    }

    [TestMethod]
    public void Bad_options()
    {
        Refused<ArgumentException>("Transformer of MultimodalOptions is with Rotary positions; expected sinusoidal positions or none", () =>
            SequenceNetwork.Multimodal(new() { Transformer = new() { Positions = PositionEncoding.Rotary } }));
        Refused<ArgumentException>("attention; expected full attention", () =>
            SequenceNetwork.Multimodal(new() { Transformer = new() { Attention = SelfAttention.Linear } }));
        Refused<ArgumentException>("InputDropout of MultimodalOptions is 1; expected at least 0 and below 1", () =>
            SequenceNetwork.Multimodal(new() { InputDropout = 1 }));
        Refused<ArgumentException>("Convolutions of MultimodalOptions is -1; expected at least 0", () =>
            SequenceNetwork.Multimodal(new() { Convolutions = -1 }));
        Refused<ArgumentException>("A patch of 3 x 3 pixels doesn't divide an image of 4 x 4 pixels", () =>
            SequenceNetwork.Multimodal(new() { Image = Shape, Patch = 3 }));
        Refused<ArgumentException>("Column 'Picture' has an image of 0 x 4 pixels", () => InputColumn.Image("Picture", new(0, 4)));
        var options = Options();
        options.Inputs = [InputColumn.Image(nameof(Row.Picture), new(5, 5))];
        Refused<ArgumentException>("the network reads images of 5 x 5 pixels", () =>
            Ml.Sequences().BinaryClassification(options).Fit(View(Rows(4))));
        options.Inputs = [Inputs[0] with { Placement = InputPlacement.Summary }];
        Refused<ArgumentException>("Placement of an image is Summary; expected Network", () =>
            Ml.Sequences().BinaryClassification(options).Fit(View(Rows(4))));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Gradient(bool lacks)
    {
        var network = SequenceNetwork.Multimodal(new()
        {
            Transformer = new() { Hidden = Hidden, Heads = 2, Layers = 1, FeedForwardSize = 4 }, Patch = 2, InputDropout = 0,
            Convolutions = 0,
        });
        var shapes = new ParameterSet();
        Apply(new NetworkBuilder(shapes, NetworkMode.Evaluation), null, null);
        TensorData[] at = [FiniteDifferences.Random(ElementType.Float, 1, Time, Batch, 2),
            FiniteDifferences.Random(ElementType.Float, 7, 16, Batch, 1), .. shapes.All.Select((parameter, i) =>
                FiniteDifferences.Random(ElementType.Float, 2 + i, [.. parameter.Value.Sizes]))];
        FiniteDifferences.Check(values =>
        {
            var weights = shapes.All.Zip(values.Skip(2), (parameter, value) => (parameter.Name, value)).ToDictionary();
            return Apply(new(values[0].Graph, NetworkMode.Training, weights), values[0], values[1]);
        }, at);

        Value Apply(NetworkBuilder builder, Value? words, Value? picture)
        {
            words ??= builder.Input("x", ElementType.Float, [Time, Batch, 2]);
            picture ??= builder.Input("p", ElementType.Float, [16, Batch, 1]);
            var there = builder.Graph.Constant(TensorData.Vector(1f, lacks ? 0f : 1f));
            var inputs = new SideInputs(new Dictionary<string, Sequence>
            {
                ["picture"] = new(builder, picture, null) { Image = Shape, Present = Op.Cast(there, ElementType.Bool) },
            })
            {
                OfNetwork = ["picture"],
            };
            var encoded = network.Encode(new(builder, words, builder.Graph.Vector(Time, 2L)) { Inputs = inputs });
            return Op.Concat(0, Op.Reshape(encoded.Steps.Steps, [Time * Batch * Hidden]), Op.Reshape(encoded.Final!, [Batch * Hidden]));
        }
    }
}
