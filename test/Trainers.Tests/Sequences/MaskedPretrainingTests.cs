using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Networks that tell masked tokens of counting sequences, and trainers that start from them.</summary>
[TestClass]
public class MaskedPretrainingTests
{
    private const int Words = 8;
    private readonly MLContext _ml = new(1);

    private sealed class Text
    {
        public string[] Words { get; set; } = [];

        [KeyType(2)]
        public uint Label { get; set; }

        [KeyType(2)]
        public uint[] Tags { get; set; } = [];
    }

    private static readonly TransformerOptions Shape = new() { Hidden = 16, Heads = 2, Layers = 1, Positions = PositionEncoding.Learned,
        MaxPositions = 14 };

    // Words count up from somewhere, in steps of one or of three: the label is which.
    private IDataView Counting(int rows, int seed, int length = 12, string prefix = "w")
    {
        var random = new Random(seed);
        Text[] texts = [.. Enumerable.Range(0, rows).Select(_ =>
        {
            int start = random.Next(Words), step = random.Next(2);
            int[] numbers = [.. Enumerable.Range(0, length).Select(i => (start + i * (1 + 2 * step)) % Words)];
            return new Text { Words = [.. numbers.Select(number => $"{prefix}{number}")], Label = (uint)step,
                Tags = [.. numbers.Select(number => (uint)(number % 2 + 1))] };
        })];
        var data = _ml.Data.LoadFromEnumerable(texts);
        return _ml.Transforms.Conversion.MapValueToKey("Features", "Words",
            keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data);
    }

    private static MaskedPretrainingTrainer.Options Options(SequenceNetwork? network = null, int epochs = 20) => new()
    {
        Network = network ?? SequenceNetwork.Transformer(Shape), EmbeddingSize = 16, Epochs = epochs, BatchSize = 16, LearningRate = 1e-2f,
            Seed = 1, Target = ExecutionTarget.Cpu(1),
    };

    private static T Start<T>(T options, PretrainedNetwork? from, SequenceNetwork? network = null) where T : SequenceTrainerOptions
    {
        (options.Pretrained, options.Network, options.EmbeddingSize, options.Epochs, options.BatchSize) = (
            from, network ?? SequenceNetwork.Transformer(Shape), 16, 3, 16);
        (options.LearningRate, options.Seed, options.Target) = (2e-3f, 1, ExecutionTarget.Cpu(1));
        return options;
    }

    [TestMethod]
    [DataRow(true, true)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    public void Masked_words_are_told_and_trainers_start_from_what_was_learned(bool isTransformer, bool tieOutput)
    {
        var network = isTransformer ? SequenceNetwork.Transformer(Shape) : SequenceNetwork.Gru(16, bidirectional: true);
        var options = Options(network, 30);
        options.TieOutput = tieOutput;
        var data = Counting(200, 1);
        var pretrained = _ml.Sequences().MaskedPretraining(options).Fit(data, Counting(50, 2));
        var last = pretrained.History!.Epochs[^1];
        Assert.IsGreaterThan(0.6, last.ValidationMetrics["accuracy"]);
        Assert.AreEqual(Math.Exp(last.ValidationLoss!.Value), last.ValidationPerplexity!.Value, 1e-9);
        Assert.AreEqual(Words + 1, pretrained.TokenCount);
        CollectionAssert.AreEqual(Enumerable.Range(0, Words).Select(number => $"w{number}").ToArray(), pretrained.KeyValues!.ToArray());
        Assert.AreEqual(Words + 1, pretrained.Weights["embedding/table"].Sizes[0]);
        Assert.IsFalse(pretrained.Weights.Keys.Any(name => name.StartsWith("masked")));

        using var tagger = _ml.Sequences().Tagging(Start(new SequenceTaggingTrainer.Options { LabelColumnName = "Tags" }, pretrained,
            network)).Fit(data);
        Assert.IsLessThanOrEqualTo(1e-4, tagger.Info.Verification!.LargestDifference);
        double Loss(PretrainedNetwork? from)
        {
            using var model = _ml.Sequences().Classification(
                Start(new SequenceClassificationTrainer.Options { Pooling = Pooling.Mean }, from, network)).Fit(data);
            return model.History.Epochs[^1].Loss;
        }
        Assert.IsLessThan(Loss(null), Loss(pretrained));
        using var classifier = _ml.Sequences().Classification(
            Start(new SequenceClassificationTrainer.Options { Pooling = Pooling.Mean }, pretrained, network)).Fit(data);
        Assert.IsLessThanOrEqualTo(1e-4, classifier.Info.Verification!.LargestDifference);
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_weights_and_masking_leaves_the_rows_alone()
    {
        var data = Counting(40, 1);
        float[] Weights(int seed)
        {
            var options = Options(epochs: 3);
            options.Seed = seed;
            return _ml.Sequences().MaskedPretraining(options).Fit(data).Weights["embedding/table"].As<float>();
        }
        CollectionAssert.AreEqual(Weights(1), Weights(1));
        CollectionAssert.AreNotEqual(Weights(1), Weights(2));
    }

    [TestMethod]
    public void Of_the_chosen_tokens_four_fifths_are_masked_a_tenth_is_random_and_a_tenth_stays()
    {
        const int Vocabulary = 1001, Rows = 400, Length = 50;
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows)
            .Select(row => new Numbers { Features = [.. Enumerable.Range(0, Length).Select(i => 1 + (row * 31 + i) % 1000)] }).ToArray());
        SequenceColumn column = SequenceColumn.FromData(data, "Features", null, Vocabulary, default);
        var masked = new MaskedTokens(column.TokenCount, 0.15, seed: 3);
        long chosen = 0, hidden = 0, random = 0, kept = 0;
        Dictionary<int, string>[] drawn = [[], [], []];
        // the same rows in batches of other sizes, then another epoch
        foreach (var (run, size, epoch) in ((int, int, int)[])[(0, 16, 0), (1, 7, 0), (2, 16, 1)])
        {
            using var source = new SequenceBatchSource(data, new(column), new() { BatchSize = size, Shuffle = false });
            foreach (var batch in source.ReadEpoch(0, default))
            {
                var before = batch.Tokens.ToArray();
                masked.Draw(batch, epoch);
                var places = masked.Places.ToArray();
                Assert.HasCount(places.Length, places.Distinct().ToArray());
                var changed = Enumerable.Range(0, before.Length).Count(i => before[i] != batch.Tokens.Span[i]);
                Assert.IsLessThanOrEqualTo(places.Length, changed);
                for (var i = 0; i < places.Length; i++)
                {
                    int row = (int)(places[i] % batch.Batch), step = (int)(places[i] / batch.Batch);
                    var at = row * batch.Time + step;
                    Assert.AreEqual(before[at], masked.Targets.Span[i]);
                    var now = batch.Tokens.Span[at];
                    var position = (int)batch.Positions.Span[row];
                    drawn[run][position] = drawn[run].GetValueOrDefault(position) + $" {step}:{now}";
                    if (run != 0)
                        continue;
                    chosen++;
                    hidden += now == column.TokenCount ? 1 : 0;
                    kept += now == before[at] ? 1 : 0;
                    random += now != column.TokenCount && now != before[at] ? 1 : 0;
                }
            }
        }
        Assert.AreEqual(0.15, chosen / (double)(Rows * Length), 0.005);
        Assert.AreEqual(0.8, hidden / (double)chosen, 0.03);
        Assert.AreEqual(0.1, random / (double)chosen, 0.02);
        Assert.AreEqual(0.1, kept / (double)chosen, 0.02);
        foreach (var (position, tokens) in drawn[0])
            Assert.AreEqual(tokens, drawn[1][position]);
        Assert.IsTrue(drawn[0].Any(row => row.Value != drawn[2][row.Key]));
    }

    private sealed class Numbers
    {
        public int[] Features { get; set; } = [];
    }

    [TestMethod]
    public void Weights_go_by_way_of_a_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("weights.bin");
        var pretrained = _ml.Sequences().MaskedPretraining(Options(epochs: 1)).Fit(Counting(20, 1));
        pretrained.Save(path);
        var loaded = PretrainedNetwork.Load(path);
        Assert.AreEqual((pretrained.Name, pretrained.TokenCount), (loaded.Name, loaded.TokenCount));
        CollectionAssert.AreEqual(pretrained.KeyValues!.ToArray(), loaded.KeyValues!.ToArray());
        CollectionAssert.AreEqual(pretrained.Weights.Keys.ToArray(), loaded.Weights.Keys.ToArray());
        foreach (var (name, weight) in pretrained.Weights)
            CollectionAssert.AreEqual(weight.As<float>(), loaded.Weights[name].As<float>());

        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        Error<InvalidDataException>(() => PretrainedNetwork.Load(path), path, "checksum");
        File.WriteAllBytes(path, bytes[..20]);
        Error<InvalidDataException>(() => PretrainedNetwork.Load(path), path, "cut short");
        Error<FileNotFoundException>(() => PretrainedNetwork.Load(folder.File("none.bin")));
    }

    [TestMethod]
    public void What_does_not_fit_is_named()
    {
        var data = Counting(20, 1);
        var pretrained = _ml.Sequences().MaskedPretraining(Options(epochs: 1)).Fit(data);
        void Fails(IDataView view, SequenceNetwork network, params string[] parts) =>
            Error<ArgumentException>(() => _ml.Sequences().Classification(
                Start(new SequenceClassificationTrainer.Options(), pretrained, network)).Fit(view), parts);
        Fails(Counting(20, 1, prefix: "v"), SequenceNetwork.Transformer(Shape), "Features", "'v0'", "'w0'");
        Fails(data, SequenceNetwork.Transformer(Shape with { Layers = 2 }), "Transformer", "layer_1");
        Fails(data, SequenceNetwork.Gru(16), "doesn't fit", "GRU");
        var real = _ml.Data.LoadFromEnumerable(new[] { new Series { Features = [1, 2, 3] } });
        Fails(real, SequenceNetwork.Transformer(Shape), "Features", "Pretrained");
        Error<ArgumentException>(() => _ml.Sequences().MaskedPretraining(Options()).Fit(real), "Features", "tokens");
        foreach (var fraction in (float[])[0, 1.5f, float.NaN])
        {
            var options = Options();
            options.MaskedFraction = fraction;
            Error<ArgumentException>(() => _ml.Sequences().MaskedPretraining(options).Fit(data), "MaskedFraction");
        }
    }

    private sealed class Series
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        [KeyType(2)]
        public uint Label { get; set; }
    }

    [TestMethod]
    public void Canceled_it_hands_over_the_weights_so_far()
    {
        using var stop = new CancellationTokenSource();
        var options = Options();
        options.CancellationToken = stop.Token;
        options.OnEpoch = epoch =>
        {
            if (epoch.Epoch == 2)
                stop.Cancel();
        };
        var canceled = Assert.ThrowsExactly<TrainingCanceledException>(
            () => _ml.Sequences().MaskedPretraining(options).Fit(Counting(40, 1)));
        Assert.HasCount(2, canceled.History.Epochs);
        Assert.AreEqual(Words + 1, canceled.Pretrained!.TokenCount);
    }

    [TestMethod]
    public void A_sequence_longer_than_the_positions_is_named_in_training_and_in_scoring()
    {
        Error<InvalidDataException>(() => _ml.Sequences().MaskedPretraining(Options(epochs: 1)).Fit(Counting(10, 1, length: 15)),
            "Features", "15", "14");
        var options = Start(new SequenceClassificationTrainer.Options(), null);
        Error<InvalidDataException>(() => _ml.Sequences().Classification(options).Fit(Counting(10, 1, length: 15)), "Features", "15", "14");
        using var model = _ml.Sequences().Classification(options).Fit(Counting(10, 1, length: 14));
        Assert.HasCount(3, model.Transform(Counting(3, 1, length: 14)).GetColumn<float[]>("Score").ToArray());
        Error<InvalidDataException>(() => model.Transform(Counting(3, 1, length: 15)).GetColumn<float[]>("Score").ToArray(), "Features",
            "15", "14");
        // so it is for the exported model
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("model.onnx"));
        var loaded = _ml.Transforms.ApplySequenceModel(folder.File("model.onnx")).Fit(Counting(3, 1));
        Error<InvalidDataException>(() => loaded.Transform(Counting(3, 1, length: 15)).GetColumn<float[]>("Score").ToArray(), "Features",
            "15", "14");
    }

    private static void Error<T>(Action act, params string[] parts) where T : Exception
    {
        var error = Assert.ThrowsExactly<T>(act);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }
}
