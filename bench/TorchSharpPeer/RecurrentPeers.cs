using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>Recurrent networks, by libtorch's fused layers.</summary>
internal static class RecurrentPeers
{
    /// <summary>The last state of a layer and an affine map to two classes.</summary>
    internal static Work Classifier(RecurrentShape shape, bool oneDnn)
    {
        OneDnn.Set(oneDnn);
        var (layer, last) = Layer(shape);
        var head = nn.Linear(shape.Hidden, 2);
        Tensor x = randn(shape.Batch, shape.Steps, shape.Features), y = randint(0, 2, shape.Batch, dtype: int64);
        return shape.Train
            ? new TrainingWork(() => nn.functional.cross_entropy(head.call(last(x)), y), [.. layer.parameters(), .. head.parameters()])
            : new InferenceWork(() => head.call(last(x)));
    }

    private static (nn.Module, Func<Tensor, Tensor>) Layer(RecurrentShape shape)
    {
        switch (shape.Kind)
        {
            case "LSTM":
                var lstm = nn.LSTM(shape.Features, shape.Hidden, batchFirst: true);
                return (lstm, x => lstm.call(x).Item2.select(0, 0));
            case "GRU":
                var gru = nn.GRU(shape.Features, shape.Hidden, batchFirst: true);
                return (gru, x => gru.call(x).Item2.select(0, 0));
            default:
                var rnn = nn.RNN(shape.Features, shape.Hidden, batchFirst: true);
                return (rnn, x => rnn.call(x).Item2.select(0, 0));
        }
    }

    /// <summary>An LSTM over embedded tokens and an affine map to logits; steps come first, as the layer has them.</summary>
    internal static Work LanguageModel(LanguageModelShape shape, bool oneDnn)
    {
        OneDnn.Set(oneDnn);
        var embedding = nn.Embedding(shape.Vocabulary, shape.Width);
        var lstm = nn.LSTM(shape.Width, shape.Width);
        var head = nn.Linear(shape.Width, shape.Vocabulary);
        var tokens = randint(0, shape.Vocabulary, [shape.Batch, shape.Steps], dtype: int64);
        return new TrainingWork(() =>
        {
            var steps = tokens.t().contiguous();
            var logits = head.call(lstm.call(embedding.call(steps)).Item1);
            return nn.functional.cross_entropy(logits.view(-1, shape.Vocabulary), steps.flatten());
        }, [.. embedding.parameters(), .. lstm.parameters(), .. head.parameters()]);
    }
}
