using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>
/// Greedy decoding with a Transformer language model: embedded tokens are normalized, layers normalize first, positions are rotary, the
/// output is tied to the embedding. Keys and values are kept in a cache, or every token reads the whole sequence again.
/// </summary>
internal sealed class DecodingPeer : Work
{
    private const int OfColumn = 1000, Start = OfColumn, End = OfColumn + 1, Count = OfColumn + 2, HeadWidth = 64;
    private readonly DecodingShape _shape;
    private readonly Tensor _table, _bias = zeros(Count), _allowed = zeros(Count), _cos, _sin;
    private readonly LayerNorm _input, _last;
    private readonly Layer[] _layers;

    internal DecodingPeer(DecodingShape shape)
    {
        _shape = shape;
        _table = randn(Count, shape.Width) * 0.02f;
        (_input, _last) = (nn.LayerNorm(shape.Width), nn.LayerNorm(shape.Width));
        _layers = [.. Enumerable.Range(0, shape.Layers).Select(_ => new Layer(shape))];
        foreach (var token in new[] { 0, Start, End })
            _allowed[token] = -1e30f;
        var frequencies = pow(10000.0, arange(0, HeadWidth, 2, dtype: float32) / -HeadWidth);
        var angles = arange(shape.Length + 1, dtype: float32).unsqueeze(1) * frequencies;
        angles = cat([angles, angles], 1);                                                                     // [time, d]
        (_cos, _sin) = (angles.cos(), angles.sin());
    }

    internal override Tensor Run()
    {
        using var inference = inference_mode();
        var tokens = full([_shape.Batch, _shape.Length + 1], Start, dtype: int64);
        for (var step = 0; step < _shape.Length; step++)
        {
            using var scope = NewDisposeScope();
            var first = _shape.HasCache ? step : 0;
            var logits = Logits(tokens.narrow(1, first, step + 1 - first), first);
            tokens.select(1, step + 1).copy_((logits + _allowed).argmax(-1));
        }
        return tokens;
    }

    // Those of the last of some tokens; the cache holds the ones before the first.
    private Tensor Logits(Tensor tokens, int first)
    {
        var steps = tokens.shape[1];
        Tensor cos = _cos.narrow(0, first, steps), sin = _sin.narrow(0, first, steps);
        var x = _input.call(_table.index_select(0, tokens.flatten()).view(-1, steps, _shape.Width));                // [batch, time, width]
        foreach (var layer in _layers)
            x = layer.Run(x, cos, sin, first);
        return nn.functional.linear(_last.call(x.select(1, -1)), _table, _bias);
    }

    private sealed class Layer
    {
        private readonly Linear _queriesKeysValues, _output, _inner, _outer;
        private readonly LayerNorm _norm1, _norm2;
        private readonly Tensor? _keys, _values;

        internal Layer(DecodingShape shape)
        {
            var width = shape.Width;
            (_queriesKeysValues, _output) = (nn.Linear(width, 3 * width), nn.Linear(width, width));
            (_inner, _outer) = (nn.Linear(width, 4 * width), nn.Linear(4 * width, width));
            (_norm1, _norm2) = (nn.LayerNorm(width), nn.LayerNorm(width));
            if (shape.HasCache)
                (_keys, _values) = (NewCache(shape), NewCache(shape));
        }

        private static Tensor NewCache(DecodingShape shape) => zeros(shape.Batch, shape.Width / HeadWidth, shape.Length + 1, HeadWidth);

        internal Tensor Run(Tensor x, Tensor cos, Tensor sin, int first)
        {
            long batch = x.shape[0], steps = x.shape[1], width = x.shape[2];
            var parts = _queriesKeysValues.call(_norm1.call(x)).view(batch, steps, 3, width / HeadWidth, HeadWidth).permute(2, 0, 3, 1, 4);
            Tensor queries = Rotated(parts.select(0, 0), cos, sin), keys = Rotated(parts.select(0, 1), cos, sin);
            var values = parts.select(0, 2);
            if (_keys is not null)
                (keys, values) = (Kept(_keys, keys, first), Kept(_values!, values, first));
            var attended = nn.functional.scaled_dot_product_attention(queries, keys, values, is_casual: steps > 1);
            x = x + _output.call(attended.transpose(1, 2).reshape(batch, steps, width));
            return x + _outer.call(nn.functional.relu(_inner.call(_norm2.call(x)), inplace: true));
        }

        private static Tensor Kept(Tensor cache, Tensor fresh, int first)
        {
            cache.narrow(2, first, fresh.shape[2]).copy_(fresh);
            return cache.narrow(2, 0, first + fresh.shape[2]);
        }

        private static Tensor Rotated(Tensor x, Tensor cos, Tensor sin)
        {
            var half = x.shape[^1] / 2;
            return x * cos + cat([-x.narrow(-1, half, half), x.narrow(-1, 0, half)], -1) * sin;
        }
    }
}
