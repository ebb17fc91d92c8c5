using System.Globalization;
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
        if (node is null == _network.IsOfNodesInGraphs)
            throw new ArgumentException(node is null ? "The model predicts something for each node; expected one of the graph's nodes."
                : "The model predicts something for the graph as a whole; expected no node.", nameof(node));
        var table = ReadRow(graphs, row);
        var count = table.NodeStart[1];
        if (count == 0)
            throw new InvalidDataException($"Column '{MainColumn}', row {row}: the graph has no nodes; expected at least one.");
        if (node is { } asked && (uint)asked >= (uint)count)
            throw new ArgumentOutOfRangeException(nameof(node), asked, $"Expected a node of the graph, 0 to {count - 1}.");
        var (outputs, at) = (_network.Head.Outputs, node ?? 0);
        var scores = new GraphModel.Scorer(Model).Score(table).Score[(at * outputs)..((at + 1) * outputs)];
        var explained = new ExplainedGraph(count, [.. table.Sources], [.. table.Targets], at, node is null ? 1 : count, reads =>
        {
            var packed = new PackedGraphs(reads);
            packed.Pack(table, [0]);
            return packed.FeedTo;
        });
        return new(options.Method, PredictionText.Of(Info, scores), explained, node, [.. Enumerable.Range(0, count)],
            of => of.ToString(CultureInfo.InvariantCulture),
            new GraphExplainer(_network, _parameters, explained, options).Explain(scores));
    }
}
