using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// Cross attention of a Perceiver (Jaegle et al. 2021): y = queries + multihead(LN(queries), LN(x), LN(x)), result = y + FF(LN(y)) with
    /// a GELU. Queries are the latents of the encoder, or output queries (Perceiver IO, Jaegle et al. 2022). Time and memory grow with the
    /// length of x.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="queries">[batch or 1, queries, hidden].</param>
    /// <param name="x">[batch, elements, features].</param>
    /// <param name="options">Heads and dropout of attention; null for the defaults.</param>
    /// <param name="feedForwardSize">Hidden size of the perceptron; null for four times the hidden size.</param>
    /// <param name="lengths">Valid elements [batch] Int64; null for all.</param>
    /// <param name="queryResidual">Whether the queries are added to what they found; output queries usually aren't.</param>
    /// <param name="name">
    /// Scope of <c>query_norm</c>, <c>memory_norm</c>, <c>attention</c>, <c>layer_norm</c> and <c>feed_forward</c>.
    /// </param>
    /// <returns>[batch, queries, hidden].</returns>
    public static Value PerceiverCrossAttention(this NetworkBuilder network, Value queries, Value x, MultiHeadOptions? options = null,
        int? feedForwardSize = null, Value? lengths = null, bool queryResidual = true, string name = "cross_attention")
    {
        using (network.Scope(name))
        {
            var mask = lengths is null ? null : AttentionMask.Padding(lengths, x);
            var asked = network.LayerNorm(queries, name: "query_norm");
            var (y, _) = network.MultiHeadAttention(asked, network.LayerNorm(x, name: "memory_norm"), options, mask);
            if (queryResidual)
                y += queries;
            return y + network.FeedForward(network.LayerNorm(y), feedForwardSize ?? 4 * (int)y.Shape[2].Size, FeedForwardActivation.Gelu);
        }
    }

    /// <summary>
    /// The latents of a Perceiver after they have read x: trained rows shared by the batch, then layers of self-attention.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, elements, features].</param>
    /// <param name="latents">Number of latents.</param>
    /// <param name="options">Sizes; its layers are those of self-attention among the latents.</param>
    /// <param name="lengths">Valid elements [batch] Int64; null for all.</param>
    /// <param name="name">Scope of <c>latents</c> [latents, hidden], <c>cross_attention</c> and the layers.</param>
    /// <returns>[batch, latents, hidden].</returns>
    /// <exception cref="GraphException">There are more latents than elements, where their number is known.</exception>
    public static Value PerceiverEncoder(this NetworkBuilder network, Value x, int latents, TransformerOptions options,
        Value? lengths = null, string name = "perceiver")
    {
        options.Check();
        if (latents < 1 || (x.Shape[1].IsKnown && x.Shape[1].Size < latents))
            throw new GraphException($"PerceiverEncoder: expected at least 1 latent and no more than elements; got {latents} for {x}.");
        using (network.Scope(name))
        {
            var rows = Op.Unsqueeze(network.Parameter("latents", [latents, options.Hidden], Initializers.Normal(0.02f)), 0);
            var h = network.PerceiverCrossAttention(rows, x, options.HeadOptions, options.FeedForwardHidden, lengths);
            for (var layer = 0; layer < options.Layers; layer++)
                (h, _) = network.TransformerEncoderLayer(h, options, name: $"layer_{layer}");
            return options.NormFirst ? network.Norm(h, options.Norm) : h;
        }
    }
}
