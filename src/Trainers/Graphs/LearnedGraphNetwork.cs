using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Layers over a learned adjacency: see <see cref="GraphNetwork.LearnedGraph"/>.</summary>
internal sealed record LearnedGraphNetwork(LearnedGraphOptions Options) : GraphNetwork
{
    public override string Name => Options.UsesEdges ? "diffusion over given and learned edges" : "diffusion over learned edges";

    internal override int? FixedNodes => Options.Nodes;

    internal override bool HasNodesOfEachGraph => true;

    internal override bool NeedsPositiveWeights => Options.UsesEdges;

    public override Value Write(GraphInput x, int channels)
    {
        var network = x.Network;
        var adjacency = network.LearnedAdjacency(Options.Nodes, Options.VectorSize);
        if (x.OnAttention is not null)
            x.OutputAttention(OfEdges(x.Edges, adjacency));
        var h = network.Linear(network.Dropout(x.Features, Options.Dropout), Options.Hidden, name: "input");
        for (var layer = 0; layer < Options.Layers; layer++)
        {
            var parts = new List<Value> { h };
            for (var step = 0; step < Options.Steps; step++)
                parts.Add(Layers.PassedBy(adjacency, parts[^1]));
            if (Options.UsesEdges)
                parts.AddRange(Layers.Diffused(x.Edges, h, Options.Steps));
            h += network.Dropout(Op.Relu(network.Linear(Op.Concat(1, [.. parts]), Options.Hidden, name: "diffusion")), Options.Dropout);
        }
        return network.Linear(h, channels, name: "output");
    }

    // How much the target of each edge reads of its source, [edges, 1]; nodes are counted on from graph to graph.
    private Value OfEdges(GraphEdges edges, Value adjacency)
    {
        Value Within(Value node) => Op.Mod(Op.Cast(node, ElementType.Int64), node.Graph.Scalar((long)Options.Nodes));
        var place = Within(edges.Target) * (long)Options.Nodes + Within(edges.Source);
        return Op.Gather(Op.Reshape(adjacency, [(long)Options.Nodes * Options.Nodes, 1]), place);
    }
}
