using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// Leaves out each edge with the given probability in each training step (Rong et al. 2020); other modes keep all. Layers over the
    /// result see edges of weight 0, so that a graph convolution normalizes by the remaining degrees, as in the paper.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges.</param>
    /// <param name="rate">The probability, at least 0 and below 1.</param>
    /// <param name="rescale">
    /// Whether the weights of the remaining edges are multiplied by 1 / (1 - rate), which keeps the mean of sums. In blocks of sampled
    /// edges they always are.
    /// </param>
    /// <returns>The edges with weights; unchanged where none is left out.</returns>
    /// <remarks>Layers that can't use weights, above all those that take a maximum, refuse the result.</remarks>
    public static GraphEdges DropEdge(this NetworkBuilder network, GraphEdges edges, float rate, bool rescale = false)
    {
        if (network.Mode != NetworkMode.Training || rate == 0)
            return edges;
        var mask = network.Dropout(Op.Filled(1f, [edges.Count, 1], edges.Target), rate);
        // Degrees of a sampled block are those of the whole graph: what is left of its edges must weigh as much as all.
        if (!rescale && !edges.IsSampled)
            mask *= 1.0 - rate;
        return edges.WithWeights(edges.Weights is { } weights ? weights * mask : mask);
    }
}
