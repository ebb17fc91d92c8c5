using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>softmax(Q Kᵀ / √d + bias) V over the keys that the mask allows (Vaswani et al. 2017, equation 1).</summary>
    /// <param name="network">The network.</param>
    /// <param name="query">Q, [.., queries, d].</param>
    /// <param name="key">K, [.., keys, d].</param>
    /// <param name="value">V, [.., keys, features].</param>
    /// <param name="mask">The keys that each query may attend to; null for all.</param>
    /// <param name="bias">Added to the scores, of a shape that broadcasts to [.., queries, keys]; null for nothing.</param>
    /// <param name="dropout">Dropout of the weights.</param>
    /// <returns>The weighted means of the values [.., queries, features], and the weights [.., queries, keys].</returns>
    public static (Value Output, Value Weights) ScaledDotProductAttention(
        this NetworkBuilder network, Value query, Value key, Value value, AttentionMask? mask = null, Value? bias = null, float dropout = 0)
    {
        if (query.Shape.Rank < 3 || query.Shape.Rank != key.Shape.Rank || key.Shape.Rank != value.Shape.Rank || !query.Shape[-1].IsKnown
            || query.Shape[-1] != key.Shape[-1] || key.Shape[-2] != value.Shape[-2])
            throw new GraphException(
                "ScaledDotProductAttention: expected queries [.., queries, d], keys [.., keys, d] and values [.., keys, features]; "
                + $"got {query}, {key} and {value}.");
        int[] swapped = [.. Enumerable.Range(0, key.Shape.Rank - 2), key.Shape.Rank - 1, key.Shape.Rank - 2];
        var scores = Op.MatMul(query * (1 / Math.Sqrt(query.Shape[-1].Size)), Op.Transpose(key, swapped));         // [.., queries, keys]
        if (bias is not null)
            scores += bias;
        if (mask is not null)
            scores += Op.Cast(mask.Bias, scores.Type);
        var weights = Op.Softmax(scores);
        if (mask is { MayHideAll: true })
            weights *= Op.Cast(mask.Allowed, weights.Type);
        // What is then read of the standard operators is nothing, and they are left out, unless something asks for the weights.
        var masks = mask?.Biases ?? [];
        var isFused = bias is null && (dropout == 0 || network.Mode != NetworkMode.Training)
            && FusedAttention.Suits(query, key, value, masks);
        return (isFused ? FusedAttention.Of(query, key, value, masks) : Op.MatMul(network.Dropout(weights, dropout), value), weights);
    }
}
