using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>How language models and translators predict the rows of views: in batches, ahead of the reader, in order.</summary>
[TestClass]
public class GenerativeScoringTests
{
    private static readonly MLContext Ml = new(1);

    private sealed class Pair
    {
        [KeyType(6)]
        public uint[] Source { get; set; } = [];

        [KeyType(6)]
        public uint[] Target { get; set; } = [];

        public int Number { get; set; }
    }

    private sealed class Text
    {
        public int[] Features { get; set; } = [];
    }

    [TestMethod]
    [DataRow(1, 1, 16384)]
    [DataRow(3, 50, 16384)]
    [DataRow(64, 7, 16384)]
    [DataRow(64, 1024, 4)]
    public void Batches_of_any_size_give_the_same(int batchRows, int readAheadRows, int batchSteps)
    {
        using var model = Translator(new() { BatchRows = batchRows, ReadAheadRows = readAheadRows, BatchSteps = batchSteps,
            Target = ExecutionTarget.Cpu(1) });
        var pairs = Pairs(30);
        var view = model.Transform(Ml.Data.LoadFromEnumerable(pairs));
        var (written, scores) = (view.GetColumn<uint[]>("PredictedLabel").ToArray(), view.GetColumn<float>("Score").ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, 30).ToArray(), view.GetColumn<int>("Number").ToArray());
        for (var row = 0; row < pairs.Length; row++)
        {
            var source = GenerationInput.FromSources([.. pairs[row].Source.Select(key => (long)key)]);
            var best = model.Generator.BeamSearch(source, model.Info.Generation!.Beam,
                new() { MaximumLength = model.Info.Generation.MaximumLength })[0][0];
            CollectionAssert.AreEqual(best.Tokens, written[row].Select(key => (long)key).ToArray());
            Assert.AreEqual(best.Score, scores[row], 1e-4);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    [DataRow(128)]
    public void Language_models_score_texts_of_any_length_side_by_side(int batchRows)
    {
        using var model = LanguageModel(new() { BatchRows = batchRows, Target = ExecutionTarget.Cpu(1) });
        // One is longer than what is followed at once.
        int[] lengths = [3, 1, 700, 12, 5, 5, 1, 520];
        Text[] texts = [.. lengths.Select(length => new Text { Features = [.. Enumerable.Range(length, length).Select(i => i % 5)] })];
        var data = Ml.Data.LoadFromEnumerable(texts);
        var scores = model.Transform(data).GetColumn<float[]>("Score").ToArray();
        double sum = 0;
        for (var row = 0; row < texts.Length; row++)
        {
            Assert.HasCount(lengths[row], scores[row]);
            long[] ids = [model.StartToken, .. texts[row].Features.Select(number => number + 1L)];
            foreach (var (expected, score) in model.Generator.Score(ids).LogProbabilities.Zip(scores[row]))
                Assert.AreEqual(expected, score, 1e-4);
            sum -= model.Generator.Score([.. ids, model.StartToken + 1]).LogProbabilities.Sum();
        }
        var metrics = model.Evaluate(data);
        Assert.AreEqual(lengths.Sum() + lengths.Length, metrics.TokenCount);
        Assert.AreEqual(sum / metrics.TokenCount, metrics.NatsPerToken, 1e-5);
    }

    [TestMethod]
    public void Shuffled_rows_keep_their_translations()
    {
        using var model = Translator(new() { ReadAheadRows = 4, Target = ExecutionTarget.Cpu(1) });
        var view = model.Transform(Ml.Data.Cache(Ml.Data.LoadFromEnumerable(Pairs(20))));
        Assert.IsTrue(view.CanShuffle);
        var expected = view.GetColumn<float>("Score").ToArray();
        using var cursor = view.GetRowCursor([view.Schema["Number"], view.Schema["Score"]], new Random(5));
        var (number, score) = (cursor.GetGetter<int>(view.Schema["Number"]), cursor.GetGetter<float>(view.Schema["Score"]));
        List<int> order = [];
        while (cursor.MoveNext())
        {
            var (at, value) = (0, 0f);
            number(ref at);
            score(ref value);
            order.Add(at);
            Assert.AreEqual(expected[at], value, 1e-5f);
        }
        CollectionAssert.AreNotEqual(Enumerable.Range(0, 20).ToArray(), order);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 20).ToArray(), order);
    }

    [TestMethod]
    public void Rows_before_a_bad_one_are_handed_out()
    {
        using var model = Translator(null);
        var pairs = Pairs(5);
        pairs[3].Source = [];
        var view = model.Transform(Ml.Data.LoadFromEnumerable(pairs));
        using var cursor = view.GetRowCursor([view.Schema["Score"]]);
        for (var row = 0; row < 3; row++)
            Assert.IsTrue(cursor.MoveNext());
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => cursor.MoveNext()).Message,
            "Column 'Source', row 3: the sequence is empty");
    }

    [TestMethod]
    public void The_model_that_decodes_by_itself_takes_many_sources_with_padding()
    {
        using var model = Translator(null);
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.Path);
        using var greedy = OnnxSession.Load(folder.File("greedy.onnx"));
        long[][] sources = [[1, 2, 3], [4], [2, 0, 2, -1]]; // an unknown token in the middle, one at the end
        long[][] Write(params long[][] rows)
        {
            var longest = rows.Max(row => row.Length);
            var written = greedy.Run(new Dictionary<string, TensorData>
            {
                ["source"] = TensorData.Create([.. rows.SelectMany(row => row.Concat(new long[longest - row.Length]))],
                    rows.Length, longest),
                ["max_length"] = TensorData.Vector(6L),
            });
            return [.. written["generated"].As<long>().Chunk((int)written["generated"].Sizes[1])
                .Zip(written["lengths"].As<long>(), (row, length) => row[..(int)length])];
        }
        var together = Write(sources);
        for (var row = 0; row < 3; row++)
            CollectionAssert.AreEqual(Write(sources[row])[0], together[row]);
        var generated = model.Generator.Greedy(GenerationInput.FromSources([1, 2, 3], [4], [2, 0, 2, 0]), new() { MaximumLength = 6 });
        for (var row = 0; row < 3; row++)
            CollectionAssert.AreEqual(generated[row].Tokens, together[row]);
        var empty = Assert.ThrowsExactly<ArgumentException>(() => greedy.Run(new Dictionary<string, TensorData>
        {
            ["source"] = TensorData.Create(Array.Empty<long>(), 0, 4), ["max_length"] = TensorData.Vector(6L),
        }));
        StringAssert.Contains(empty.Message, "'batch', is empty");
    }

    [TestMethod]
    public void Bad_rows_have_missing_predictions_where_they_are_passed_over()
    {
        using var model = Translator(new() { BadRows = BadRows.Skip, Target = ExecutionTarget.Cpu(1) });
        var pairs = Pairs(5);
        pairs[0].Source = pairs[3].Source = [];
        var view = model.Transform(Ml.Data.LoadFromEnumerable(pairs));
        var (scores, written) = (view.GetColumn<float>("Score").ToArray(), view.GetColumn<uint[]>("PredictedLabel").ToArray());
        for (var row = 0; row < 5; row++)
            Assert.AreEqual(row is 0 or 3, float.IsNaN(scores[row]), $"row {row}");
        Assert.IsEmpty(written[3]);
        using var engine = Ml.Model.CreatePredictionEngine<Pair, Translated>(model);
        Assert.IsEmpty(engine.Predict(pairs[3]).PredictedLabel);
        using var language = LanguageModel(new() { BadRows = BadRows.Skip });
        Text[] texts = [new() { Features = [1, 2] }, new()];
        var lengths = language.Transform(Ml.Data.LoadFromEnumerable(texts)).GetColumn<float[]>("Score").Select(row => row.Length).ToArray();
        CollectionAssert.AreEqual(new[] { 2, 0 }, lengths);
    }

    [TestMethod]
    public void Sources_longer_than_the_network_takes_are_named()
    {
        var shape = new TransformerOptions { Hidden = 16, Heads = 2, Layers = 1, Positions = PositionEncoding.Learned, MaxPositions = 6 };
        var trainer = Ml.Sequences().Translation(Options(null, SequenceNetwork.Transformer(shape)));
        using var model = trainer.Fit(Ml.Data.LoadFromEnumerable(Pairs(20)));
        var pairs = Pairs(2);
        pairs[1].Source = [1, 2, 3, 4, 5, 6, 1];
        var view = model.Transform(Ml.Data.LoadFromEnumerable(pairs));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => view.GetColumn<float>("Score").ToArray()).Message,
            "Column 'Source', row 1: the sequence has 7 steps, expected at most 6");
        using var engine = Ml.Model.CreatePredictionEngine<Pair, Translated>(model);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => engine.Predict(pairs[1])).Message,
            "the sequence has 7 steps, expected at most 6");
    }

    [TestMethod]
    public void Scoring_can_be_canceled()
    {
        using var source = new CancellationTokenSource();
        using var model = Translator(new() { CancellationToken = source.Token, BatchRows = 3, ReadAheadRows = 1,
            Target = ExecutionTarget.Cpu(1) });
        var view = model.Transform(Ml.Data.LoadFromEnumerable(Pairs(5)));
        using var cursor = view.GetRowCursor([view.Schema["Score"]]);
        Assert.IsTrue(cursor.MoveNext());
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => cursor.MoveNext());
    }

    [TestMethod]
    public void Models_that_were_disposed_of_say_so()
    {
        var model = LanguageModel(null);
        var view = model.Transform(Ml.Data.LoadFromEnumerable([new Text { Features = [1, 2] }]));
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => view.GetColumn<float[]>("Score").ToArray());
    }

    [TestMethod]
    public void Threads_can_share_a_model()
    {
        using var model = Translator(null);
        var data = Ml.Data.LoadFromEnumerable(Pairs(20));
        var expected = model.Transform(data).GetColumn<float>("Score").ToArray();
        Parallel.For(0, 4, _ =>
        {
            foreach (var (left, right) in expected.Zip(model.Transform(data).GetColumn<float>("Score")))
                Assert.AreEqual(left, right, 1e-5f);
        });
    }

    [TestMethod]
    public void The_target_is_that_of_training_or_of_the_scoring_options()
    {
        using var trained = LanguageModel(null);
        Assert.AreEqual(ExecutionTarget.Cpu(1), trained.Target);
        Assert.IsNull(trained.FallbackReason);
        using var scored = LanguageModel(new() { Target = ExecutionTarget.Cpu(2) });
        Assert.AreEqual(ExecutionTarget.Cpu(2), scored.Target);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LanguageModel(new() { BatchRows = 0 })).Message,
            "BatchRows is 0, expected 1 to");
    }

    private sealed class Translated
    {
        public uint[] PredictedLabel { get; set; } = [];
    }

    private static TranslationTransformer Translator(SequenceScoringOptions? scoring) =>
        Ml.Sequences().Translation(Options(scoring, SequenceNetwork.Gru(12))).Fit(Ml.Data.LoadFromEnumerable(Pairs(100)));

    private static TranslationTrainer.Options Options(SequenceScoringOptions? scoring, SequenceNetwork encoder) => new()
    {
        Encoder = encoder, Decoder = SequenceDecoder.Gru(12, attention: SourceAttention.Additive(8)), EmbeddingSize = 16, Epochs = 2,
        BatchSize = 16,
        LearningRate = 1e-2f, BeamWidth = 3, MaximumLength = 8, Seed = 1, Target = ExecutionTarget.Cpu(1), Scoring = scoring,
    };

    private static LanguageModelTransformer LanguageModel(SequenceScoringOptions? scoring) =>
        Ml.Sequences().LanguageModel(new LanguageModelTrainer.Options
    {
        Decoder = SequenceDecoder.Transformer(new() { Hidden = 16, Heads = 2, Layers = 1, Positions = PositionEncoding.Rotary }),
        EmbeddingSize = 16, Epochs = 2, BatchSize = 8,
        Seed = 1, Target = ExecutionTarget.Cpu(1), Scoring = scoring,
    }).Fit(Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(row =>
        new Text { Features = [.. Enumerable.Range(row, 8).Select(i => i % 5)] })));

    private static Pair[] Pairs(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(number =>
        {
            uint[] source = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => (uint)random.Next(1, 7))];
            return new Pair { Source = source, Target = [.. source.Reverse()], Number = number };
        })];
    }
}
