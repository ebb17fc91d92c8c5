using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>A Transformer encoder: input map, positions, layers, and a final normalization where rows are normalized first.</summary>
    /// <param name="x">The sequences, [time, batch, features].</param>
    /// <param name="options">Sizes and variants.</param>
    /// <param name="isCausal">Whether each step sees only itself and the steps before it.</param>
    /// <param name="name">Scope of the parameters.</param>
    /// <returns>
    /// The sequences [time, batch, hidden size], zeros past their lengths, and every layer's attention weights [batch, heads, time, time];
    /// none where the attention isn't full.
    /// </returns>
    public static (Sequence Output, IReadOnlyList<Value> Weights) TransformerEncoder(this Sequence x, TransformerOptions options,
        bool isCausal = false, string name = "transformer")
    {
        var network = x.Network;
        using (network.Scope(name))
        {
            var steps = Op.Transpose(x.Steps, 1, 0, 2);                                                       // [batch, time, features]
            var positions = TransformerInput.Positions(steps);
            var (h, bias, rotary) = TransformerInput.Write(network, steps, options, positions, positions, isCausal);
            if (options.Attention != SelfAttention.Full)
                return (Finished(Efficient(h)), []);
            var mask = x.Lengths is null ? null : AttentionMask.Padding(x.Lengths, h);
            if (isCausal)
                mask = AttentionMask.Causal(h).And(mask);
            var weights = new List<Value>();
            for (var layer = 0; layer < options.Layers; layer++)
            {
                (h, var attention) = network.TransformerEncoderLayer(h, options, mask, bias, rotary, $"layer_{layer}");
                weights.Add(attention);
            }
            return (Finished(h), weights);

            Value Efficient(Value h)
            {
                if (isCausal && !options.Attention.CanBeCausal)
                    throw new GraphException($"TransformerEncoder: expected attention that can be causal; got {options.Attention}.");
                for (var layer = 0; layer < options.Layers; layer++)
                    h = network.TransformerEncoderLayer(h, options, steps =>
                        options.Attention.Attend(network, steps, options, x.Lengths, isCausal, rotary), $"layer_{layer}");
                return h;
            }

            Sequence Finished(Value h) =>
                x.With(x.With(Op.Transpose(options.NormFirst ? network.Norm(h, options.Norm) : h, 1, 0, 2)).Masked);
        }
    }
}
