using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>
/// A recurrent classifier of random sequences. A step of a sequence takes 2 · gates · hidden · (features + hidden) operations,
/// with 4 gates in an LSTM, 3 in a GRU and 1 in an RNN; training takes twice as many again, but for the gradient of the
/// features, which nobody needs.
/// </summary>
internal sealed class RecurrentCase(string kind, int batch, int steps, int features, int hidden, bool train)
    : ClassifierCase(batch, steps, features, 2, train)
{
    private readonly int _hidden = hidden;

    public override Cost Cost { get; } = new(Operations(kind, (double)batch * steps, features, hidden, train), 0);

    /// <summary>Operations of so many steps of sequences.</summary>
    internal static double Operations(string kind, double steps, double features, double hidden, bool train) =>
        2 * steps * (kind switch { "LSTM" => 4, "GRU" => 3, _ => 1 }) * hidden * (train ? 2 * features + 3 * hidden : features + hidden);

    protected override Value Logits(NetworkBuilder network, Value x)
    {
        var sequence = new Sequence(network, Op.Transpose(x, 1, 0, 2), null);
        var last = Op.Squeeze((kind switch
        {
            "LSTM" => network.Lstm(sequence, new() { Hidden = _hidden }),
            "GRU" => network.Gru(sequence, new() { Hidden = _hidden }),
            _ => network.Rnn(sequence, new() { Hidden = _hidden }),
        }).Last, 0);
        return network.Linear(last, 2);
    }
}
