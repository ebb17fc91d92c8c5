using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// Attention of each step to the steps at most <paramref name="window"/> away (Beltagy et al. 2020): time and memory grow with length
    /// times window.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, time, hidden].</param>
    /// <param name="window">How many steps a step sees on either side of its own.</param>
    /// <param name="options">Heads, biases and dropout; null for the defaults.</param>
    /// <param name="lengths">Valid steps [batch] Int64; null for all.</param>
    /// <param name="causal">Whether steps see none after their own.</param>
    /// <param name="rotary">Rotates queries and keys by their positions; null for no rotation.</param>
    /// <param name="name">Scope of the linear layers <c>query</c>, <c>key</c>, <c>value</c>, <c>output</c>.</param>
    /// <returns>[batch, time, hidden].</returns>
    /// <remarks>Blocks of as many steps as the window attend to themselves and their neighbors.</remarks>
    public static Value SlidingWindowAttention(this NetworkBuilder network, Value x, int window, MultiHeadOptions? options = null,
        Value? lengths = null, bool causal = false, RotaryPositions? rotary = null, string name = "attention")
    {
        if (window < 1)
            throw new GraphException($"SlidingWindowAttention: expected a window of at least 1 step; got {window}.");
        return network.SelfAttend("SlidingWindowAttention", x, options, rotary, name, (q, k, v, dropout) =>
        {
            var blocks = new Blocks(q, window);
            var (keys, values) = (Around(blocks.Cut(k)), Around(blocks.Cut(v)));                       // [.., blocks, 2 or 3 window, d]
            var count = (causal ? 2 : 3) * window;
            var near = new bool[window * count];
            for (var step = 0; step < window; step++)
                for (var key = 0; key < count; key++)
                    near[step * count + key] = Math.Abs(key - window - step) <= window && (!causal || key - window <= step);
            var positions = Op.Unsqueeze(blocks.Numbers, 1, 2) * (double)window + Blocks.Offsets(x.Graph, count, -window);
            var mask = AttentionMask.Of(Op.And(blocks.Inside(positions, lengths),
                x.Graph.Constant(TensorData.Create(near, window, count))));
            return blocks.Join(network.ScaledDotProductAttention(blocks.Cut(q), keys, values, mask, dropout: dropout).Output);
        });

        Value Around(Value blocks)
        {
            var before = Op.Slice(Op.Pad(blocks, 2, 1, 0), 2, 0, -1);
            return causal ? Op.Concat(3, before, blocks) : Op.Concat(3, before, blocks, Op.Slice(Op.Pad(blocks, 2, 0, 1), 2, 1));
        }
    }

    /// <summary>Queries, keys and values of each head [batch, heads, time, d], attention of some kind, and the output's map.</summary>
    internal static Value SelfAttend(this NetworkBuilder network, string kind, Value x, MultiHeadOptions? options, RotaryPositions? rotary,
        string name, Func<Value, Value, Value, float, Value> attend)
    {
        if (x.Shape.Rank != 3 || !x.Shape[2].IsKnown)
            throw new GraphException($"{kind}: expected [batch, time, hidden] with a known last axis; got {x}.");
        using (network.Scope(name))
        {
            options ??= new();
            var heads = new MultiHead(network, options, (int)x.Shape[2].Size);
            var (keys, values) = heads.KeysAndValues(x, rotary);
            return heads.Joined(attend(heads.Queries(x, rotary), keys, values, options.Dropout));
        }
    }
}
