using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>
/// A Transformer encoder of the 2017 paper, without positions, that classifies random sequences by their mean. In each layer a step takes
/// 2 · (4 · width² + 2 · width · inner) operations in products with weights and 4 · steps · width in attention; training takes
/// twice as many again, but for the gradient of the inputs, 2 · 3 · width² a step.
/// </summary>
internal sealed class TransformerCase(int batch, int steps, int width, int heads, int inner, int layers, bool train)
    : ClassifierCase(batch, steps, width, 4, train)
{
    private readonly TransformerOptions _options = new()
    {
        Hidden = width, Heads = heads, FeedForwardSize = inner, Layers = layers, NormFirst = false,
    };

    public override Cost Cost { get; } = new(
        (double)batch * steps * width
            * (layers * (8.0 * width + 4.0 * inner + 4.0 * steps) * (train ? 3 : 1) - (train ? 6.0 * width : 0)), 0);

    protected override Value Logits(NetworkBuilder network, Value x)
    {
        for (var layer = 0; layer < _options.Layers; layer++)
            x = network.TransformerEncoderLayer(x, _options).Output;
        return network.Linear(Op.ReduceMean(x, [1], keepDims: false), 4);
    }
}
