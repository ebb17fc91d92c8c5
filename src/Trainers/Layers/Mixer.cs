using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// A block of an MLP-Mixer (Tolstikhin et al. 2021): u = x + (GELU(LN(x)ᵀ A + a) B + b)ᵀ mixes tokens, y = u + GELU(LN(u) C + c)
    /// D + d mixes channels.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, tokens, channels]; a known number of tokens.</param>
    /// <param name="tokenHidden">Hidden size of the perceptron over tokens.</param>
    /// <param name="channelHidden">Hidden size of the perceptron over channels.</param>
    /// <param name="dropout">Dropout inside the perceptrons.</param>
    /// <param name="name">
    /// Scope of <c>layer_norm</c> and <c>layer_norm_2</c>, and of the feed-forward layers <c>tokens</c> and <c>channels</c>.
    /// </param>
    /// <returns>[batch, tokens, channels].</returns>
    public static Value MixerBlock(this NetworkBuilder network, Value x, int tokenHidden, int channelHidden, float dropout = 0,
        string name = "mixer")
    {
        if (x.Shape.Rank != 3 || !x.Shape[1].IsKnown || !x.Shape[2].IsKnown)
            throw new GraphException($"MixerBlock: expected [batch, tokens, channels] with known tokens and channels; got {x}.");
        using (network.Scope(name))
        {
            var turned = Op.Transpose(network.LayerNorm(x), 0, 2, 1);                                    // [batch, channels, tokens]
            var mixed = network.FeedForward(turned, tokenHidden, FeedForwardActivation.Gelu, dropout, name: "tokens");
            x += Op.Transpose(mixed, 0, 2, 1);
            return x + network.FeedForward(network.LayerNorm(x), channelHidden, FeedForwardActivation.Gelu, dropout, name: "channels");
        }
    }
}
