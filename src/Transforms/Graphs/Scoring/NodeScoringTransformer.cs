using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Scores a view of nodes with a deployed model, all together over the edges between them or, by <see cref="WithEdges"/>, over other
/// edges. Adds <c>Score</c> and, for a classifier, <c>PredictedLabel</c>; for a binary one also <c>Probability</c>.
/// </summary>
/// <remarks>
/// <c>ml.Model.Save</c> stores what it predicts for the nodes it was fitted to, by their ids, as ML.NET's own transformers, since a row
/// says nothing about its edges. This needs the column of nodes' ids; a node that isn't among them gets a missing prediction: scores
/// of NaN, a missing key, false. For other nodes and graphs export the network.
/// </remarks>
public class NodeScoringTransformer : GraphModelTransformer, IOverGraph
{
    private readonly GraphEdgeColumns _edges;
    private readonly string _featureColumn;
    private readonly string? _idColumn;
    private readonly IDataView _nodes;

    internal NodeScoringTransformer(GraphModel model, GraphEdgeColumns edges, string featureColumn, string? idColumn, IDataView nodes)
        : base(model) =>
        (_edges, _featureColumn, _idColumn, _nodes) = (model.Directed(edges.Knowing()), featureColumn, idColumn, nodes);

    /// <summary>The same model over other edges, and optionally for other nodes.</summary>
    private protected NodeScoringTransformer(NodeScoringTransformer other, GraphEdgeColumns edges, IDataView? nodes = null)
        : this(other.Model, edges.Knowing(other._edges), other._featureColumn, other._idColumn, nodes ?? other._nodes)
    {
    }

    /// <summary>True: the known nodes' predictions are found by their ids.</summary>
    public sealed override bool IsRowToRowMapper => true;

    /// <summary>The same network over other edges, for other nodes.</summary>
    public virtual NodeScoringTransformer WithEdges(GraphEdgeColumns edges)
    {
        ArgumentNullException.ThrowIfNull(edges);
        return new(this, edges);
    }

    ITransformer IOverGraph.WithGraph(IDataView nodes, GraphEdgeColumns edges) => WithGraph(nodes, edges);

    private protected virtual NodeScoringTransformer WithGraph(IDataView nodes, GraphEdgeColumns edges) => new(this, edges, nodes);

    /// <inheritdoc/>
    public sealed override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var features = NodeTable.FeatureColumn(inputSchema, _featureColumn);
        if (((VectorDataViewType)features.Type).Size is var width && width != Info.Input.FeatureCount)
            throw new ArgumentException($"Column '{features.Name}' is {features.Type}, {width} features, "
                + $"but the model was trained on {Info.Input.FeatureCount}.");
        if (_idColumn is not null)
            inputSchema.Require(_idColumn);
        Sides(inputSchema);
        return Model.Columns.AddTo(inputSchema);
    }

    /// <inheritdoc/>
    public sealed override IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(input.Schema);
        return Model.Map(input, () => Score(Read(input)));
    }

    /// <summary>
    /// Gives the predictions for the nodes it was fitted to, found by their ids, since a single row says nothing about its edges. For any
    /// other node the scores are NaN and the label is missing.
    /// </summary>
    /// <exception cref="ArgumentException">A column is missing or not what the model reads.</exception>
    /// <exception cref="NotSupportedException">Nodes have no id column that rows could be found by.</exception>
    public sealed override IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (_idColumn is null)
            throw new NotSupportedException("A single node is found by its id: set NodeIdColumnName, or use Transform on a view of all "
                + "nodes.");
        inputSchema.Require(_idColumn);
        var known = new Lazy<(NodeIds Ids, GraphScores Scores)>(() => Read(_nodes) is var nodes ? (nodes.Ids, Score(nodes)) : default);
        return new RowMapping(inputSchema, [_idColumn], Model.Columns.Added, row =>
        {
            var id = NodeId.Reader(row, row.Schema[_idColumn]);
            var prediction = Model.NewPrediction();
            prediction.Scores = known.Value.Scores;
            return column => Model.Columns.Getter(column.Index - inputSchema.Count, () =>
            {
                prediction.Row = known.Value.Ids.Find(id());
                return prediction;
            });
        });
    }

    internal sealed override string MainColumn => _featureColumn;

    internal sealed override PreparedRows Prepare(IDataView rows)
    {
        var nodes = Read(rows);
        return new PreparedNodes(Transform(rows), Model.FileInputs(nodes.Features,
            NodeGraph.Read(_edges, nodes.Ids, weights: Model.WeightNeed)));
    }

    /// <summary>The nodes it was fitted to, or was given since, and the edges between them.</summary>
    internal (NodeTable Nodes, NodeGraph Graph) ReadGraph()
    {
        var nodes = Read(_nodes);
        return (nodes, NodeGraph.Read(_edges, nodes.Ids, weights: Model.WeightNeed));
    }

    /// <exception cref="ArgumentException">There is no such node.</exception>
    internal int RowOf(NodeIds ids, NodeId node) => ids.Find(node) is >= 0 and var row ? row
        : throw new ArgumentException($"Found node {node}; expected one of the {ids.Count} nodes of the graph, by "
            + (_idColumn is null ? "row number." : $"their ids in column '{_idColumn}'."), nameof(node));

    private GraphScores Score(NodeTable nodes) => Score(nodes.Features, NodeGraph.Read(_edges, nodes.Ids, weights: Model.WeightNeed));

    private NodeTable Read(IDataView input) =>
        NodeTable.Read(input, new(_featureColumn, _idColumn) { Sides = Sides(input.Schema), AllowsMissing = Info.Input.AllowsMissing },
            default);

    private SequenceColumn[] Sides(DataViewSchema schema) => [.. Info.Sides.Select(side => ScoringInput.Bind(schema, side))];

    private protected sealed override ModelTransformer With(Precision precision) =>
        new NodeScoringTransformer(new(In(precision), Target), _edges, _featureColumn, _idColumn, _nodes);

    /// <summary>Scores of all nodes.</summary>
    internal virtual GraphScores Score(FeatureMatrix features, NodeGraph graph) => Model.ScoreNodes(features, graph);

    /// <exception cref="NotSupportedException">Nodes have no id column that rows could be found by.</exception>
    private protected sealed override void Save(ModelSaveContext context)
    {
        if (_idColumn is null)
            throw new NotSupportedException(
                "The predictions of nodes are saved by their ids: set NodeIdColumnName. For other nodes and graphs export the network "
                + $"with {nameof(ExportToOnnx)}.");
        var nodes = Read(_nodes);
        var scores = Score(nodes);
        List<ITransformer> lookups = [];
        if (scores.Vector is { } vectors)
        {
            var info = Info with { Task = ModelTask.Regression, Labels = null, Outputs = Info.VectorSize };
            lookups.Add(NodeLookup.Build(info, _nodes, _idColumn, nodes.Ids, vectors, ModelFormat.Vector));
        }
        if (scores.Attention is { } attention)
            lookups.Add(NodeLookup.Build(_nodes, _idColumn, nodes.Ids, attention, ModelFormat.Attention));
        lookups.Add(NodeLookup.Build(Info, _nodes, _idColumn, nodes.Ids, scores.Score));
        using var chain = new TransformerChain<ITransformer>([.. lookups]);
        ((ICanSaveModel)chain).Save(context);
    }
}
