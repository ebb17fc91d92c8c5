using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

internal sealed partial class TripleNetwork
{
    internal const string Recent = "recent", AreThere = "recent/are_there";

    /// <summary>The tails that each head had last, which are added to its vector; null for none.</summary>
    internal RecentTails? RecentTails { get; init; }

    private const string RecentTable = "recent_tails";

    /// <summary>
    /// What is added to a head's vector for its last tails: Σ wₖ rₖ of vectors r that they have for this alone, with learned weights w
    /// that depend on how long ago each was and sum to 1 (He and McAuley 2016); zeros where a head had none.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="ids">[.., count] Int64, the latest first, from 0.</param>
    /// <param name="areThere">[.., count]: 1 for a tail, 0 for none.</param>
    /// <returns>[.., width].</returns>
    private Value OfRecent(NetworkBuilder network, Value ids, Value areThere)
    {
        var axis = ids.Shape.Rank - 1;
        var rows = network.Lookup(RecentTable, entities - firstTail, settings.Width, ids, Initial);
        var ages = network.Parameter("recency", [settings.RecentTails], Initializers.Zeros, decays: false);
        var weights = Op.Softmax(ages + (1.0 - areThere) * Never) * areThere;
        return Op.ReduceSum(rows * Op.Unsqueeze(weights, axis + 1), [axis], keepDims: false);
    }

    // In training and validation: of the tails before each triple.
    private Value? OfRecent(NetworkBuilder network, Shape rows) => settings.RecentTails == 0 ? null
        : OfRecent(network, network.Input(Recent, ElementType.Int64, [.. rows, settings.RecentTails]),
            network.Input(AreThere, ElementType.Float, [.. rows, settings.RecentTails]));

    // Of the last tails of heads; all heads where no numbers are given.
    private Value? OfLast(NetworkBuilder network, Value? heads = null)
    {
        if (RecentTails is not { } recent)
            return null;
        var ids = new long[recent.Last.Length];
        var areThere = new float[ids.Length];
        Trainers.RecentTails.Write(recent.Last, ids, areThere);
        Value Rows(Value all) => heads is null ? all : Op.Gather(all, heads);
        return OfRecent(network, Rows(network.Graph.Constant(TensorData.Create(ids, firstTail, recent.Count), Recent)),
            Rows(network.Graph.Constant(TensorData.Create(areThere, firstTail, recent.Count), AreThere)));
    }
}
