using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A trained model of links: it scores pairs of nodes, a pair per row, and gives embeddings of the nodes; over the graph it was trained
/// with or, by <see cref="WithGraph"/>, another.
/// </summary>
public sealed class LinkPredictionTransformer : GraphModelTransformer
{
    private readonly GraphEdgeColumns _edges;
    private readonly string? _idColumn;
    private readonly IDataView _nodes;

    internal LinkPredictionTransformer(GraphModel model, TrainingHistory history, GraphEdgeColumns edges, string? idColumn, IDataView nodes)
        : base(model) =>
        (History, _edges, _idColumn, _nodes) = (history, edges, idColumn, nodes);

    /// <summary>What training reported, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <summary>False: a pair's score depends on the graph around it.</summary>
    public override bool IsRowToRowMapper => false;

    /// <summary>The same network over other nodes and the edges known between them.</summary>
    /// <param name="nodes">The nodes, with the columns of those it was trained with.</param>
    /// <param name="edges">The edges.</param>
    public LinkPredictionTransformer WithGraph(IDataView nodes, GraphEdgeColumns edges)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(edges);
        return new(Model, History, edges, _idColumn, nodes);
    }

    /// <summary>The nodes with a column <c>Embedding</c>: what the encoder makes of each; of a variational autoencoder the mean.</summary>
    public IDataView EmbedNodes() => Embed(_nodes);

    /// <summary>The columns of pairs, or of nodes, with those that are added.</summary>
    /// <exception cref="ArgumentException">A column of the pair's nodes, or of the relation where the model tells relations apart, is
    /// missing.</exception>
    public override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (AreNodes(inputSchema))
            return AddedColumnsView.AddTo(inputSchema, (GraphModel.Embedding, EmbeddingType));
        foreach (var column in (string?[])[_edges.SourceColumnName, _edges.TargetColumnName, PairColumns.RelationColumnName])
            if (column is not null)
                inputSchema.Require(column);
        return Model.Columns.AddTo(inputSchema);
    }

    /// <summary>
    /// Scores pairs of nodes: adds <c>PredictedLabel</c>, <c>Score</c> (logit) and <c>Probability</c>. To a view of nodes, such as
    /// pipelines hand on, it adds <c>Embedding</c>, as
    /// <see cref="EmbedNodes"/> does.
    /// </summary>
    /// <param name="input">A pair a row, in columns of the names that the edges' ends have; or a node per row, with the column of features
    /// and without those of ends.</param>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    public override IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(input.Schema);
        if (AreNodes(input.Schema))
            return Embed(input);
        return new NodeScoreView(input, Model, () =>
        {
            var (nodes, graph) = Read(_nodes);
            return Model.ScoreLinks(nodes.Features, graph, LinkTable.Read(input, PairColumns, nodes.Ids));
        });
    }

    /// <exception cref="NotSupportedException">Always: ML.NET's own transformers have no place for the graph.</exception>
    private protected override void Save(ModelSaveContext context) => throw new NotSupportedException(
        $"A model of links scores pairs by the graph around them, which ML.NET's model files have no place for. "
        + $"Export the network with {nameof(ExportToOnnx)}.");

    // Of pairs the relation is read only where the model asks for it.
    private GraphEdgeColumns PairColumns => Info.Links!.RelationCount > 0
        ? _edges
        : new(_edges.Data) { SourceColumnName = _edges.SourceColumnName, TargetColumnName = _edges.TargetColumnName };

    private VectorDataViewType EmbeddingType => new(NumberDataViewType.Single, Info.Links!.Width);

    private bool AreNodes(DataViewSchema schema) =>
        schema.GetColumnOrNull(_edges.SourceColumnName) is null && schema.GetColumnOrNull(_edges.TargetColumnName) is null
            && schema.GetColumnOrNull(Info.FeatureColumn) is not null;

    private AddedColumnsView Embed(IDataView view)
    {
        var width = Info.Links!.Width;
        var embeddings = new Lazy<float[]>(() =>
        {
            var (nodes, graph) = Read(view);
            return Model.EmbedNodes(nodes.Features, graph);
        });
        return new(view, [new(GraphModel.Embedding, EmbeddingType, row => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            var editor = VBufferEditor.Create(ref value, width);
            embeddings.Value.AsSpan((int)row.Position * width, width).CopyTo(editor.Values);
            value = editor.Commit();
        }))]);
    }

    private (NodeTable Nodes, NodeGraph Graph) Read(IDataView view)
    {
        var nodes = NodeTable.Read(view, new(Info.FeatureColumn, _idColumn), default);
        return (nodes, NodeGraph.Read(_edges, nodes.Ids));
    }
}
