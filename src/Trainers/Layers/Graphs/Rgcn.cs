using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The relational graph convolution.</summary>
public static class RgcnLayer
{
    /// <summary>
    /// y = x W₀ + Σᵣ mean over the edges of relation r of xⱼ Wᵣ, + b (Schlichtkrull et al. 2018, equation 2), with Wᵣ = Σ_b a_rb V_b where
    /// a number of bases is given (equation 3).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="edgeTypes">The relation of each edge from 0, [edges] Int64.</param>
    /// <param name="relations">Number of relations.</param>
    /// <param name="outputs">Features of the result.</param>
    /// <param name="bases">Number of bases; null for a matrix a relation. Time and memory grow with it: an edge takes outputs · bases numbers.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="name">Scope of the parameters <c>basis</c> [features, bases · outputs], <c>coefficients</c> [relations, bases], <c>self_weight</c> [features, outputs], <c>bias</c>.</param>
    /// <returns>[nodes, outputs].</returns>
    public static Value Rgcn(this NetworkBuilder network, GraphEdges edges, Value x, Value edgeTypes, int relations, int outputs, int? bases = null, bool bias = true, string name = "rgcn")
    {
        using (network.Scope(name))
        {
            var features = x.Shape[1].Size;
            var count = bases ?? relations;
            var relation = Op.Cast(Op.OneHot(edgeTypes, relations), x.Type);                                   // [edges, relations]
            var share = relation / Op.Max(edges.AtTarget(Op.StopGradient(edges.Sum(relation))), x.Number(1));    // 1 / how many edges of the relation end there
            var weights = bases is null ? share : Op.MatMul(share, network.Parameter("coefficients", [relations, count], Initializers.GlorotUniform));
            var projected = network.Product(x, network.Parameter("basis", [features, count * outputs], Initializers.GlorotUniform));
            var neighbors = edges.WeightedSumOfSources(projected, weights);                                      // [nodes, bases · outputs]
            var sum = Heads.Total(neighbors, count);
            var y = sum + edges.OfTargets(network.Product(x, network.Parameter("self_weight", [features, outputs], Initializers.GlorotUniform)));
            return bias ? y + network.Parameter("bias", [outputs], Initializers.Zeros, decays: false) : y;
        }
    }
}
