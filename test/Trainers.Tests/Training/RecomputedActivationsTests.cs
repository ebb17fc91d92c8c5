using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers.Tests.Graphs;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Networks of every kind train the same where blocks of the forward pass are computed again.</summary>
[TestClass]
public class RecomputedActivationsTests
{
    private static readonly MLContext Ml = new(1);

    private static void Same(string name, Func<bool, TrainingHistory> train)
    {
        var (kept, again) = (train(false), train(true));
        for (var epoch = 0; epoch < kept.Epochs.Count; epoch++)
            Assert.AreEqual(kept.Epochs[epoch].Loss, again.Epochs[epoch].Loss, 1e-6 * Math.Max(1, kept.Epochs[epoch].Loss),
                $"{name}, epoch {epoch}");
    }

    public static IEnumerable<object[]> Networks => new (string, SequenceNetwork)[]
    {
        ("LSTM", SequenceNetwork.Lstm(6, layers: 3, dropout: 0.2f)),
        ("GRU", SequenceNetwork.Gru(6, bidirectional: true)),
        ("custom loop", SequenceNetwork.Recurrent(new MinimalGatedUnitOptions { Hidden = 6, Layers = 2, Dropout = 0.1f })),
        ("Transformer", SequenceNetwork.Transformer(new() { Hidden = 8, Heads = 2, Layers = 4, Dropout = 0.1f })),
    }.Select(pair => new object[] { pair.Item1, pair.Item2 });

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Sequences(string name, object network)
    {
        var data = EveryForm.Mapped(Ml, 24);
        foreach (var form in (string[])["Ragged", "Keys"])
            Same($"{name} of {form}", recompute =>
            {
                using var trained = (SequencePredictionTransformer)EveryForm.Trainer(Ml, "Classification", form, options =>
                {
                    (options.Network, options.RecomputeActivations, options.Epochs) = ((SequenceNetwork)network, recompute, 3);
                    options.Target = ExecutionTarget.Cpu(1);
                }).Fit(data);
                return trained.History;
            });
    }

    [TestMethod]
    public void Nodes_of_graphs() => Same("GCN", recompute =>
    {
        using var trained = Ml.Graphs().NodeClassification(new()
        {
            Edges = TwoCliques.ByRow(Ml), Network = GraphNetwork.Gcn(), Epochs = 3, RecomputeActivations = recompute,
            Target = ExecutionTarget.Cpu(1),
        }).Fit(TwoCliques.View(Ml));
        return trained.History;
    });

    [TestMethod]
    public void What_samples_or_smooths_is_refused_by_a_line_search()
    {
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => Ml.Graphs().NodeClassification(new()
        {
            Edges = TwoCliques.ByRow(Ml), Network = GraphNetwork.Sage(4, dropout: 0), FanOuts = [2, 2], BatchSize = 4,
            Optimizer = new LimitedMemoryBfgs(),
        }).Fit(TwoCliques.View(Ml))).Message, "LimitedMemoryBfgs: Input 'outputs'");
        var texts = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(_ => new { Features = (int[])[1, 2, 3] }).ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => Ml.Sequences().LanguageModel(new LanguageModelTrainer.Options
        {
            Decoder = SequenceDecoder.Gru(4), EmbeddingSize = 3, VocabularySize = 5, LabelSmoothing = 0.2f,
            Optimizer = new LimitedMemoryBfgs(),
        }).Fit(texts)).Message, "expected the same: label smoothing");
    }
}
