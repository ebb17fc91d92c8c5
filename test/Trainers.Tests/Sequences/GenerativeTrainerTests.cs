using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Trainers of networks that write sequences, on tasks of a few tokens.</summary>
[TestClass]
public class GenerativeTrainerTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Row
    {
        [KeyType(6)]
        public uint[] Source { get; set; } = [];

        [KeyType(6)]
        public uint[] Target { get; set; } = [];
    }

    private sealed class Text
    {
        public int[] Features { get; set; } = [];
    }

    private sealed class Written
    {
        public uint[] PredictedLabel { get; set; } = [];

        public float Score { get; set; }
    }

    private IDataView Reversals(int rows, int seed, int longest = 5)
    {
        var random = new Random(seed);
        return _ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(_ =>
        {
            uint[] source = [.. Enumerable.Range(0, random.Next(1, longest + 1)).Select(_ => (uint)random.Next(1, 7))];
            return new Row { Source = source, Target = [.. source.Reverse()] };
        }).ToArray());
    }

    private IDataView Counting(int rows, int length) =>
        _ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(row =>
            new Text { Features = [.. Enumerable.Range(row, length).Select(i => i % 5)] }).ToArray());

    private static readonly TransformerOptions Shape = new()
    {
        Hidden = 32, Heads = 4, Layers = 1, Positions = PositionEncoding.Learned, MaxPositions = 20,
    };

    private static TranslationTrainer.Options Small(string network) => new()
    {
        Encoder = network == "transformer" ? SequenceNetwork.Transformer(Shape) : SequenceNetwork.Gru(32, bidirectional: true),
        Decoder = network switch
        {
            "transformer" => SequenceDecoder.Transformer(Shape),
            "hard" => SequenceDecoder.Gru(32, attention: SourceAttention.Hard()),
            "fixed" => SequenceDecoder.Gru(32),
            _ => SequenceDecoder.Gru(32, attention: SourceAttention.Additive(16)),
        },
        EmbeddingSize = 32, Epochs = 16, BatchSize = 32, LearningRate = 5e-3f, GradientClipNorm = 1, BeamWidth = 3, Seed = 1,
        Target = ExecutionTarget.Cpu(1),
    };

    [TestMethod]
    [DataRow("transformer")]
    [DataRow("additive")]
    public void Learns_to_reverse_and_exports_what_it_learned(string network)
    {
        var options = Small(network);
        options.MaximumLength = 10;
        using var model = _ml.Sequences().Translation(options).Fit(Reversals(1500, 1), Reversals(100, 2));
        Assert.IsGreaterThan(0.9, model.History.Epochs[^1].ValidationMetrics["accuracy"]);
        Assert.IsLessThan(1e-4, model.Verification.LargestDifference);
        var test = Reversals(60, 3);
        var written = model.Transform(test).GetColumn<uint[]>("PredictedLabel").ToArray();
        var expected = test.GetColumn<uint[]>("Target").ToArray();
        Assert.IsGreaterThan(0.8, written.Zip(expected, (left, right) => left.SequenceEqual(right) ? 1.0 : 0).Average());

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            model.Generator.Greedy(GenerationInput.FromSources([1, 99]))).Message, "Source 0 has the token 99; expected 0 to 6");

        using var engine = _ml.Model.CreatePredictionEngine<Row, Written>(model, test.Schema);
        CollectionAssert.AreEqual(written[0], engine.Predict(_ml.Data.CreateEnumerable<Row>(test, false).First()).PredictedLabel);

        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.Path);
        using var generator = SequenceGenerator.Load(Path.Combine(folder.Path, "decoder.onnx"), Path.Combine(folder.Path, "encoder.onnx"));
        using var greedy = OnnxSession.Load(Path.Combine(folder.Path, "greedy.onnx"));
        long Size(string file) => new FileInfo(Path.Combine(folder.Path, file)).Length;
        Assert.IsLessThan(1.2 * (Size("encoder.onnx") + Size("decoder.onnx")), Size("greedy.onnx")); // weights stand in it once
        foreach (var source in test.GetColumn<uint[]>("Source").Take(10))
        {
            long[] ids = [.. source.Select(key => (long)key)];
            var steps = generator.Greedy(GenerationInput.FromSources(ids))[0].Tokens;
            var alone = greedy.Run(new Dictionary<string, TensorData>
            {
                ["source"] = TensorData.Create(ids, 1, ids.Length),
                ["max_length"] = TensorData.Vector((long)model.Info.Generation!.MaximumLength),
            });
            CollectionAssert.AreEqual(steps, alone["generated"].As<long>().Take((int)alone["lengths"].As<long>()[0]).ToArray());
        }
    }

    [TestMethod]
    [DataRow("fixed", 0f)]
    [DataRow("hard", 0f)]
    [DataRow("additive", 0.3f)]
    public void Losses_fall(string network, float sampling)
    {
        var options = Small(network);
        (options.Epochs, options.ScheduledSampling, options.LabelSmoothing) = (5, sampling, 0.1f);
        using var model = _ml.Sequences().Translation(options).Fit(Reversals(600, 1, longest: 3), Reversals(50, 2, longest: 3));
        Assert.IsLessThan(0.7 * model.History.Epochs[0].ValidationLoss!.Value, model.History.Epochs[^1].ValidationLoss!.Value);
    }

    [TestMethod]
    public void A_seed_repeats_a_run()
    {
        double[] Losses(int seed)
        {
            var options = Small("hard");
            (options.Epochs, options.Seed, options.Dropout, options.ScheduledSampling) = (2, seed, 0.1f, 0.2f);
            using var model = _ml.Sequences().Translation(options).Fit(Reversals(100, 1));
            return [.. model.History.Epochs.Select(epoch => epoch.Loss)];
        }
        CollectionAssert.AreEqual(Losses(3), Losses(3));
        CollectionAssert.AreNotEqual(Losses(3), Losses(4));
    }

    [TestMethod]
    [DataRow("transformer")]
    [DataRow("lstm")]
    [DataRow("window")]
    public void A_language_model_learns_to_count(string network)
    {
        var options = new LanguageModelTrainer.Options
        {
            Decoder = network switch
            {
                "transformer" => SequenceDecoder.Transformer(
                    new() { Hidden = 16, Heads = 2, Layers = 1, Positions = PositionEncoding.Rotary }),
                "lstm" => SequenceDecoder.Lstm(16),
                _ => SequenceDecoder.Window(2, 16),
            },
            EmbeddingSize = 24, Epochs = 30, BatchSize = 8, LearningRate = 1e-2f, AddBeginEndTokens = false, WindowLength = 12, Seed = 1,
            Target = ExecutionTarget.Cpu(1),
        };
        using var model = _ml.Sequences().LanguageModel(options).Fit(Counting(20, 30), Counting(5, 20));
        var metrics = model.Evaluate(Counting(5, 20));
        Assert.IsLessThan(1.2, metrics.Perplexity);
        Assert.AreEqual(1, metrics.TokenAccuracy, 0.02);
        Assert.AreEqual(5 * 19, metrics.TokenCount);
        // no row began with a start token, so no prompt does
        Assert.IsNull(model.Generator.Info.StartToken);
        Assert.IsTrue(model.ToOnnxFiles().Values.All(file => ModelInfo.Load(file, "file").InputTensors!.Any(input =>
            input.Meaning.EndsWith("a prompt has no start token", StringComparison.Ordinal))));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            model.Generator.Greedy(GenerationInput.FromPrompts((long[])[]))).Message, "empty");
        // ids are the tokens' numbers and one: 0 1 2 → 3 4 0 1 2
        CollectionAssert.AreEqual(new long[] { 4, 5, 1, 2, 3 },
            model.Generator.Greedy(GenerationInput.FromPrompts([1, 2, 3]), new() { MaximumLength = 5 })[0].Tokens);
        // what each token looked at: the prompt and the tokens so far
        var looked = model.Generator.Greedy(GenerationInput.FromPrompts([1, 2, 3]),
            new() { MaximumLength = 4, KeepAttention = true })[0].Attention;
        Assert.AreEqual(network == "transformer", looked is not null);
        for (var token = 0; token < looked?.Count; token++)
        {
            Assert.HasCount(3 + token, looked[token]);
            Assert.AreEqual(1, looked[token].Sum(), 1e-5f);
        }
        // on and on, beyond the window it was trained on
        CollectionAssert.AreEqual(Enumerable.Range(3, 60).Select(number => number % 5 + 1L).ToArray(),
            model.Generator.Greedy(GenerationInput.FromPrompts([1, 2, 3]), new() { MaximumLength = 60 })[0].Tokens);
        var scores = model.Transform(Counting(1, 6)).GetColumn<float[]>("Score").Single();
        Assert.HasCount(5, scores);
        Assert.IsTrue(scores.Skip(1).All(score => score is <= 0 and > -0.5f));
    }

    [TestMethod]
    public void A_text_ends_where_it_learned_to()
    {
        using var model = _ml.Sequences().LanguageModel(new LanguageModelTrainer.Options
        {
            Decoder = SequenceDecoder.Gru(16), EmbeddingSize = 16, Epochs = 40, BatchSize = 8, LearningRate = 1e-2f, Seed = 1,
            Target = ExecutionTarget.Cpu(1),
        }).Fit(_ml.Data.LoadFromEnumerable(Enumerable.Repeat(new Text { Features = [2, 1, 0] }, 40)));
        var written = model.Generator.Greedy(GenerationInput.FromPrompts([model.StartToken]))[0];
        Assert.AreEqual(model.StartToken, model.Generator.Info.StartToken);
        Assert.IsTrue(model.ToOnnxFiles().Values.All(file => ModelInfo.Load(file, "file").InputTensors!.Any(input =>
            input.Meaning.Contains("a prompt begins with the start token", StringComparison.Ordinal))));
        Assert.IsTrue(written.Ended);
        CollectionAssert.AreEqual(new long[] { 3, 2, 1 }, written.Tokens);
        // the end is predicted too
        Assert.AreEqual(4, model.Evaluate(_ml.Data.LoadFromEnumerable([new Text { Features = [2, 1, 0] }])).TokenCount);
    }

    [TestMethod]
    public void What_cannot_be_trained_on_is_named()
    {
        void Fails<T>(string expected, Action fit) where T : Exception =>
            StringAssert.Contains(Assert.ThrowsExactly<T>(fit).Message, expected);
        var options = Small("additive");
        Fails<InvalidDataException>("Column 'Source'", () =>
            _ml.Sequences().Translation(options).Fit(_ml.Data.LoadFromEnumerable([new Row { Target = [1] }])));
        Fails<InvalidDataException>("has no rows", () =>
            _ml.Sequences().Translation(options).Fit(_ml.Data.LoadFromEnumerable(Array.Empty<Row>())));
        Fails<ArgumentException>("Nowhere", () => _ml.Sequences().Translation("Nowhere").Fit(Reversals(3, 1)));
        Fails<ArgumentException>("expected a vector of keys", () =>
            _ml.Sequences().Translation("Features", "Features").Fit(Counting(3, 4)));
        options = Small("transformer");
        var learned = new TransformerOptions { Hidden = 32, Heads = 2, Positions = PositionEncoding.Learned, MaxPositions = 3 };
        options.Encoder = SequenceNetwork.Transformer(learned);
        Fails<InvalidDataException>("the sequence has 5 steps, expected at most 3", () =>
            _ml.Sequences().Translation(options).Fit(_ml.Data.LoadFromEnumerable([new Row { Source = [1, 2, 3, 4, 5], Target = [1] }])));
        Fails<ArgumentException>("WindowLength is 256; expected at most 3", () =>
            _ml.Sequences().LanguageModel("Features", SequenceDecoder.Transformer(learned)).Fit(Counting(3, 4)));
        Fails<ArgumentException>("LabelSmoothing is 1", () =>
            _ml.Sequences().LanguageModel(new LanguageModelTrainer.Options { LabelSmoothing = 1 }).Fit(Counting(3, 4)));
        Fails<InvalidDataException>("no next token to predict", () =>
            _ml.Sequences().LanguageModel(new LanguageModelTrainer.Options { AddBeginEndTokens = false }).Fit(Counting(3, 1)));
    }
}
