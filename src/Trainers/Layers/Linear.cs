using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>x W + b.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[.., features].</param>
    /// <param name="outputs">Size of the result's last axis.</param>
    /// <param name="bias">Whether b is added.</param>
    /// <param name="initializer">Initial weight; null for Glorot's uniform.</param>
    /// <param name="name">Scope of the parameters: <c>weight</c> [features, outputs], <c>bias</c> [outputs].</param>
    /// <returns>[.., outputs].</returns>
    public static Value Linear(this NetworkBuilder network, Value x, int outputs, bool bias = true, Initializer? initializer = null,
        string name = "linear")
    {
        if (!x.Shape[-1].IsKnown)
            throw new GraphException($"Linear: the last axis of {x} must have a known size.");
        using (network.Scope(name))
        {
            var y = network.SpMM(x, network.Parameter("weight", [x.Shape[-1].Size, outputs], initializer ?? Initializers.GlorotUniform));
            return bias ? y + network.Parameter("bias", [outputs], Initializers.Zeros, decays: false) : y;
        }
    }
}
