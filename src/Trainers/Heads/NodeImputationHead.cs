using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Attributes of nodes: those that are given as they are, the others estimated; numbers, or 0 and 1 by their logits. What a constant
/// attribute is filled with differs from it by a ten thousandth part of what the network writes.
/// </summary>
internal sealed class NodeImputationHead(RegressionLoss loss, Moments units, bool areBinary)
    : RegressionHead(loss, units.Mean, units.DeviationOr(share: 1e-4f), isPerStep: true)
{
    internal override bool IsPerStep => false;

    internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? weights)
    {
        if (!areBinary)
            return base.Loss(network, logits, weights);
        var targets = network.Input(Labels, ElementType.Float, logits.Shape);
        var isThere = Op.Equal(targets, targets);
        targets = Op.Where(isThere, targets, targets.Number(0f));
        var counts = weights is null ? Is(isThere) : Is(isThere) * Op.Unsqueeze(weights, 1);
        var errors = Op.Abs(Op.Sigmoid(logits) - targets);
        return new(Trainers.Loss.BinaryCrossEntropy(logits, targets, weights: counts),
            [LossCount(counts), .. MeanMetric("mae", errors, Is(Op.Greater(counts, counts.Number(0f))))]);
    }

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits)
    {
        var given = network.Graph.Root.Inputs.First(input => input.Name == GraphNetworkModel.Features);
        return [.. (areBinary ? [(ModelFormat.Score, Op.Sigmoid(logits))] : base.Predictions(network, logits))
            .Select(of => (of.Item1, Op.Where(Op.Equal(given, given), given, of.Item2)))];
    }

    /// <summary>
    /// A network that reads attributes some of which are missing (NaN): a learned number stands for each (Hou et al. 2022, equation 1), and
    /// which are given is told beside them.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="attributes">How many of the first features of a node may be missing.</param>
    internal static GraphNetwork Filled(GraphNetwork network, int attributes) => GraphNetwork.Around(network, (x, channels) =>
    {
        var all = x.Features.Shape[1].Size;
        var parts = all == attributes ? [x.Features] : Op.Split(x.Features, 1, attributes, all - attributes);
        var isGiven = Op.Equal(parts[0], parts[0]);
        var token = x.Network.Parameter("missing", [1, attributes], Initializers.Zeros, decays: false);
        // Together of size 1 at most: they are all given for most nodes, and would outweigh a few words among thousands.
        var flags = Op.Cast(isGiven, ElementType.Float) / attributes;
        return network.Write(x with { Features = Op.Concat(1, [Op.Where(isGiven, parts[0], token), flags, .. parts[1..]]) }, channels);
    });
}
