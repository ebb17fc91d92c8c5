using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A node network from input to output, written for training or for deployment.</summary>
internal sealed record NodeNetworkModel(
    GraphNetwork Network, NodeHead Head, int FeatureCount, bool IsSparse, bool NormalizeRows, int EdgeFeatureCount, int RelationCount, bool IsWeighted)
{
    internal const string Features = "x";

    internal NetworkOutputs Train(NetworkBuilder network) => Head.Loss(network, Outputs(network));

    /// <summary>The predictions as outputs of the graph.</summary>
    internal void Predict(NetworkBuilder network)
    {
        foreach (var (name, value) in Head.Predictions(Outputs(network)))
            network.Graph.Output(name, value);
    }

    private Value Outputs(NetworkBuilder network)
    {
        var x = IsSparse ? network.SparseInput(Features, "nodes", FeatureCount) : network.Input(Features, ElementType.Float, ["nodes", FeatureCount]);
        if (NormalizeRows)
            x = network.NormalizedRows(x);
        var edges = GraphEdges.Input(network, "nodes", IsWeighted);
        var outputs = Network.Write(new(network, x, edges)
        {
            EdgeFeatures = EdgeFeatureCount > 0 ? network.Input("edge_attr", ElementType.Float, [edges.Count, EdgeFeatureCount]) : null,
            EdgeTypes = RelationCount > 0 ? network.Input("edge_type", ElementType.Int64, [edges.Count]) : null,
            RelationCount = RelationCount,
        }, Head.Outputs);
        return outputs.Shape.Equals(["nodes", Head.Outputs]) ? outputs
            : throw new GraphException($"The network '{Network.Name}' gave {outputs}; expected [nodes, {Head.Outputs}].");
    }

    internal GraphModelInfo Describe(string column, SequenceModelLabels? labels, double difference, int cases) => new(
        Head.Task, column, FeatureCount, EdgeFeatureCount, RelationCount, IsWeighted, Head.Outputs, labels,
        new(Version(typeof(NodeNetworkModel)), OnnxFile.DefaultOpset, Version(typeof(Microsoft.ML.OnnxRuntime.OrtEnv))),
        new(GraphDeployment.Tolerance, difference, cases));

    private static string Version(Type type) => type.Assembly.GetName().Version!.ToString(3);
}
