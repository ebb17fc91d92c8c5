using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The nonlinearity of a feed-forward layer.</summary>
public enum FeedForwardActivation
{
    /// <summary>max(x, 0) (Vaswani et al. 2017).</summary>
    Relu,
    /// <summary>The exact Gaussian error linear unit (Hendrycks and Gimpel 2016).</summary>
    Gelu,
    /// <summary>x W ∘ σ(x W) ∘ x V: gated, with a third matrix (Shazeer 2020).</summary>
    SwiGlu,
    /// <summary>GELU(x W) ∘ x V: gated, with a third matrix (Shazeer 2020), as in T5 1.1.</summary>
    GeGlu,
}

public static partial class Layers
{
    /// <summary>
    /// activation(x W₁ + b₁) W₂ + b₂; for SwiGLU (SiLU(x W₁) ∘ x V) W₂, for GEGLU (GELU(x W₁) ∘ x V) W₂, both without
    /// biases.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[.., features].</param>
    /// <param name="feedForwardSize">Hidden size, between the two linear maps.</param>
    /// <param name="activation">The nonlinearity.</param>
    /// <param name="dropout">Dropout between the maps.</param>
    /// <param name="bias">Whether the maps of layers without gate have biases.</param>
    /// <param name="name">Scope of the linear layers <c>inner</c>, <c>gate</c> (V) and <c>outer</c>.</param>
    /// <returns>[.., features].</returns>
    public static Value FeedForward(
        this NetworkBuilder network, Value x, int feedForwardSize, FeedForwardActivation activation = FeedForwardActivation.Relu,
        float dropout = 0, bool bias = true, string name = "feed_forward")
    {
        using (network.Scope(name))
        {
            bias &= activation is not (FeedForwardActivation.SwiGlu or FeedForwardActivation.GeGlu);
            var hidden = network.Linear(x, feedForwardSize, bias: bias, name: "inner");
            hidden = activation switch
            {
                FeedForwardActivation.Relu => Op.Relu(hidden),
                FeedForwardActivation.Gelu => Op.Gelu(hidden),
                FeedForwardActivation.GeGlu => Op.Gelu(hidden) * Gate(),
                _ => hidden * Op.Sigmoid(hidden) * Gate(),
            };
            return network.Linear(network.Dropout(hidden, dropout), (int)x.Shape[-1].Size, bias: bias, name: "outer");

            Value Gate() => network.Linear(x, feedForwardSize, bias: false, name: "gate");
        }
    }
}
