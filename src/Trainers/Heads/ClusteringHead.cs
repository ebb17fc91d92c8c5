using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One of several clusters for each node, without labels: softmax assignments C [nodes, clusters].</summary>
/// <remarks>
/// The loss is DMoN's (Tsitsulin et al. 2020, equation 5): modularity -Tr(Cᵀ (A - d dᵀ / 2m) C) / 2m, which
/// <see cref="WithModularity"/> adds where the edges are known, and √k / n ‖Σ C‖ - 1, which keeps clusters from collapsing into one.
/// </remarks>
internal sealed class ClusteringHead(int clusters) : Head
{
    internal override int Outputs => clusters;

    internal override bool HasProbabilities => true;

    internal override bool MarksMissingLabels => true;

    internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? weights)
    {
        // With weights it explains a prediction: which cluster the node with a weight is in.
        if (weights is not null)
            return new(Trainers.Loss.CrossEntropy(logits, network.Input(Labels, ElementType.Int64, logits.Shape.Remove(-1)), null, 0,
                weights));
        var assigned = Op.Softmax(logits);
        var nodes = Op.Squeeze(Op.Cast(Op.SizeOf(logits.Shape[0], logits), ElementType.Float), 0);
        var sizes = Op.ReduceSum(assigned, [0], keepDims: false);                                                // [clusters]
        return new(Op.Sqrt(Op.ReduceSum(sizes * sizes, keepDims: false)) / nodes * Math.Sqrt(clusters) - 1.0);
    }

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits) =>
    [
        (ModelFormat.Score, Op.Softmax(logits)),
        (ModelFormat.PredictedLabel, Op.ArgMax(logits, -1, keepDims: false)),
    ];

    /// <summary>A network whose outputs are cluster logits, with the modularity of its assignments as a term of the loss.</summary>
    internal static GraphNetwork WithModularity(GraphNetwork network) => GraphNetwork.Around(network, (x, channels) =>
    {
        var logits = network.Write(x, channels);
        x.Network.AddToLoss(-Modularity(x.Edges.Unmasked, Op.Softmax(logits)));
        return logits;
    });

    /// <summary>Tr(Cᵀ (A - d dᵀ / 2m) C) / 2m, a scalar.</summary>
    /// <param name="edges">A, by edges in both directions.</param>
    /// <param name="assigned">C, [nodes, clusters].</param>
    internal static Value Modularity(GraphEdges edges, Value assigned)
    {
        var degrees = Op.Cast(edges.WeightedDegrees(), assigned.Type);                                        // [nodes, 1]
        var total = Op.Max(Op.ReduceSum(degrees, keepDims: false), degrees.Number(1e-12));
        var inside = Op.ReduceSum(assigned * edges.SumOfNeighbors(assigned), keepDims: false);
        var expected = Op.ReduceSum(degrees * assigned, [0]);                                                 // [1, clusters]
        return (inside - Op.ReduceSum(expected * expected, keepDims: false) / total) / total;
    }
}
