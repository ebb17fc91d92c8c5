using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>y = γ (x - μ) / √(σ² + ε) + β, with mean and variance over each row's features (Ba et al. 2016).</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[.., features].</param>
    /// <param name="epsilon">
    /// ε: small compared with activations, whose variance standardized inputs and initial weights keep near 1.
    /// </param>
    /// <param name="name">Scope of the parameters <c>scale</c> and <c>bias</c>, both [features].</param>
    /// <returns>[.., features].</returns>
    public static Value LayerNorm(this NetworkBuilder network, Value x, float epsilon = 1e-5f, string name = "layer_norm")
    {
        using (network.Scope(name))
        {
            long[] sizes = [x.Shape[-1].Size];
            Value scale = network.Parameter("scale", sizes, Initializers.Ones, decays: false),
                bias = network.Parameter("bias", sizes, Initializers.Zeros, decays: false);
            return network.Mode == NetworkMode.Deployment ? Op.LayerNormalization(x, scale, bias, epsilon)
                : Op.Standardize(x, epsilon) * scale + bias;
        }
    }
}
