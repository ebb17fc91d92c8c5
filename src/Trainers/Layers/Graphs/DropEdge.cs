using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// Leaves out each edge with the given probability in each training step (Rong et al. 2020); other modes keep all. Layers over the
    /// result see edges of weight 0, so that a graph convolution normalizes by the degrees that are left, as in the paper.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges.</param>
    /// <param name="rate">The probability, at least 0 and below 1.</param>
    /// <param name="rescale">Whether the edges that stay weigh 1 / (1 - rate) times as much, which keeps the mean of sums.</param>
    /// <returns>The edges with weights; as they are where none is left out.</returns>
    /// <remarks>Layers that have no place for weights, those that take a maximum above all, refuse the result.</remarks>
    public static GraphEdges DropEdge(this NetworkBuilder network, GraphEdges edges, float rate, bool rescale = false)
    {
        if (network.Mode != NetworkMode.Training || rate == 0)
            return edges;
        var mask = network.Dropout(Op.Filled(1f, [edges.Count, 1], edges.Target), rate);
        if (!rescale)
            mask *= 1.0 - rate;
        return edges.WithWeights(edges.Weights is { } weights ? weights * mask : mask);
    }
}
