using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>A Transformer encoder of the 2017 paper, without positions, that classifies random sequences by their mean.</summary>
internal sealed class TransformerCase(int batch, int steps, int width, int heads, int inner, int layers, bool train)
    : ClassifierCase(batch, steps, width, 4, train)
{
    private readonly TransformerOptions _options = new()
    {
        Hidden = width, Heads = heads, FeedForwardSize = inner, Layers = layers, NormFirst = false,
    };

    protected override Value Logits(NetworkBuilder network, Value x)
    {
        for (var layer = 0; layer < _options.Layers; layer++)
            x = network.TransformerEncoderLayer(x, _options).Output;
        return network.Linear(Op.ReduceMean(x, [1], keepDims: false), 4);
    }
}
