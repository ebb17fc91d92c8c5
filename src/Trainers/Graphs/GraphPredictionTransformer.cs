using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A network of whole graphs in a pipeline, with the history of its training.</summary>
/// <inheritdoc/>
public sealed class GraphPredictionTransformer : GraphScoringTransformer, ITrained
{
    private readonly GraphNetworkModel _network;
    private readonly ParameterSet _parameters;

    internal GraphPredictionTransformer(GraphModel model, GraphNetworkModel network, ParameterSet parameters, GraphColumns columns,
        TrainingHistory history, BadRows badRows, Action<string> log)
        : base(model, columns, badRows, log) => (_network, _parameters, History) = (network, parameters, history);

    /// <summary>The training history, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <summary>Explains the prediction for one graph, or for one of its nodes: which edges, nodes and features it depends on.</summary>
    /// <param name="graphs">A view with a graph per row.</param>
    /// <param name="row">The row of the graph, from 0.</param>
    /// <param name="node">The node, from 0, of a model that predicts something for each node; null for all others.</param>
    /// <param name="options">The method; null for GNNExplainer.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or node.</exception>
    /// <exception cref="ArgumentException">The model is one of nodes and none is named, or the other way round.</exception>
    /// <exception cref="InvalidDataException">The row is no graph, or has no nodes.</exception>
    /// <exception cref="InvalidOperationException">Attention is asked for of a network that has none.</exception>
    public GraphExplanation Explain(IDataView graphs, long row = 0, int? node = null, GraphExplanationOptions? options = null)
    {
        options ??= new();
        options.Validate();
        if (options.Method == GraphExplanationMethod.Occlusion)
            return OcclusionExplainer.Explain(this, graphs, row, node, options);
        return GradientExplanations.Explain(this, ExplainedNetwork.Of(_network, _parameters), graphs, row, node, options);
    }
}
