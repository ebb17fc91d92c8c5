using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// y = x W₀ + Σᵣ mean over the edges of relation r of xⱼ Wᵣ, + b (Schlichtkrull et al. 2018, equation 2), with Wᵣ = Σ_b
    /// a_rb V_b where a number of bases is given (equation 3).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="relations">The relation of each edge from 0, [edges] Int64.</param>
    /// <param name="relationCount">Number of relations.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="bases">
    /// Number of bases; null for a separate matrix per relation. Time and memory grow with it: each edge takes channels · bases
    /// numbers.
    /// </param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="name">
    /// Scope of the parameters <c>basis</c> [features, bases · channels], <c>coefficients</c> [relations, bases], <c>self_weight</c>
    /// [features, channels], <c>bias</c>.
    /// </param>
    /// <returns>[nodes, channels].</returns>
    public static Value Rgcn(this NetworkBuilder network, GraphEdges edges, Value x, Value relations, int relationCount, int channels,
        int? bases = null, bool bias = true, string name = "rgcn")
    {
        using (network.Scope(name))
        {
            var features = x.Shape[1].Size;
            var projected = network.SpMM(x,
                network.Parameter("basis", [features, (bases ?? relationCount) * channels], Initializers.GlorotUniform));
            var self = network.SpMM(x, network.Parameter("self_weight", [features, channels], Initializers.GlorotUniform));
            return Combined(network, edges, projected, self, relations, relationCount, channels, bases, bias);
        }
    }

    /// <summary>
    /// The first layer for nodes without features: like <see cref="Rgcn"/> of one-hot vectors of the nodes (Schlichtkrull et al. 2018,
    /// section 3.1), whose products with weights are rows of tables. A training step updates only the rows of the nodes in the batch.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges.</param>
    /// <param name="nodes">The number of each node among all nodes, [nodes] Int64, an input of the model.</param>
    /// <param name="count">Number of all nodes.</param>
    /// <param name="relations">The relation of each edge from 0, [edges] Int64.</param>
    /// <param name="relationCount">Number of relations.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="bases">Number of bases; null for a separate table per relation.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="name">
    /// Scope of the parameters <c>basis</c> [count, bases · channels], <c>coefficients</c> [relations, bases], <c>self_weight</c> [count,
    /// channels], <c>bias</c>.
    /// </param>
    /// <returns>[nodes, channels].</returns>
    public static Value RgcnOfNodes(
        this NetworkBuilder network, GraphEdges edges, Value nodes, long count, Value relations, int relationCount, int channels,
        int? bases = null, bool bias = true, string name = "rgcn")
    {
        using (network.Scope(name))
        {
            Value Rows(string table, int width) => network.Lookup(table, count, width, nodes, Initializers.GlorotUniform);
            return Combined(network, edges, Rows("basis", (bases ?? relationCount) * channels), Rows("self_weight", channels), relations,
                relationCount, channels, bases, bias);
        }
    }

    // projected: the nodes' rows times each basis, [nodes, bases · channels]; self: times the node's own weight, [nodes, channels]
    private static Value Combined(NetworkBuilder network, GraphEdges edges, Value projected, Value self, Value relations,
        int relationCount, int channels, int? bases, bool bias)
    {
        var relation = edges.TimesWeights(Op.Cast(Op.OneHot(relations, relationCount), projected.Type));           // [edges, relations]
        var total = edges.Targets(edges.Sum(relation));
        // 1 / the number of edges of the relation that end at the same node
        var share = relation / Op.Where(Op.Equal(total, total.Number(0)), total.Number(1), total);
        var weights = bases is null ? share
            : Op.MatMul(share, network.Parameter("coefficients", [relationCount, bases.Value], Initializers.GlorotUniform));
        var y = Heads.Total(edges.WeightedSumOfSources(projected, weights), bases ?? relationCount) + edges.OfTargets(self);
        return bias ? y + network.Parameter("bias", [channels], Initializers.Zeros, decays: false) : y;
    }
}
