using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>
/// An LSTM that predicts the next of random tokens. A token takes 2 · (4 · 2 · width² + width · vocabulary)
/// operations, and twice as many again backward.
/// </summary>
internal sealed class LanguageModelCase(int batch, int steps, int vocabulary, int width) : NetworkCase(train: true)
{
    private readonly long[] _tokens = Classes(batch * steps, vocabulary);

    public override Cost Cost { get; } = new(6.0 * batch * steps * (8.0 * width * width + (double)width * vocabulary), 0);

    protected override Value Logits(NetworkBuilder network)
    {
        var embedded = network.Embedding(network.Input("tokens", ElementType.Int64, ["batch", "time"]), vocabulary, width);
        var sequence = new Sequence(network, Op.Transpose(embedded, 1, 0, 2), null);
        return network.Linear(network.Lstm(sequence, new() { Hidden = width }).Output.Steps, vocabulary);       // [time, batch, vocabulary]
    }

    protected override NetworkOutputs Train(NetworkBuilder network) =>
        new(Loss.CrossEntropy(Logits(network), Op.Transpose(network.Input("next", ElementType.Int64, ["batch", "time"]), 1, 0)));

    protected override IReadOnlyDictionary<string, TensorData> Inputs =>
        new Dictionary<string, TensorData> { ["tokens"] = TensorData.Create(_tokens, batch, steps) };

    protected override void Feed(TrainingSession session)
    {
        session.Feed<long>("tokens", _tokens, batch, steps);
        session.Feed<long>("next", _tokens, batch, steps);
    }
}
