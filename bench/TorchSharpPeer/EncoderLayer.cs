using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>A Transformer encoder's layer, normalized last: queries, keys and values in one product, and fused attention.</summary>
internal sealed class EncoderLayer
{
    private readonly int _heads;
    private readonly bool _gelu;
    private readonly Linear _queriesKeysValues, _output, _inner, _outer;
    private readonly LayerNorm _norm1, _norm2;

    // gelu: the Gaussian error linear unit instead of ReLU.
    internal EncoderLayer(int width, int heads, int inner, bool gelu = false)
    {
        (_heads, _gelu) = (heads, gelu);
        (_queriesKeysValues, _output) = (nn.Linear(width, 3 * width), nn.Linear(width, width));
        (_inner, _outer) = (nn.Linear(width, inner), nn.Linear(inner, width));
        (_norm1, _norm2) = (nn.LayerNorm(width), nn.LayerNorm(width));
    }

    internal IEnumerable<Parameter> Parameters =>
        new nn.Module[] { _queriesKeysValues, _output, _norm1, _norm2, _inner, _outer }.SelectMany(part => part.parameters());

    /// <summary>[batch, time, width] to the same.</summary>
    internal Tensor Run(Tensor x)
    {
        long batch = x.shape[0], steps = x.shape[1], width = x.shape[2];
        var parts = _queriesKeysValues.call(x).view(batch, steps, 3, _heads, width / _heads)
            .permute(2, 0, 3, 1, 4);                                                                           // [3, batch, heads, time, d]
        var attended = nn.functional.scaled_dot_product_attention(parts.select(0, 0), parts.select(0, 1), parts.select(0, 2));
        x = _norm1.call(x + _output.call(attended.transpose(1, 2).reshape(batch, steps, width)));
        var inner = _inner.call(x);
        return _norm2.call(x + _outer.call(_gelu ? nn.functional.gelu(inner) : nn.functional.relu(inner, inplace: true)));
    }

    /// <summary>The same in libtorch's one call for inference.</summary>
    internal Tensor RunFused(Tensor x) => TorchScript.Call("encoder_layer", x, _heads, _gelu, Parameters.ToArray<Tensor>());

    /// <summary>A classifier of sequences by their mean.</summary>
    internal static Work Classifier(TransformerShape shape, bool fused)
    {
        EncoderLayer[] layers = [.. Enumerable.Range(0, shape.Layers).Select(_ => new EncoderLayer(shape.Width, shape.Heads, shape.Inner))];
        var head = nn.Linear(shape.Width, 4);
        Tensor x = randn(shape.Batch, shape.Steps, shape.Width), y = randint(0, 4, shape.Batch, dtype: int64);
        Tensor Logits() => head.call(layers.Aggregate(x, (h, layer) => fused ? layer.RunFused(h) : layer.Run(h)).mean([1]));
        if (!shape.Train)
            return new InferenceWork(Logits);
        return new TrainingWork(
            () => nn.functional.cross_entropy(Logits(), y), [.. layers.SelectMany(layer => layer.Parameters), .. head.parameters()]);
    }
}
