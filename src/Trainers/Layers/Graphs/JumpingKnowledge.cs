using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How the results of several layers become one.</summary>
public enum JumpingKnowledge
{
    /// <summary>Concatenation.</summary>
    Concat,
    /// <summary>The largest value of each feature.</summary>
    Max,
    /// <summary>A mean per node, weighted by attention that a bidirectional LSTM over the layers scores.</summary>
    LstmAttention,
}

public static partial class Layers
{
    /// <summary>
    /// Combines the results of several layers, first to last, into one (Xu et al. 2018, "Representation learning on graphs with
    /// jumping knowledge networks").
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="layers">The results, from the lowest layer on, each [nodes, features].</param>
    /// <param name="kind">How they are combined.</param>
    /// <param name="hidden">Size of the LSTM's state in one direction; null for the number of features.</param>
    /// <param name="name">Scope of the parameters <c>lstm</c> and <c>score</c>, where the kind has any.</param>
    /// <returns>[nodes, layers · features] for <see cref="JumpingKnowledge.Concat"/>; [nodes, features] otherwise.</returns>
    public static Value JumpingKnowledge(
        this NetworkBuilder network, IReadOnlyList<Value> layers, JumpingKnowledge kind, int? hidden = null,
        string name = "jumping_knowledge")
    {
        if (layers.Count == 0)
            throw new GraphException("JumpingKnowledge: expected the result of at least one layer; got none.");
        switch (kind)
        {
            case Trainers.JumpingKnowledge.Concat:
                return Op.Concat(1, [.. layers]);
            case Trainers.JumpingKnowledge.Max:
                return layers.Aggregate(Op.Max);
        }
        using (network.Scope(name))
        {
            var steps = Op.Concat(0, [.. layers.Select(layer => Op.Unsqueeze(layer, 0))]);                    // [layers, nodes, features]
            var states = network.Lstm(new(network, steps, null),
                new() { Hidden = hidden ?? (int)steps.Shape[2].Size, Bidirectional = true }).Output.Steps;
            var attention = Op.Softmax(network.Linear(states, 1, name: "score"), 0);                       // [layers, nodes, 1]
            return Op.ReduceSum(steps * attention, [0], keepDims: false);
        }
    }

    /// <summary>y + x (He et al. 2016), or y + x W where their numbers of features differ.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">A layer's input, [nodes, features]; in a block the targets' rows: <see cref="GraphEdges.OfTargets"/>.</param>
    /// <param name="y">The layer's output, [nodes, channels].</param>
    /// <param name="name">Scope of W, <c>weight</c> [features, channels].</param>
    /// <returns>[nodes, channels].</returns>
    public static Value Residual(this NetworkBuilder network, Value x, Value y, string name = "residual") =>
        y + (x.Shape[1] == y.Shape[1] ? x : network.Linear(x, (int)y.Shape[1].Size, bias: false, name: name));
}
