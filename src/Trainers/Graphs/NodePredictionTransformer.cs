using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A network of nodes in a pipeline, with the history of its training.</summary>
/// <inheritdoc/>
public sealed class NodePredictionTransformer : NodeScoringTransformer
{
    private readonly LayeredNetworkModel? _layered;
    private readonly ParameterSet _parameters;

    /// <param name="model">The deployed network.</param>
    /// <param name="layered">
    /// For a network trained on samples, since such a large graph is scored layer by layer too; otherwise null.
    /// </param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="history">The training history.</param>
    /// <param name="options">The options it was trained with.</param>
    /// <param name="nodes">The nodes it was trained with.</param>
    internal NodePredictionTransformer(
        GraphModel model, LayeredNetworkModel? layered, ParameterSet parameters, TrainingHistory history,
        NodeTrainerOptions options, IDataView nodes)
        : base(model, options.Edges!, options.FeatureColumnName, options.NodeIdColumnName, nodes) =>
        (_layered, _parameters, History) = (layered, parameters, history);

    private NodePredictionTransformer(NodePredictionTransformer other, GraphEdgeColumns edges, IDataView? nodes = null)
        : base(other, edges, nodes) =>
        (_layered, _parameters, History) = (other._layered, other._parameters, other.History);

    /// <summary>The training history, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <inheritdoc/>
    public override NodePredictionTransformer WithEdges(GraphEdgeColumns edges)
    {
        ArgumentNullException.ThrowIfNull(edges);
        return new(this, edges);
    }

    private protected override NodePredictionTransformer WithGraph(IDataView nodes, GraphEdgeColumns edges) => new(this, edges, nodes);

    private protected override GraphScores Score(FeatureMatrix features, NodeGraph graph)
    {
        if (_layered is null)
            return base.Score(features, graph);
        Model.Check(features, graph);
        using var forward = new LayerwiseForward(_layered.For(features), _parameters, features, graph, Target, predicts: true);
        var scores = forward.Run(name => _parameters[name].Value, default);
        return new(scores, Info.VectorSize == 0 ? null : forward.LastInput);
    }
}
