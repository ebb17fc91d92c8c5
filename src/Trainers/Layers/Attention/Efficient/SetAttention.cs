using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Sizes of the layers of a Set Transformer (Lee et al. 2019).</summary>
public sealed record SetAttentionOptions
{
    /// <summary>Attention heads, 4 by default; the hidden size must be a multiple.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Hidden size of the perceptrons; null, the default, for four times the hidden size.</summary>
    public int? FeedForwardSize { get; init; }

    /// <summary>Dropout before each residual sum and in the perceptrons.</summary>
    public float Dropout { get; init; }

    // The paper's; a smooth one has finite differences without kinks.
    internal FeedForwardActivation Activation { get; init; } = FeedForwardActivation.Relu;

    internal TransformerOptions For(int hidden) => new()
    {
        Hidden = hidden, Heads = Heads, FeedForwardSize = FeedForwardSize, Dropout = Dropout, NormFirst = false,
    };
}

public static partial class Layers
{
    /// <summary>
    /// MAB(X, Y) = LN(H + FF(H)) with H = LN(X + multihead(X, Y, Y)) (Lee et al. 2019, equations 6 and 7): rows of X attend to the set Y.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch or 1, rows, hidden].</param>
    /// <param name="y">[batch, elements, features].</param>
    /// <param name="options">Heads and sizes; null for the defaults.</param>
    /// <param name="lengths">Elements of each set [batch] Int64; null for all.</param>
    /// <param name="name">Scope of <c>attention</c>, <c>layer_norm</c>, <c>feed_forward</c> and <c>layer_norm_2</c>.</param>
    /// <returns>[batch, rows, hidden].</returns>
    public static Value SetAttentionBlock(this NetworkBuilder network, Value x, Value y, SetAttentionOptions? options = null,
        Value? lengths = null, string name = "block")
    {
        options ??= new();
        using (network.Scope(name))
        {
            var sizes = options.For((int)x.Shape[2].Size);
            var mask = lengths is null ? null : AttentionMask.Padding(lengths, y);
            var h = network.Residual(x, sizes, rows => network.MultiHeadAttention(rows, y, sizes.HeadOptions, mask).Output);
            return network.Residual(h, sizes, rows =>
                network.FeedForward(rows, sizes.FeedForwardHidden, options.Activation, sizes.Dropout));
        }
    }

    /// <summary>
    /// ISAB(X) = MAB(X, MAB(I, X)) (Lee et al. 2019, equations 9 and 10): a few trained points I attend to the set and the set to them, so
    /// that time and memory grow with its size. The order of the elements doesn't matter.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, elements, hidden].</param>
    /// <param name="points">Number of points.</param>
    /// <param name="options">Heads and sizes; null for the defaults.</param>
    /// <param name="lengths">Elements of each set [batch] Int64; null for all.</param>
    /// <param name="name">Scope of the points <c>inducing</c> [points, hidden] and of the blocks <c>inner</c> and <c>outer</c>.</param>
    /// <returns>[batch, elements, hidden].</returns>
    public static Value InducedSetAttention(this NetworkBuilder network, Value x, int points, SetAttentionOptions? options = null,
        Value? lengths = null, string name = "induced")
    {
        using (network.Scope(name))
        {
            var inducing = network.Points("InducedSetAttention", "inducing", points, x);
            return network.SetAttentionBlock(x, network.SetAttentionBlock(inducing, x, options, lengths, "inner"), options, name: "outer");
        }
    }

    /// <summary>
    /// PMA(Z) = MAB(S, FF(Z)) (Lee et al. 2019, equation 11): trained seeds S attend to the set, each to give one vector of it.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, elements, hidden].</param>
    /// <param name="seeds">Number of seeds.</param>
    /// <param name="options">Heads and sizes; null for the defaults.</param>
    /// <param name="lengths">Elements of each set [batch] Int64; null for all.</param>
    /// <param name="name">Scope of the <c>seeds</c> [seeds, hidden], of <c>feed_forward</c> and of the block <c>pool</c>.</param>
    /// <returns>[batch, seeds, hidden].</returns>
    public static Value PoolingByAttention(this NetworkBuilder network, Value x, int seeds = 1, SetAttentionOptions? options = null,
        Value? lengths = null, string name = "pooling")
    {
        options ??= new();
        using (network.Scope(name))
        {
            var sizes = options.For((int)x.Shape[2].Size);
            var z = network.FeedForward(x, sizes.FeedForwardHidden, options.Activation, sizes.Dropout);
            return network.SetAttentionBlock(network.Points("PoolingByAttention", "seeds", seeds, x), z, options, lengths, "pool");
        }
    }

    // Trained rows [1, count, hidden], shared by the batch.
    internal static Value Points(this NetworkBuilder network, string layer, string name, int count, Value like) =>
        count < 1 ? throw new GraphException($"{layer}: expected at least 1 row of {name}; got {count}.")
            : Op.Unsqueeze(network.Parameter(name, [count, like.Shape[2].Size], Initializers.GlorotUniform), 0);
}
