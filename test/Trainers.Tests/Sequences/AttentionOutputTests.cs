using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Attention weights as outputs of exported classifiers and taggers.</summary>
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
        Network = network, Pooling = pooling, KeepsAttention = keeps, EmbeddingSize = 8, VocabularySize = 7, Epochs = 30, BatchSize = 16,
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
        StringAssert.Contains(error.Message, "KeepsAttention");
        StringAssert.Contains(error.Message, "GRU");
        StringAssert.Contains(error.Message, "Mean");
    }
}
