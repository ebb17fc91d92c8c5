using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A trained model of links: it scores pairs of nodes, a pair per row, and gives embeddings of the nodes; over the graph it was trained
/// with or, by <see cref="WithGraph"/>, another.
/// </summary>
/// <remarks>
/// <c>ml.Model.Save</c> stores the nodes' embeddings by their ids and the decoder as ML.NET's own transformers, which score pairs: of a
/// pair with a node that isn't among them <c>Score</c> and <c>Probability</c> are NaN. Loaded that way these two are vectors of size 1.
/// </remarks>
public sealed class LinkPredictionTransformer : GraphModelTransformer
{
    private readonly GraphEdgeColumns _edges;
    private readonly string? _idColumn;
    private readonly IDataView _nodes;
    private readonly LinkHead _head;
    private readonly ParameterSet _parameters;

    internal LinkPredictionTransformer(GraphModel model, LinkHead head, ParameterSet parameters, TrainingHistory history,
        GraphEdgeColumns edges, string? idColumn, IDataView nodes) : base(model) =>
        (_head, _parameters, History, _edges, _idColumn, _nodes) = (head, parameters, history, model.Directed(edges), idColumn, nodes);

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
        return new(Model, _head, _parameters, History, edges, _idColumn, nodes);
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
            return RowMapping.AddTo(inputSchema, RowMapping.Added(GraphModel.Embedding, EmbeddingType));
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
        return Model.Map(input, () =>
        {
            var (nodes, graph) = Read(_nodes);
            return Model.ScoreLinks(nodes.Features, graph, LinkTable.Read(input, PairColumns, nodes.Ids));
        });
    }

    /// <exception cref="NotSupportedException">Ids of nodes are of a type that they can't be saved by.</exception>
    private protected override void Save(ModelSaveContext context)
    {
        var (nodes, graph) = Read(_nodes);
        LinkLookup.Save(context, _head.Lookup(_parameters, Model.EmbedNodes(nodes.Features, graph)), _edges, nodes.Ids,
            _head.RelationCount > 0 ? (LinkHead.PairTypes, _head.RelationCount) : null);
    }

    // Of pairs the relation is read only where the model asks for it.
    private GraphEdgeColumns PairColumns => Info.Links!.RelationCount > 0
        ? _edges
        : new(_edges.Data) { SourceColumnName = _edges.SourceColumnName, TargetColumnName = _edges.TargetColumnName };

    private VectorDataViewType EmbeddingType => new(NumberDataViewType.Single, Info.Links!.EmbeddingSize);

    private bool AreNodes(DataViewSchema schema) =>
        schema.GetColumnOrNull(_edges.SourceColumnName) is null && schema.GetColumnOrNull(_edges.TargetColumnName) is null
            && schema.GetColumnOrNull(Info.Input.Column) is not null;

    private IDataView Embed(IDataView view)
    {
        var width = Info.Links!.EmbeddingSize;
        var embeddings = new Lazy<float[]>(() =>
        {
            var (nodes, graph) = Read(view);
            return Model.EmbedNodes(nodes.Features, graph);
        });
        return new RowMapping(view.Schema, [], GraphModel.Embedding, EmbeddingType,
            row => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            var editor = VBufferEditor.Create(ref value, width);
            embeddings.Value.AsSpan((int)row.Position * width, width).CopyTo(editor.Values);
            value = editor.Commit();
        })).Map(view, byPosition: true);
    }

    private (NodeTable Nodes, NodeGraph Graph) Read(IDataView view)
    {
        var nodes = NodeTable.Read(view, new(Info.Input.Column, _idColumn)
        {
            Sides = [.. Info.Sides.Select(side => ScoringInput.Bind(view.Schema, side))],
        }, default);
        return (nodes, NodeGraph.Read(_edges, nodes.Ids));
    }
}
