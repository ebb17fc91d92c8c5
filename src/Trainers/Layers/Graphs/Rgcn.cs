using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The relational graph convolution. Where edges have weights, means are weighted by them.</summary>
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
            var projected = network.SpMM(x, network.Parameter("basis", [features, (bases ?? relations) * outputs], Initializers.GlorotUniform));
            var self = network.SpMM(x, network.Parameter("self_weight", [features, outputs], Initializers.GlorotUniform));
            return Combined(network, edges, projected, self, edgeTypes, relations, outputs, bases, bias);
        }
    }

    /// <summary>
    /// The first layer where nodes have no features: as <see cref="Rgcn"/> of a one for each node (Schlichtkrull et al. 2018, section 3.1), whose
    /// products with weights are rows of tables. A training step touches only the rows of the nodes in the batch.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges.</param>
    /// <param name="nodes">The number of each node among all there are, [nodes] Int64, an input of the model.</param>
    /// <param name="count">How many nodes there are.</param>
    /// <param name="edgeTypes">The relation of each edge from 0, [edges] Int64.</param>
    /// <param name="relations">Number of relations.</param>
    /// <param name="outputs">Features of the result.</param>
    /// <param name="bases">Number of bases; null for a table a relation.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="name">Scope of the parameters <c>basis</c> [count, bases · outputs], <c>coefficients</c> [relations, bases], <c>self_weight</c> [count, outputs], <c>bias</c>.</param>
    /// <returns>[nodes, outputs].</returns>
    public static Value RgcnOfNodes(
        this NetworkBuilder network, GraphEdges edges, Value nodes, long count, Value edgeTypes, int relations, int outputs, int? bases = null, bool bias = true, string name = "rgcn")
    {
        using (network.Scope(name))
        {
            Value Rows(string table, int width) => network.Lookup(table, count, width, nodes, Initializers.GlorotUniform);
            return Combined(network, edges, Rows("basis", (bases ?? relations) * outputs), Rows("self_weight", outputs), edgeTypes, relations, outputs, bases, bias);
        }
    }

    // projected: the nodes' rows times each basis, [nodes, bases · outputs]; self: times the node's own weight, [nodes, outputs]
    private static Value Combined(NetworkBuilder network, GraphEdges edges, Value projected, Value self, Value edgeTypes, int relations, int outputs, int? bases, bool bias)
    {
        var relation = edges.Weighted(Op.Cast(Op.OneHot(edgeTypes, relations), projected.Type));           // [edges, relations]
        var total = edges.Targets(edges.Sum(relation));
        var share = relation / Op.Where(Op.Equal(total, total.Number(0)), total.Number(1), total);         // 1 / how many edges of the relation end there
        var weights = bases is null ? share : Op.MatMul(share, network.Parameter("coefficients", [relations, bases.Value], Initializers.GlorotUniform));
        var y = Heads.Total(edges.WeightedSumOfSources(projected, weights), bases ?? relations) + edges.OfTargets(self);
        return bias ? y + network.Parameter("bias", [outputs], Initializers.Zeros, decays: false) : y;
    }
}
