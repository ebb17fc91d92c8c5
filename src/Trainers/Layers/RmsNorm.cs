using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>y = γ x / √(mean(x²) + ε) over each row's features (Zhang and Sennrich 2019).</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[.., features].</param>
    /// <param name="epsilon">
    /// ε: small compared with activations, whose variance standardized inputs and initial weights keep near 1.
    /// </param>
    /// <param name="name">Scope of the parameter <c>scale</c> [features].</param>
    /// <returns>[.., features].</returns>
    public static Value RmsNorm(this NetworkBuilder network, Value x, float epsilon = 1e-6f, string name = "rms_norm")
    {
        using (network.Scope(name))
        {
            var size = Op.Sqrt(Op.ReduceMean(x * x, [-1]) + epsilon);
            return x / size * network.Parameter("scale", [x.Shape[-1].Size], Initializers.Ones, decays: false);
        }
    }
}
