using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// Linformer (Wang et al. 2020): softmax(Q (E K)ᵀ / √d) (F V), where E and F map the steps to a fixed number of mixtures; time and
    /// memory grow with length. All heads share E and F; a step past a sequence's length is in no mixture.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, time, hidden], at most <paramref name="length"/> steps.</param>
    /// <param name="projected">Number of mixtures.</param>
    /// <param name="length">The longest sequence.</param>
    /// <param name="options">Heads, biases and dropout; null for the defaults.</param>
    /// <param name="lengths">Valid steps [batch] Int64; null for all.</param>
    /// <param name="name">
    /// Scope of the linear layers <c>query</c>, <c>key</c>, <c>value</c>, <c>output</c>, and of <c>key_mixture</c> and <c>value_mixture</c>
    /// [length, projected].
    /// </param>
    /// <returns>[batch, time, hidden].</returns>
    public static Value LinformerAttention(this NetworkBuilder network, Value x, int projected, int length,
        MultiHeadOptions? options = null, Value? lengths = null, string name = "attention")
    {
        if (projected < 1 || length < projected)
            throw new GraphException($"LinformerAttention: expected at least 1 mixture and a longest length that isn't below their number; "
                + $"got {projected} and {length}.");
        if (x.Shape.Rank == 3 && x.Shape[1].IsKnown && x.Shape[1].Size > length)
            throw new GraphException($"LinformerAttention: expected at most {length} steps, its longest length; got {x}.");
        return network.SelfAttend("LinformerAttention", x, options, null, name, (q, k, v, dropout) =>
        {
            if (lengths is not null)
            {
                var valid = Op.Less(Op.Range(Op.SizeOf(v, 2), v.Shape[2]), Op.Unsqueeze(lengths, 1));   // [batch, time]
                var mask = Op.Cast(Op.Unsqueeze(valid, 1, 3), ElementType.Float);
                (k, v) = (k * mask, v * mask);
            }
            return network.ScaledDotProductAttention(q, Mixed(k, "key_mixture"), Mixed(v, "value_mixture"), dropout: dropout).Output;
        });

        Value Mixed(Value steps, string which)
        {
            var mixture = network.Parameter(which, [length, projected], Initializers.Normal(1 / MathF.Sqrt(length)));
            var used = steps.Shape[2] == length ? mixture : Op.Head(mixture, steps.Shape[2], steps);     // [time, projected]
            return Op.MatMul(Op.Transpose(used, 1, 0), steps);                                           // [batch, heads, projected, d]
        }
    }
}
