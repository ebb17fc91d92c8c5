using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    // Below it differences of messages don't show in their deviation; its gradient stays finite where all messages are alike.
    private const double LeastVariance = 1e-5;

    /// <summary>
    /// Principal neighborhood aggregation (Corso et al. 2020, equations 5 to 8): messages m = [xⱼ, xᵢ, eⱼᵢ] Wₑ + bₑ along
    /// edges j to i, of which the mean, the largest, the smallest and the standard deviation are each taken as they are, times s
    /// and divided by s, with s = log(dᵢ + 1) / log(D + 1) for the degree dᵢ and a typical one, D; y = [xᵢ, all twelve] W + b.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges; they can't have weights.</param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="edgeFeatures">[edges, edge features]; null for none.</param>
    /// <param name="typicalDegree">
    /// D, the degree at which s is 1: the usual one of the graphs. It only sets how large what is multiplied by s is at first.
    /// </param>
    /// <param name="name">Scope of the parameters <c>edge</c> and <c>output</c>.</param>
    /// <returns>[targets, channels], without activation; nodes without edges have 0 for all twelve.</returns>
    /// <exception cref="GraphException">Edges have weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The typical degree isn't above 0.</exception>
    public static Value Pna(this NetworkBuilder network, GraphEdges edges, Value x, int channels, Value? edgeFeatures = null,
        double typicalDegree = 4, string name = "pna")
    {
        if (!(typicalDegree > 0))
            throw new ArgumentOutOfRangeException(nameof(typicalDegree), typicalDegree, "Expected a degree above 0.");
        edges.RefuseWeights("Principal neighborhood aggregation");
        using (network.Scope(name))
        {
            var self = edges.OfTargets(x);
            var messages = Messages(network, edges, x, self, edgeFeatures, (int)x.Shape[1].Size);         // [edges, features]
            var mean = edges.Mean(messages);
            var difference = messages - edges.Targets(mean);
            var hasEdges = Op.Cast(Op.Min(edges.Degree, edges.Degree.Number(1)), x.Type);                  // [targets, 1]
            var deviation = Op.Sqrt(edges.Mean(difference * difference) + LeastVariance) * hasEdges;
            var all = Op.Concat(1, mean, edges.Max(messages), edges.Min(messages), deviation);             // [targets, 4 · features]
            var degree = Op.Max(edges.WholeCounts ?? edges.Degree, edges.Degree.Number(1));
            var scale = Op.Cast(Op.Log(degree + 1.0), x.Type) / Math.Log(typicalDegree + 1);               // [targets, 1]
            return network.Linear(Op.Concat(1, self, all, all * scale, all / scale), channels, name: "output");
        }
    }
}
