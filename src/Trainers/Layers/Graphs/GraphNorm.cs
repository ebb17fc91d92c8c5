using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// y = γ (x - α μ) / √(σ² + ε) + β for each feature, with the mean μ over the nodes of each graph and the mean square σ² of
    /// x - α μ over them; α is trained (Cai et al. 2021, equation 6).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="graphs">Which graph each node belongs to: <see cref="GraphEdges.Membership"/>.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="epsilon">
    /// ε: small compared with activations, whose variance standardized inputs and initial weights keep near 1.
    /// </param>
    /// <param name="name">Scope of the parameters <c>mean_scale</c> (α), <c>scale</c> and <c>bias</c>, all [features].</param>
    /// <returns>[nodes, features].</returns>
    public static Value GraphNorm(this NetworkBuilder network, GraphEdges graphs, Value x, float epsilon = 1e-5f,
        string name = "graph_norm")
    {
        using (network.Scope(name))
        {
            long[] sizes = [x.Shape[1].Size];
            Value Parameter(string part, Initializer initializer) => network.Parameter(part, sizes, initializer, decays: false);
            var centered = x - graphs.Targets(graphs.Mean(x)) * Parameter("mean_scale", Initializers.Ones);
            var deviation = Op.Sqrt(graphs.Mean(centered * centered) + (double)epsilon);                  // [graphs, features]
            return centered / graphs.Targets(deviation) * Parameter("scale", Initializers.Ones) + Parameter("bias", Initializers.Zeros);
        }
    }
}
