using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Attention weights as columns, and as outputs of exported files.</summary>
[TestClass]
public class AttentionOutputTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public int[] Features { get; set; } = [];

        [KeyType(2)]
        public uint Label { get; set; }
    }

    // The label is the token after the one marker.
    private IDataView Rows(int count) => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(row =>
    {
        int[] tokens = [.. Enumerable.Range(0, 6).Select(i => 3 + (row * 7 + i * 5) % 4)];
        tokens[row % 6] = 1 + row % 2;
        return new Row { Features = tokens, Label = (uint)(row % 2) };
    }).ToArray());

    private SequencePredictionTransformer Train(SequenceNetwork network, Pooling pooling, bool keeps = true) =>
        _ml.Sequences().Classification(new SequenceClassificationTrainer.Options
    {
        Network = network, Pooling = pooling, OutputAttention = keeps, EmbeddingSize = 8, VocabularySize = 7, Epochs = 30, BatchSize = 16,
            LearningRate = 1e-2f, Seed = 1, Target = ExecutionTarget.Cpu(1),
    }).Fit(Rows(96));

    [TestMethod]
    public void Weights_are_outputs_that_add_up_to_one_and_leave_padding_out()
    {
        using var model = Train(SequenceNetwork.Transformer(
            new() { Hidden = 8, Heads = 2, Layers = 2, Positions = PositionEncoding.None }), Pooling.Attention);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("model.onnx"));
        using var session = OnnxSession.Load(folder.File("model.onnx"));
        var outputs = session.Run(new Dictionary<string, TensorData>
        {
            ["tokens"] = TensorData.Create([4L, 5, 2, 4, 6, 3, 5, 3, 0, 0], 2, 5),
        });
        var attention = outputs["Attention"];
        CollectionAssert.AreEqual(new long[] { 2, 5, 5 }, attention.Sizes.ToArray());
        var pooling = outputs["PoolingAttention"];
        CollectionAssert.AreEqual(new long[] { 2, 5 }, pooling.Sizes.ToArray());
        for (var row = 0; row < 2; row++)
        {
            var length = row == 0 ? 5 : 3;
            Assert.AreEqual(1, pooling.As<float>().AsSpan(row * 5, length).ToArray().Sum(), 1e-5f);
            for (var step = 0; step < length; step++)
            {
                var weights = attention.As<float>().AsSpan((row * 5 + step) * 5, 5).ToArray();
                Assert.AreEqual(1, weights[..length].Sum(), 1e-5f);
                Assert.IsTrue(weights[length..].All(weight => weight == 0));
            }
        }
        // the pooling looks at the one token that tells
        Assert.AreEqual(2, Array.IndexOf(pooling.As<float>()[..5], pooling.As<float>()[..5].Max()));
        // the pipeline and the saved model are as ever
        Assert.HasCount(3, model.Transform(Rows(3)).GetColumn<float[]>("Score").ToArray());
        _ml.Model.Save(model, Rows(1).Schema, folder.File("model.zip"));
        Assert.HasCount(3, _ml.Model.Load(folder.File("model.zip"), out _).Transform(Rows(3)).GetColumn<float[]>("Score").ToArray());
    }

    private sealed class Attentions
    {
        public float[] Attention { get; set; } = [];

        public float[] PoolingAttention { get; set; } = [];
    }

    [TestMethod]
    public void Weights_are_columns_wherever_sequences_are_scored()
    {
        using var model = Train(SequenceNetwork.Transformer(
            new() { Hidden = 8, Heads = 2, Layers = 1, Positions = PositionEncoding.None }), Pooling.Attention);
        Assert.AreEqual((true, true), (model.Info.HasAttention, model.Info.HasPoolingAttention));
        // more rows than a batch has, of several lengths, one of them bad
        Row[] rows = [.. Enumerable.Range(0, 300).Select(row => new Row
        {
            Features = [.. Enumerable.Range(0, row == 7 ? 0 : 1 + row % 9).Select(i => 1 + (row + 3 * i) % 6)], Label = 1,
        })];
        var data = _ml.Data.LoadFromEnumerable(rows);
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("model.onnx"));
        using var applied = _ml.Transforms.ApplySequenceModel(folder.File("model.onnx"), options: new()
        {
            BadRows = BadRows.Skip, Target = ExecutionTarget.Cpu(2),
        }).Fit(data);
        var scored = applied.Transform(data);
        Assert.AreEqual(("Vector<Single>", "Vector<Single>"),
            (scored.Schema["Attention"].Type.ToString(), scored.Schema["PoolingAttention"].Type.ToString()));
        float[][] attention = [.. scored.GetColumn<float[]>("Attention")], pooling = [.. scored.GetColumn<float[]>("PoolingAttention")];
        using var engine = _ml.Model.CreatePredictionEngine<Row, Attentions>(model, ignoreMissingColumns: true);
        _ml.Model.Save(model, data.Schema, folder.File("model.zip"));
        var good = _ml.Data.LoadFromEnumerable(rows.Where((_, row) => row != 7).ToArray());
        var stock = new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(good);
        float[][] ofStock = [.. stock.GetColumn<float[]>("Attention")], poolingOfStock = [.. stock.GetColumn<float[]>("PoolingAttention")];
        var again = _ml.Model.LoadSequenceGraph(folder.File("model.zip"), out _).Transform(good);
        float[][] ofAgain = [.. again.GetColumn<float[]>("Attention")];
        for (var row = 0; row < rows.Length; row++)
        {
            var length = rows[row].Features.Length;
            Assert.HasCount(length * length, attention[row]);
            Assert.HasCount(length, pooling[row]);
            if (row == 7)
                continue;
            Assert.AreEqual(1, pooling[row].Sum(), 1e-5f);
            for (var step = 0; step < length; step++)
                Assert.AreEqual(1, attention[row].Skip(step * length).Take(length).Sum(), 1e-5f);
            Close(attention[row], ofStock[row < 7 ? row : row - 1]);
            Close(attention[row], ofAgain[row < 7 ? row : row - 1]);
            Close(pooling[row], poolingOfStock[row < 7 ? row : row - 1]);
            if (row % 37 != 0)
                continue;
            var one = engine.Predict(rows[row]);
            Close(attention[row], one.Attention);
            Close(pooling[row], one.PoolingAttention);
        }
        (applied as IDisposable).Dispose();
    }

    private static void Close(float[] expected, float[] found)
    {
        Assert.HasCount(expected.Length, found);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-5f);
    }

    [TestMethod]
    public void Taggers_give_the_attention_of_steps_alone_and_pipelines_go_on_from_it()
    {
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(row => new Tagged
        {
            Features = [1 + row % 3, 2, 3], Label = [1, 2, 1],
        }).ToArray());
        SequenceTaggingTrainer.Options options = new()
        {
            Network = SequenceNetwork.Transformer(new() { Hidden = 8, Heads = 2, Layers = 1 }), OutputAttention = true, EmbeddingSize = 4,
            VocabularySize = 5, Epochs = 1, Target = ExecutionTarget.Cpu(1),
        };
        using var model = _ml.Sequences().Tagging(options).Fit(data);
        Assert.AreEqual((true, false), (model.Info.HasAttention, model.Info.HasPoolingAttention));
        Assert.IsTrue(model.Transform(data).GetColumn<float[]>("Attention").All(weights => weights.Length == 9));
        var pipeline = _ml.Sequences().Tagging(options).Append(_ml.Transforms.CopyColumns("Weights", "Attention"));
        Assert.HasCount(12, pipeline.Fit(data).Transform(data).GetColumn<float[]>("Weights").ToArray());
        options.Network = SequenceNetwork.Gru(4);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _ml.Sequences().Tagging(options).Fit(data)).Message,
            "OutputAttention is set, but the GRU has no attention to its own steps, and steps aren't pooled");
    }

    private sealed class Tagged
    {
        public int[] Features { get; set; } = [];

        [KeyType(2)]
        public uint[] Label { get; set; } = [];
    }

    [TestMethod]
    public void Without_being_asked_for_there_are_none()
    {
        using var model = Train(SequenceNetwork.Gru(8), Pooling.Attention, keeps: false);
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("model.onnx"));
        using var session = OnnxSession.Load(folder.File("model.onnx"));
        Assert.IsFalse(session.Outputs.Any(output => output.Name.Contains("Attention")));
    }

    [TestMethod]
    public void A_network_without_attention_is_named_before_training()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Train(SequenceNetwork.Gru(8), Pooling.Mean));
        StringAssert.Contains(error.Message, "OutputAttention");
        StringAssert.Contains(error.Message, "GRU");
        StringAssert.Contains(error.Message, "Mean");
    }
}
