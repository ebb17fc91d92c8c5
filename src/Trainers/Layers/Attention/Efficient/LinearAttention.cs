using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    // Steps of a block of causal linear attention: inside it scores are written out, before it there is a sum.
    private const int LinearBlock = 32;

    /// <summary>
    /// Linear attention (Katharopoulos et al. 2020): y[i] = Σ_j (φ(q[i]) · φ(k[j])) v[j] / Σ_j φ(q[i]) · φ(k[j]) with φ = ELU + 1,
    /// by sums of φ(k) vᵀ: time and memory grow with length.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, time, hidden].</param>
    /// <param name="options">Heads and biases; null for the defaults. There are no weights to drop: dropout is an error.</param>
    /// <param name="lengths">Valid steps [batch] Int64; null for all.</param>
    /// <param name="causal">Whether steps see none after their own.</param>
    /// <param name="name">Scope of the linear layers <c>query</c>, <c>key</c>, <c>value</c>, <c>output</c>.</param>
    /// <returns>[batch, time, hidden].</returns>
    public static Value LinearAttention(this NetworkBuilder network, Value x, MultiHeadOptions? options = null, Value? lengths = null,
        bool causal = false, string name = "attention")
    {
        if (options is { Dropout: > 0 })
            throw new GraphException($"LinearAttention: expected no dropout of attention weights, which it doesn't have; got "
                + $"{options.Dropout}.");
        return network.SelfAttend("LinearAttention", x, options, null, name, (q, k, v, _) =>
        {
            Value queries = Op.Elu(q) + 1, keys = Op.Elu(k) + 1;
            // a last value of 1 adds up the denominator
            Shape one = [v.Shape[0], v.Shape[1], v.Shape[2], 1];
            var values = Op.Concat(3, v, Op.Filled(1f, one, v));                                         // [batch, heads, time, d + 1]
            if (lengths is not null)
            {
                var valid = Op.Less(Op.Range(Op.SizeOf(v, 2), v.Shape[2]), Op.Unsqueeze(lengths, 1));   // [batch, time]
                keys *= Op.Cast(Op.Unsqueeze(valid, 1, 3), ElementType.Float);
            }
            var sums = causal ? CausalSums(queries, keys, values)
                : Op.MatMul(queries, Op.MatMul(Op.Transpose(keys, 0, 1, 3, 2), values));
            var d = v.Shape[3].Size;
            return Op.Slice(sums, 3, 0, d) / Op.Slice(sums, 3, d);
        });
    }

    private static Value CausalSums(Value queries, Value keys, Value values)
    {
        var blocks = new Blocks(queries, LinearBlock);
        Value q = blocks.Cut(queries), k = Op.Transpose(blocks.Cut(keys), 0, 1, 2, 4, 3), v = blocks.Cut(values);
        var before = Op.CumSum(Op.MatMul(k, v), 2, exclusive: true);                                     // [.., blocks, d, d + 1]
        var lower = new float[LinearBlock * LinearBlock];
        for (var i = 0; i < LinearBlock; i++)
            Array.Fill(lower, 1, i * LinearBlock, i + 1);
        var triangle = queries.Graph.Constant(TensorData.Create(lower, LinearBlock, LinearBlock));
        return Op.CutTo(blocks.Join(Op.MatMul(Op.MatMul(q, k) * triangle, v) + Op.MatMul(q, before)), values.Shape, values);
    }
}
