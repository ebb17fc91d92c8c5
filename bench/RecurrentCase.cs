using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>A recurrent classifier of random sequences.</summary>
internal sealed class RecurrentCase(string kind, int batch, int steps, int features, int hidden, bool train)
    : ClassifierCase(batch, steps, features, 2, train)
{
    private readonly int _hidden = hidden;

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
