using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Alignment: how much each written token looked at each token of the source, as a column.</summary>
[TestClass]
public class TranslationAttentionTests
{
    private static readonly MLContext Ml = new(1);

    public sealed class Row
    {
        [KeyType(6)]
        public uint[] Source { get; set; } = [];

        [KeyType(6)]
        public uint[] Target { get; set; } = [];
    }

    private sealed class Aligned
    {
        public uint[] PredictedLabel { get; set; } = [];

        public float[] Attention { get; set; } = [];
    }

    private static Row[] Copies(int rows, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ =>
        {
            uint[] source = [.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => (uint)random.Next(1, 7))];
            return new Row { Source = source, Target = source };
        })];
    }

    private static TranslationTrainer.Options Options(SequenceDecoder decoder, int beams) => new()
    {
        Encoder = SequenceNetwork.Gru(16, bidirectional: true), Decoder = decoder, EmbeddingSize = 16, Epochs = 12, BatchSize = 32,
        LearningRate = 1e-2f, BeamWidth = beams, MaximumLength = 8, OutputAttention = true, Target = ExecutionTarget.Cpu(1),
    };

    private static IEnumerable<object[]> Decoders =>
    [
        [SequenceDecoder.Gru(24, attention: SourceAttention.Additive(12)), 2],
        [SequenceDecoder.Transformer(new() { Hidden = 16, Heads = 2, Layers = 1 }), 1],
    ];

    [TestMethod]
    [DynamicData(nameof(Decoders))]
    public void A_column_holds_the_attention_of_each_written_token(SequenceDecoder decoder, int beams)
    {
        using var model = Ml.Sequences().Translation(Options(decoder, beams)).Fit(Ml.Data.LoadFromEnumerable(Copies(600, 1)));
        Row[] rows = Copies(12, 2);
        var data = Ml.Data.LoadFromEnumerable(rows);
        var scored = Ml.Data.CreateEnumerable<Aligned>(model.Transform(data), false).ToArray();
        var generation = new GenerationOptions { MaximumLength = 8, KeepAttention = true };
        double own = 0, all = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var (steps, written) = (rows[i].Source.Length, scored[i].PredictedLabel.Length);
            Assert.HasCount(written * steps, scored[i].Attention);
            // The same as of the row alone, without the padding of a batch.
            var input = GenerationInput.FromSources([.. rows[i].Source.Select(token => (long)token)]);
            var alone = beams == 1 ? model.Generator.Greedy(input, generation)[0]
                : model.Generator.BeamSearch(input, model.Info.Generation!.Beam!, generation)[0][0];
            for (var token = 0; token < written; token++)
            {
                var looked = scored[i].Attention[(token * steps)..((token + 1) * steps)];
                Assert.AreEqual(1, looked.Sum(), 1e-4f);
                for (var step = 0; step < steps; step++)
                    Assert.AreEqual(alone.Attention![token][step], looked[step], 1e-4f);
                own += token < steps ? looked[token] : 0;
                all += 1.0 / steps;
            }
        }
        // A copied token comes from its own place (of a recurrent encoder perhaps from the next): more than by chance.
        if (beams > 1)
            Assert.IsGreaterThan(1.2 * all, own);

        using var file = new MemoryStream();
        Ml.Model.Save(model, data.Schema, file);
        foreach (var loaded in (ITransformer[])[Ml.Model.Load(file, out _), Ml.Model.LoadSequenceGraph(file, out _)])
        {
            var again = Ml.Data.CreateEnumerable<Aligned>(loaded.Transform(data), false).ToArray();
            for (var i = 0; i < rows.Length; i++)
            {
                Assert.HasCount(scored[i].Attention.Length, again[i].Attention);
                Assert.IsTrue(scored[i].Attention.Zip(again[i].Attention).All(pair => Math.Abs(pair.First - pair.Second) < 1e-4));
            }
            Assert.DoesNotContain(column => column.Name.StartsWith("mlseqgraph.", StringComparison.Ordinal), loaded.Transform(data).Schema);
            (loaded as IDisposable)?.Dispose();
        }
    }

    [TestMethod]
    public void Rows_without_translation_have_no_attention()
    {
        var options = Options(SequenceDecoder.Gru(8, attention: SourceAttention.Additive(4)), 1);
        (options.Epochs, options.BadRows) = (1, BadRows.Skip);
        using var model = Ml.Sequences().Translation(options).Fit(Ml.Data.LoadFromEnumerable(Copies(20, 1)));
        var rows = Ml.Data.LoadFromEnumerable([new Row { Source = [] }, Copies(1, 3)[0]]);
        float[][] attention = [.. model.Transform(rows).GetColumn<float[]>("Attention")];
        Assert.IsEmpty(attention[0]);
        Assert.IsNotEmpty(attention[1]);
    }

    [TestMethod]
    public void Networks_that_do_not_look_at_the_source_are_named()
    {
        var rows = Ml.Data.LoadFromEnumerable(Copies(20, 1));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            Ml.Sequences().Translation(Options(SequenceDecoder.Gru(8), 1)).Fit(rows)).Message,
            "OutputAttention is set, but the decoder, GRU, has no attention to the source");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Ml.Sequences().LanguageModel(new LanguageModelTrainer.Options
        {
            TokenColumnName = "Source", OutputAttention = true,
        }).Fit(rows)).Message, "OutputAttention is True; expected false: a text has no source");
    }
}
