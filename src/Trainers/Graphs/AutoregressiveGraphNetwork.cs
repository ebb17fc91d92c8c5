using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>A network beside an autoregression: see <see cref="GraphNetwork.Autoregressive"/>.</summary>
internal sealed record AutoregressiveGraphNetwork(GraphNetwork Network, AutoregressiveGraphOptions Options) : GraphNetwork
{
    public override string Name => $"{Network.Name} and autoregression";

    internal override bool NeedsPositiveWeights => Network.NeedsPositiveWeights;

    internal override int? FixedNodes => Options.Nodes;

    internal override bool HasNodesOfEachGraph => true;

    internal override bool WritesOutputs => true;

    internal override (int FeaturesPerStep, int? Steps)? SeriesFeatures => Network.SeriesFeatures;

    internal AutoregressiveGraphNetwork Checked() => Network.WritesOutputs || Network.PoolsGraphs
        ? throw new ArgumentException($"The {Network.Name} {(Network.PoolsGraphs ? "makes one vector of each graph" : "writes its outputs "
            + "itself")}; expected a network that gives a vector for each node.")
        : Network.FixedNodes is { } nodes && nodes != Options.Nodes
            ? throw new ArgumentException($"The {Network.Name} is for {nodes} nodes; {nameof(AutoregressiveGraphOptions.Nodes)} is "
                + $"{Options.Nodes}.") : this;

    public override Value Write(GraphInput x, int channels)
    {
        var width = x.Features.Shape[1].Size;
        if (width < Options.Steps)
            throw new GraphException($"The {Name}: nodes have {width} features; expected at least the {Options.Steps} steps.");
        var network = x.Network;
        var hidden = Op.Relu(Network.Write(x, Options.Hidden));
        var last = width == Options.Steps ? x.Features : Op.Slice(x.Features, 1, 0, Options.Steps);       // [nodes, steps]
        return network.Linear(hidden, channels, name: "output") + network.Autoregression(network.Dropout(last, Options.Dropout),
            Options.Nodes, channels, Options.ReadsAllNodes ? null : x.Edges);
    }
}
