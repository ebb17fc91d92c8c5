using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Series that are read, and tokens written of them, as of speech: trained, exported, saved, scored, and refused.</summary>
[TestClass]
public class SeriesTranslationTests
{
    private const int Features = 3;
    private static readonly MLContext Ml = new(1);

    private sealed class Row
    {
        public float[] Sound { get; set; } = [];

        [KeyType(4)]
        public uint[] Words { get; set; } = [];
    }

    // A word is 3 to 5 steps of a sound of its own, and silence.
    private static Row[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            uint[] words = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (uint)random.Next(1, 5))];
            return new Row
            {
                Words = words,
                Sound = [.. from word in words
                            from step in Enumerable.Range(0, 1 + random.Next(3, 6))
                            from feature in Enumerable.Range(0, Features)
                            select 10 + 0.3f * random.NextSingle()
                                + (step == 0 ? 0 : feature == word % 3 ? 2 : word == 4 && feature == 2 ? -2 : 0)],
            };
        })];
    }

    private static readonly TransformerOptions Small = new() { Hidden = 16, Heads = 2, Layers = 1, FeedForwardSize = 32 };

    private static readonly Dictionary<string, (SequenceNetwork Encoder, SequenceDecoder Decoder)> Networks = new()
    {
        ["GRU, GRU with attention"] = (SequenceNetwork.Gru(16, bidirectional: true), SequenceDecoder.Gru(24,
            attention: SourceAttention.Additive(12))),
        ["Conformer of half the steps, Transformer"] = (SequenceNetwork.Conformer(new()
        {
            Hidden = 16, Heads = 2, Layers = 1, Kernel = 3, Subsampling = 2,
        }), SequenceDecoder.Transformer(Small)),
        ["Transformer, Transformer"] = (SequenceNetwork.Transformer(Small), SequenceDecoder.Transformer(Small)),
    };

    public static IEnumerable<object[]> Cases => from name in Networks.Keys from beams in (int[])[1, 3] select new object[] { name, beams };

    private static TranslationTrainer.Options Options(string name, int epochs, int beams = 1) => new()
    {
        Encoder = Networks[name].Encoder, Decoder = Networks[name].Decoder, SourceColumnName = nameof(Row.Sound), FeatureCount = Features,
        TargetColumnName = nameof(Row.Words), Epochs = epochs, BatchSize = 32, EmbeddingSize = 16, LearningRate = 5e-3f, MaximumLength = 8,
        BeamWidth = beams, OutputAttention = true, Target = ExecutionTarget.Cpu(1),
    };

    private static string[] Words(IDataView view, string column) => [.. view.GetColumn<VBuffer<uint>>(column)
        .Select(words => string.Join(' ', words.DenseValues()))];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Trained_exported_saved_and_scored(string name, int beams)
    {
        Row[] others = Rows(40, 2);
        var rows = Ml.Data.LoadFromEnumerable(others);
        var trained = Ml.Sequences().Translation(Options(name, 40, beams)).Fit(Ml.Data.LoadFromEnumerable(Rows(400, 1)));
        Assert.IsLessThan(1e-4, trained.Verification.LargestDifference);
        var scored = trained.Transform(rows);
        var written = Words(scored, "PredictedLabel");
        var right = Words(rows, nameof(Row.Words)).Zip(written).Count(pair => pair.First == pair.Second);
        Console.WriteLine($"{right} of 40 right");
        Assert.IsGreaterThanOrEqualTo(32, right);
        var each = Networks[name].Encoder.Subsampling;
        foreach (var ((words, attention), row) in scored.GetColumn<VBuffer<uint>>("PredictedLabel")
            .Zip(scored.GetColumn<float[]>("Attention")).Zip(others))
        {
            Assert.HasCount(words.Length * ((row.Sound.Length / Features + each - 1) / each), attention);
            Assert.AreEqual(words.Length, attention.Sum(), 1e-3f);
        }
        // A row alone is what it is among longer ones.
        CollectionAssert.AreEqual(written[..5], others[..5].Select(row =>
            Words(trained.Transform(Ml.Data.LoadFromEnumerable([row])), "PredictedLabel")[0]).ToArray());

        using var folder = new TemporaryFolder();
        trained.ExportToOnnx(folder.Path);
        using (var generator = SequenceGenerator.Load(folder.File("decoder.onnx"), folder.File("encoder.onnx")))
            CollectionAssert.AreEqual(written[..3], generator.Greedy(Input(others[..3]))
                .Select(sequence => string.Join(' ', sequence.Tokens)).ToArray());
        using (var greedy = OnnxSession.Load(folder.File("greedy.onnx")))
        {
            var longest = others[..3].Max(row => row.Sound.Length) / Features;
            var found = greedy.Run(new Dictionary<string, TensorData>
            {
                ["series"] = TensorData.Create([.. others[..3].SelectMany(row => row.Sound.Concat(
                    new float[longest * Features - row.Sound.Length]))], 3, longest, Features),
                ["series_lengths"] = TensorData.Vector([.. others[..3].Select(row => (long)row.Sound.Length / Features)]),
                ["max_length"] = TensorData.Vector(8L),
            });
            Assert.AreEqual(written[0], string.Join(' ', found["generated"].As<long>()[..(int)found["lengths"].As<long>()[0]]));
        }

        Ml.Model.SaveWhole(trained, rows.Schema, folder.File("model.zip"));
        CollectionAssert.AreEqual(written, Words(new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(rows),
            "PredictedLabel"));
        CollectionAssert.AreEqual(written, Words(new MLContext().Model.LoadSequenceGraph(folder.File("model.zip"), out _).Transform(rows),
            "PredictedLabel"));

        GenerationInput Input(Row[] of)
        {
            var longest = of.Max(row => row.Sound.Length) / Features;
            return GenerationInput.FromPrompts([.. of.Select(_ => (long[])[5])]).With("series", TensorData.Create([.. of.SelectMany(row =>
                row.Sound.Concat(new float[longest * Features - row.Sound.Length]))], of.Length, longest, Features))
                .With("series_lengths", TensorData.Vector([.. of.Select(row => (long)row.Sound.Length / Features)]));
        }
    }

    [TestMethod]
    public void The_loss_has_its_share_of_alignment()
    {
        var rows = Ml.Data.LoadFromEnumerable(Rows(30, 1));
        double[] losses = [.. ((float[])[0, 0.25f, 0.5f]).Select(weight =>
        {
            var options = Options("GRU, GRU with attention", 1);
            (options.AlignmentWeight, options.LearningRate) = (weight, 1e-9f);
            using var model = Ml.Sequences().Translation(options).Fit(rows);
            return model.History.Epochs[0].Loss;
        })];
        var alignment = (losses[2] - 0.5 * losses[0]) / 0.5;
        Assert.AreEqual(0.75 * losses[0] + 0.25 * alignment, losses[1], 1e-4);
        // Of about 5 steps a label, each with about the same probability of 7 tokens, and the ways to spread the labels over them.
        Assert.AreEqual(6, alignment, 2);
    }

    [TestMethod]
    public void Lengths_out_of_range_give_no_numbers()
    {
        using var model = Ml.Sequences().Translation(Options("GRU, GRU with attention", 1)).Fit(Ml.Data.LoadFromEnumerable(Rows(30, 1)));
        using var encoder = OnnxSession.Load(model.ToOnnxFiles()["encoder.onnx"]);
        var found = encoder.Run(new Dictionary<string, TensorData>
        {
            ["series"] = TensorData.Create(new float[3 * 6 * Features], 3, 6, Features), ["series_lengths"] = TensorData.Vector(6L, 7L, 0L),
        });
        var read = found.Where(output => output.Value.Type == ElementType.Float && output.Value.Sizes[0] == 3).ToArray();
        Assert.IsGreaterThan(1, read.Length);
        foreach (var (name, value) in read)
        {
            var each = value.Count / 3;
            Assert.IsTrue(value.As<float>()[..(int)each].All(float.IsFinite), name);
            Assert.IsTrue(name.Contains("mask", StringComparison.Ordinal) || value.As<float>()[(int)each..].All(float.IsNaN), name);
        }
    }

    [TestMethod]
    public void Rows_of_no_weight_have_no_part()
    {
        var rows = Rows(24, 1).Select((row, i) => new WeightedRow { Sound = row.Sound, Words = row.Words, Weight = i < 2 ? 1 : 0 });
        var options = Options("GRU, GRU with attention", 2);
        (options.AlignmentWeight, options.ExampleWeightColumnName, options.BatchSize) = (0.4f, nameof(WeightedRow.Weight), 1);
        using var model = Ml.Sequences().Translation(options).Fit(Ml.Data.LoadFromEnumerable(rows));
        Assert.IsTrue(double.IsFinite(model.History.Epochs[^1].Loss));
    }

    private sealed class WeightedRow
    {
        public float[] Sound { get; set; } = [];

        [KeyType(4)]
        public uint[] Words { get; set; } = [];

        public float Weight { get; set; }
    }

    [TestMethod]
    public void A_start_has_the_scaling_that_it_learned_with()
    {
        var held = Ml.Data.LoadFromEnumerable(Rows(30, 2));
        var options = Options("GRU, GRU with attention", 15);
        options.AlignmentWeight = 0.3f;
        using var first = Ml.Sequences().Translation(options).Fit(Ml.Data.LoadFromEnumerable(Rows(300, 1)));
        var next = Options("GRU, GRU with attention", 1);
        (next.Pretrained, next.LearningRate) = (first, 1e-9f);
        using var second = Ml.Sequences().Translation(next).Fit(Ml.Data.LoadFromEnumerable(Rows(3, 3)));
        CollectionAssert.AreEqual(Words(first.Transform(held), "PredictedLabel"), Words(second.Transform(held), "PredictedLabel"));
        next.FeatureCount = 1;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Ml.Sequences().Translation(next).Fit(held)).Message,
            "has 1 features per step, but in the training of Pretrained there were 3");
    }

    [TestMethod]
    public void Bad_series()
    {
        var options = Options("GRU, GRU with attention", 1);
        Row[] rows = Rows(40, 1);
        var trained = Ml.Sequences().Translation(options).Fit(Ml.Data.LoadFromEnumerable(rows));
        rows[3].Sound = [1, 2];
        Says("Column 'Sound', row 3", () => Words(trained.Transform(Ml.Data.LoadFromEnumerable(rows)), "PredictedLabel"));
        Says("Column 'Sound', row 3", () => Ml.Sequences().Translation(options).Fit(Ml.Data.LoadFromEnumerable(rows)));
        rows[3].Sound = [1, float.NaN, 2];
        Says("NaN", () => Ml.Sequences().Translation(options).Fit(Ml.Data.LoadFromEnumerable(rows)));
        rows[3].Sound = [];
        Says("Column 'Sound', row 3", () => Ml.Sequences().Translation(options).Fit(Ml.Data.LoadFromEnumerable(rows)));
        rows[3].Sound = [1, 2, 3];
        Says("'Words' is Vector<Key<UInt32, 0-3>>, tokens: expected no FeatureCount, found 3", () =>
            Ml.Sequences().Translation(new TranslationTrainer.Options { SourceColumnName = nameof(Row.Words), TargetColumnName =
                nameof(Row.Words), FeatureCount = 3, }).Fit(Ml.Data.LoadFromEnumerable(rows)));
        options.ShareEmbeddings = true;
        Says("Column 'Sound' is Vector<Single>, a series, which has no tokens", () =>
            Ml.Sequences().Translation(options).Fit(Ml.Data.LoadFromEnumerable(rows)));
        Says("AlignmentWeight is 1", () => new TranslationTrainer.Options { AlignmentWeight = 1 }.Validate());
        Says("AlignmentWeight is 0.3; expected 0: the positions of an image", () => new TranslationTrainer.Options
        {
            AlignmentWeight = 0.3f, Encoder = ImageNetwork.ConvNet(new(4, 4)),
        }.Validate());
        Says("FeatureCount is 0", () => new TranslationTrainer.Options { FeatureCount = 0 }.Validate());

        static void Says(string message, Action action)
        {
            Exception error = Assert.Throws<Exception>(action);
            while (error.InnerException is { } inner)
                error = inner;
            StringAssert.Contains(error.Message, message);
        }
    }
}
