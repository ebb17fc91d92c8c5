using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A trained network of nodes in a pipeline: it scores all nodes of a view together, over the edges it was trained with or, by
/// <see cref="WithEdges"/>, over others.
/// </summary>
/// <remarks>
/// <c>ml.Model.Save</c> stores what it predicts for the nodes it was trained with, by their ids, as ML.NET's own transformers: that is
/// all a row tells without its graph. It takes <see cref="NodeTrainerOptions.NodeIdColumnName"/>. For other nodes and graphs export
/// the network.
/// </remarks>
public sealed class NodePredictionTransformer : ITransformer, IDisposable
{
    private readonly MLContext _ml;
    private readonly GraphModel _model;
    private readonly GraphEdgeColumns _edges;
    private readonly string? _idColumn;
    private readonly IDataView _nodes;

    private readonly Layers? _layers;

    private NodePredictionTransformer(MLContext ml, GraphModel model, Layers? layers, TrainingHistory history, GraphEdgeColumns edges, string? idColumn, IDataView nodes) =>
        (_ml, _model, _layers, History, _edges, _idColumn, _nodes) = (ml, model, layers, history, edges, idColumn, nodes);

    /// <summary>Task, features, classes, and how closely the deployed model agreed with the trained network.</summary>
    public GraphModelInfo Info => _model.Info;

    /// <summary>What training reported, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <summary>Where the model scores.</summary>
    public ExecutionTarget Target => _model.Target;

    /// <summary>False: a node's prediction depends on other rows.</summary>
    public bool IsRowToRowMapper => false;

    internal static NodePredictionTransformer Create(
        MLContext ml, GraphTask task, GraphNetworkModel model, LayeredNetworkModel? layered, ParameterSet parameters, SequenceModelLabels? labels, TrainingHistory history, NodeTrainerOptions options, IDataView nodes)
    {
        var (deployed, difference) = GraphDeployment.Write(model, parameters);
        var info = model.Describe(task, options.FeatureColumnName, labels, difference, GraphDeployment.CaseCount);
        return new(ml, new(OnnxFile.ToBytes(deployed, info.ToMetadata()), options.Target), layered is null ? null : new(layered, parameters), history, options.Edges!, options.NodeIdColumnName, nodes);
    }

    /// <summary>The same network over other edges, for other nodes.</summary>
    public NodePredictionTransformer WithEdges(GraphEdgeColumns edges)
    {
        ArgumentNullException.ThrowIfNull(edges);
        return new(_ml, _model, _layers, History, edges, _idColumn, _nodes);
    }

    /// <summary>
    /// Writes the network as an ONNX file that takes <c>x</c> [nodes, features] and <c>edge_index</c> [2, edges], and gives <c>Score</c>
    /// and <c>PredictedLabel</c>: see <see cref="GraphModelInfo"/>.
    /// </summary>
    /// <exception cref="IOException">The file can't be written; an older file of the name is as it was.</exception>
    public void ExportToOnnx(string path) => AtomicFile.Write(path, stream => stream.Write(_model.Bytes));

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var features = NodeTable.FeatureColumn(inputSchema, Info.FeatureColumn);
        if (((VectorDataViewType)features.Type).Size is var width && width != Info.FeatureCount)
            throw new ArgumentException($"Column '{features.Name}' is {features.Type}, {width} features, but the model was trained on {Info.FeatureCount}.");
        return RowMapping.AddTo(inputSchema, GraphScoreColumns.Of(Info));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column of features is missing or not what the model reads.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(input.Schema);
        return new NodeScoreView(input, Info, () => Score(input));
    }

    private float[] Score(IDataView input)
    {
        var nodes = NodeTable.Read(input, new(Info.FeatureColumn, _idColumn), default);
        var graph = NodeGraph.Read(_edges, nodes.Ids);
        if (_layers is not { } layers)
            return _model.ScoreNodes(nodes.Features, graph);
        _model.Check(nodes.Features, graph);
        using var forward = new LayerwiseForward(layers.Model.For(nodes.Features), layers.Parameters, nodes.Features, graph, Target, predicts: true);
        return forward.Run(name => layers.Parameters[name].Value, default);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: a node's prediction depends on other rows.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw new NotSupportedException("A node can't be scored by itself: its prediction depends on the nodes around it. Use Transform on a view of all nodes.");

    /// <exception cref="NotSupportedException">Nodes have no id column that rows could be found by.</exception>
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        if (_idColumn is null)
            throw new NotSupportedException(
                $"The predictions of nodes are saved by their ids: set {nameof(NodeTrainerOptions.NodeIdColumnName)}. For other nodes and graphs export the network with {nameof(ExportToOnnx)}.");
        using var lookup = NodeLookup.Build(_ml, Info, _nodes, _idColumn, Score(_nodes));
        ((ICanSaveModel)lookup).Save(ctx);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    /// <summary>Of a network trained on samples, since a graph that large is scored layer by layer too.</summary>
    private sealed record Layers(LayeredNetworkModel Model, ParameterSet Parameters);
}
