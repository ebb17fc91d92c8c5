using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A network of nodes in a pipeline, with the history of its training.</summary>
/// <inheritdoc/>
public sealed class NodePredictionTransformer : NodeScoringTransformer, ITrained
{
    private readonly GraphNetworkModel _network;
    private readonly LayeredNetworkModel? _layered;
    private readonly ParameterSet _parameters;

    /// <param name="model">The deployed network.</param>
    /// <param name="network">The network as it is written.</param>
    /// <param name="layered">
    /// For a network trained on samples, since such a large graph is scored layer by layer too; otherwise null.
    /// </param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="history">The training history.</param>
    /// <param name="edges">The edges it was trained with.</param>
    /// <param name="featureColumn">The column of features.</param>
    /// <param name="idColumn">The column of nodes' ids; null for row numbers.</param>
    /// <param name="nodes">The nodes it was trained with.</param>
    internal NodePredictionTransformer(
        GraphModel model, GraphNetworkModel network, LayeredNetworkModel? layered, ParameterSet parameters, TrainingHistory history,
        GraphEdgeColumns edges, string featureColumn, string? idColumn, IDataView nodes)
        : base(model, edges, featureColumn, idColumn, nodes) =>
        (_network, _layered, _parameters, History) = (network, layered, parameters, history);

    private NodePredictionTransformer(NodePredictionTransformer other, GraphEdgeColumns edges, IDataView? nodes = null)
        : base(other, edges, nodes) =>
        (_network, _layered, _parameters, History) = (other._network, other._layered, other._parameters, other.History);

    /// <summary>The training history, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <inheritdoc/>
    public override NodePredictionTransformer WithEdges(GraphEdgeColumns edges)
    {
        ArgumentNullException.ThrowIfNull(edges);
        return new(this, edges);
    }

    private protected override NodePredictionTransformer WithGraph(IDataView nodes, GraphEdgeColumns edges) => new(this, edges, nodes);

    /// <summary>Explains the prediction for one node: which edges, nodes and features of its graph it depends on.</summary>
    /// <param name="node">The node's id, a whole number; the row number where nodes have no column of ids.</param>
    /// <param name="options">The method; null for GNNExplainer.</param>
    /// <returns>The explanation; without edges for a node that no edge reaches.</returns>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    /// <exception cref="InvalidOperationException">Attention is asked for of a network that has none.</exception>
    public GraphExplanation Explain(long node, GraphExplanationOptions? options = null) => Explain(new NodeId(node, null), options);

    /// <inheritdoc cref="Explain(long, GraphExplanationOptions?)" path="/*[not(self::param)]"/>
    /// <param name="node">The node's id, a text.</param>
    /// <param name="options">The method; null for GNNExplainer.</param>
    public GraphExplanation Explain(string node, GraphExplanationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Explain(new NodeId(0, node), options);
    }

    private GraphExplanation Explain(NodeId node, GraphExplanationOptions? options)
    {
        options ??= new();
        options.Validate();
        if (options.Method == GraphExplanationMethod.Occlusion)
            return OcclusionExplainer.Explain(this, node, options);
        return GradientExplanations.Explain(this, ExplainedNetwork.Of(_network, _parameters), node, options);
    }

    internal override GraphScores Score(FeatureMatrix features, NodeGraph graph)
    {
        if (_layered is null)
            return base.Score(features, graph);
        Model.Check(features, graph);
        using var forward = new LayerwiseForward(_layered.For(features), _parameters, features, graph, Target, predicts: true);
        var scores = forward.Run(name => _parameters[name].Value, default);
        return new(scores, Info.VectorSize == 0 ? null : forward.LastInput);
    }
}
