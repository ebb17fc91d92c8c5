using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A graph network from input to output, written for training or for deployment.</summary>
internal sealed record GraphNetworkModel(
    GraphNetwork Network, Head Head, int FeatureCount, bool IsSparse, bool NormalizeRows, int EdgeFeatureCount, int RelationCount, bool IsWeighted, GraphPoolingOptions? Pooling = null)
{
    internal const string Features = "x";

    /// <summary>Whether nodes or graphs have weights in the loss.</summary>
    internal bool HasRowWeights { get; init; }

    internal NetworkOutputs Train(NetworkBuilder network) => Loss(network, Outputs(network));

    /// <summary>Loss and metrics of the network's outputs.</summary>
    internal NetworkOutputs Loss(NetworkBuilder network, Value logits) => Head.Loss(network, logits, HasRowWeights);

    /// <summary>The predictions as outputs of the graph.</summary>
    internal void Predict(NetworkBuilder network)
    {
        foreach (var (name, value) in Head.Predictions(network, Outputs(network)))
            network.Graph.Output(name, value);
    }

    private Value Outputs(NetworkBuilder network)
    {
        var x = NodeFeatures(network, "nodes");
        var edges = GraphEdges.Input(network, "nodes", IsWeighted);
        var input = new GraphInput(network, x, edges)
        {
            EdgeFeatures = EdgeFeatureCount > 0 ? network.Input("edge_attr", ElementType.Float, [edges.Count, EdgeFeatureCount]) : null,
            Relations = RelationCount > 0 ? network.Input("edge_type", ElementType.Int64, [edges.Count]) : null,
            RelationCount = RelationCount,
            Graphs = Pooling is null ? null : GraphEdges.Membership(network, "nodes", "graphs"),
        };
        if (Pooling is null)
            return Nodes(input, Head.Outputs);
        var embedded = Op.Relu(Nodes(input, Pooling.Hidden));                                        // [nodes, width]
        var summary = network.GlobalPool(input.Graphs!, embedded, Pooling.Kind);                       // [graphs, width]
        return network.Linear(network.Dropout(Op.Relu(network.Linear(summary, Pooling.Hidden, name: "summary")), Pooling.Dropout), Head.Outputs, name: "output");
    }

    /// <summary>The input of nodes' features, [rows, features], normalized where asked for.</summary>
    internal Value NodeFeatures(NetworkBuilder network, Dim rows)
    {
        var x = IsSparse ? network.SparseInput(Features, rows, FeatureCount) : network.Input(Features, ElementType.Float, [rows, FeatureCount]);
        return NormalizeRows ? network.NormalizedRows(x) : x;
    }

    /// <summary>The network's numbers for each node, [nodes, outputs].</summary>
    internal Value Nodes(GraphInput input, int outputs)
    {
        var nodes = Network.Write(input, outputs);
        return nodes.Shape.Equals(["nodes", outputs]) ? nodes : throw new GraphException($"The network '{Network.Name}' gave {nodes}; expected [nodes, {outputs}].");
    }

    internal GraphModelInfo Describe(GraphTask task, string column, SequenceModelLabels? labels, double difference, int cases) => new(
        task, column, FeatureCount, EdgeFeatureCount, RelationCount, IsWeighted, Head.Outputs, labels,
        SequenceModelVersions.Current,
        new(GraphDeployment.Tolerance, difference, cases), Network.FixedNodes);
}

/// <summary>How nodes become one vector a graph.</summary>
/// <param name="Kind">The readout.</param>
/// <param name="Hidden">Features of a node, and of the layer after the readout.</param>
/// <param name="Dropout">Dropout before the output layer.</param>
internal sealed record GraphPoolingOptions(GraphPooling Kind, int Hidden, float Dropout);
