using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// Multi-head self-attention with relative positions (Dai et al. 2019, section 3.3): the score of query i and key j is
    /// ((qᵢ + u) · kⱼ + (qᵢ + v) · W s(i - j)) / √d, where s(p) are sines and cosines of a distance
    /// (<see cref="SinusoidalPositions"/>).
    /// </summary>
    /// <remarks>
    /// sin(ω(i - j)) and cos(ω(i - j)) are sums of products of those of ωi and ωj: the second term is (qᵢ + v) W, rotated by i, times
    /// s(j), and both are one product of longer queries and keys. So there is no tensor of all distances, and no shift of one.
    /// </remarks>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, time, hidden]; an even size that the heads divide.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="mask">The steps that each step may attend to; null for all.</param>
    /// <param name="dropout">Dropout of the attention weights.</param>
    /// <param name="name">
    /// Scope of the linear layers <c>query</c>, <c>key</c>, <c>value</c>, <c>output</c>, and of <c>positions</c> [heads, d, hidden],
    /// <c>content_bias</c> u and <c>position_bias</c> v, [heads, 1, d].
    /// </param>
    /// <returns>[batch, time, hidden], and the weights [batch, heads, time, time].</returns>
    /// <exception cref="GraphException">x is of another rank, or its size odd or not a multiple of the heads.</exception>
    public static (Value Output, Value Weights) RelativeAttention(this NetworkBuilder network, Value x, int heads,
        AttentionMask? mask = null, float dropout = 0, string name = "attention")
    {
        if (x.Shape.Rank != 3 || !x.Shape[2].IsKnown || x.Shape[2].Size % 2 != 0)
            throw new GraphException($"RelativeAttention: expected [batch, time, hidden] with a known, even hidden size; got {x}.");
        using (network.Scope(name))
        {
            var hidden = (int)x.Shape[2].Size;
            var parts = new MultiHead(network, new() { Heads = heads }, hidden);
            var (k, v) = parts.KeysAndValues(x);                                                 // [batch, heads, time, d]
            var q = parts.Queries(x);
            var d = hidden / heads;
            var content = network.Parameter("content_bias", [heads, 1, d], Initializers.Zeros, decays: false);
            var place = network.Parameter("position_bias", [heads, 1, d], Initializers.Zeros, decays: false);
            var positions = network.Parameter("positions", [heads, d, hidden], Initializers.GlorotUniform);
            var steps = Op.Range(Op.SizeOf(x, 1), x.Shape[1]);
            var angles = PositionAngles(steps, hidden, 10000);                                   // [time, hidden / 2]
            Value sin = Op.Sin(angles), cos = Op.Cos(angles);
            // W's rows are ordered as all sines, then all cosines: the order doesn't matter to a trained matrix.
            var wanted = Op.MatMul(q + place, positions);                                        // [batch, heads, time, hidden]
            Value ofSin = Op.Slice(wanted, 3, 0, hidden / 2), ofCos = Op.Slice(wanted, 3, hidden / 2, hidden);
            var rotated = Op.Concat(3, ofSin * sin + ofCos * cos, ofCos * sin - ofSin * cos);
            // Keys [cos ωj, sin ωj], the same for all rows and heads.
            var zeros = Op.Filled(0f, [k.Shape[0], k.Shape[1], k.Shape[2], hidden], k);
            var key = Op.Concat(3, k, zeros + Op.Concat(1, cos, sin));
            // Attention divides by the root of the longer size.
            var scale = Math.Sqrt((double)(d + hidden) / d);
            var (attended, weights) = network.ScaledDotProductAttention(Op.Concat(3, q + content, rotated) * scale, key, v, mask,
                dropout: dropout);
            return (parts.Joined(attended), weights);
        }
    }
}
