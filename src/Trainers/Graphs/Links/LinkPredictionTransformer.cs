using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A trained link model: it scores pairs of nodes, a pair per row, and gives embeddings of the nodes, for the graph it was trained with
/// or, by <see cref="WithGraph"/>, another.
/// </summary>
/// <remarks>
/// <c>ml.Model.Save</c> stores the nodes' embeddings by their ids and the decoder as ML.NET's own transformers, which score pairs: of a
/// pair with a node that isn't among them <c>Score</c> and <c>Probability</c> are NaN. Loaded that way these two are vectors of size 1,
/// and relations are read only where the decoder tells them apart (<see cref="LinkDecoder.DistMult"/>).
/// A model that was first asked for its columns of nodes, as every one in a pipeline of nodes is, is saved as what adds <c>Embedding</c>
/// to nodes, which needs the column of nodes' ids; of a node that isn't known it is NaN.
/// </remarks>
public sealed class LinkPredictionTransformer : GraphModelTransformer, IOverGraph, ITrained
{
    private readonly GraphEdgeColumns _edges;
    private readonly string? _idColumn;
    private readonly IDataView _nodes;
    private readonly LinkHead _head;
    private readonly BadRows _badRows;
    private readonly ParameterSet _parameters;
    private readonly Action<string> _log;
    private bool? _servesNodes;

    internal LinkPredictionTransformer(GraphModel model, LinkHead head, ParameterSet parameters, TrainingHistory history,
        GraphEdgeColumns edges, string? idColumn, IDataView nodes, BadRows badRows, Action<string> log) : base(model) =>
        (_log, _badRows, _head, _parameters, History, _edges, _idColumn, _nodes) =
            (log, badRows, head, parameters, history, model.Directed(edges.Knowing()), idColumn, nodes);

    /// <summary>The training history, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <summary>True: the transformer has the graph that a pair's score depends on.</summary>
    public override bool IsRowToRowMapper => true;

    /// <summary>The same network over other nodes and their known edges.</summary>
    /// <param name="nodes">The nodes, with the columns of those it was trained with.</param>
    /// <param name="edges">The edges.</param>
    public LinkPredictionTransformer WithGraph(IDataView nodes, GraphEdgeColumns edges)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(edges);
        return new(Model, _head, _parameters, History, edges.Knowing(_edges), _idColumn, nodes, _badRows, _log);
    }

    ITransformer IOverGraph.WithGraph(IDataView nodes, GraphEdgeColumns edges) => WithGraph(nodes, edges);

    /// <summary>
    /// The nodes with a column <c>Embedding</c>: each node's embedding by the encoder [size]; for a variational autoencoder the mean.
    /// </summary>
    public IDataView EmbedNodes() => Embed(_nodes);

    /// <summary>The columns of pairs, or of nodes, with those that are added.</summary>
    /// <exception cref="ArgumentException">A column of the pair's nodes, or of the relation where the model reads it, is
    /// missing.</exception>
    public override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _servesNodes ??= AreNodes(inputSchema);
        if (AreNodes(inputSchema))
            return RowMapping.AddTo(inputSchema, RowMapping.Added(GraphModel.Embedding, EmbeddingType));
        foreach (var column in (string?[])[_edges.SourceColumnName, _edges.TargetColumnName, Pairs(inputSchema).RelationColumnName])
            if (column is not null)
                inputSchema.Require(column);
        return Model.Columns.AddTo(inputSchema);
    }

    /// <summary>
    /// Scores pairs of nodes: adds <c>PredictedLabel</c>, <c>Score</c> (logit) and <c>Probability</c>. To a view of nodes, as
    /// inside a pipeline, it adds <c>Embedding</c>, as <see cref="EmbedNodes"/> does.
    /// </summary>
    /// <param name="input">A pair per row, in columns with the names of the edges' ends; or a node per row, with the column of features
    /// but not those of ends.</param>
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
            var pairs = LinkTable.Read(input, Pairs(input.Schema), nodes.Ids, badRows: _badRows,
                knownRelations: _head.KnownRelations);
            if (pairs.Skipped.Count > 0)
                _log(pairs.Skipped.ToString());
            return Model.ScoreLinks(nodes.Features, graph, pairs) with { OfRow = pairs.PairOfRow };
        });
    }

    /// <summary>Scores single pairs of nodes; their embeddings are computed once.</summary>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    /// <exception cref="NotSupportedException">The rows are nodes, whose embeddings depend on other rows.</exception>
    public override IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        GetOutputSchema(inputSchema);
        if (AreNodes(inputSchema))
            return base.GetRowToRowMapper(inputSchema);
        var columns = Pairs(inputSchema);
        var known = new Lazy<(NodeIds Ids, OnnxSession Decoder)>(() =>
        {
            var (nodes, graph) = Read(_nodes);
            return (nodes.Ids, new(_head.Lookup(_parameters, Model.EmbedNodes(nodes.Features, graph)), ExecutionTarget.Cpu(1)));
        });
        string[] read = [columns.SourceColumnName, columns.TargetColumnName,
            .. columns.RelationColumnName is { } name ? [name] : (string[])[]];
        return new RowMapping(inputSchema, read, Model.Columns.Added, row =>
        {
            var readers = Array.ConvertAll(read[..2], column => NodeId.Reader(row, row.Schema[column]));
            var readRelation = columns.RelationColumnName is { } of ? NodeId.KeyReader(row, row.Schema[of], _edges.KnownRelations)
                : null;
            var prediction = Model.NewPrediction();
            prediction.Row = 0;
            return column => Model.Columns.Getter(column.Index - inputSchema.Count, () =>
            {
                var relation = NumberOf(2, RelationOf);
                var isKnown = relation > 0 || readRelation is null;
                var pair = new TensorInputs
                {
                    [LinkLookup.Source] = TensorData.Vector(isKnown ? NumberOf(0, NodeOf) : 0),
                    [LinkLookup.Target] = TensorData.Vector(NumberOf(1, NodeOf)),
                };
                if (_head.RelationCount > 0)
                    pair[LinkHead.PairTypes] = TensorData.Vector(relation);
                prediction.Scores = GraphScores.Of(known.Value.Decoder.Run(pair));
                return prediction;
            });

            int NodeOf(int end) => known.Value.Ids.RowOf(readers[end](), row, read[end], "pairs");

            int RelationOf(int column) => readRelation is null ? -1
                : LinkTable.RelationOf(readRelation(), row, read[column], _head.KnownRelations);

            // The number of a node or relation from 1; 0 for an unknown one.
            long NumberOf(int column, Func<int, int> find)
            {
                try
                {
                    return find(column) + 1;
                }
                catch (InvalidDataException) when (_badRows == BadRows.Skip)
                {
                    return 0;
                }
            }
        });
    }

    // Pairs are the graph's own edges.
    internal override PreparedRows Prepare(IDataView rows)
    {
        var (nodes, graph) = Read(rows);
        var (edges, columns) = (_edges.Data, Pairs(_edges.Data.Schema));
        return new PreparedNodes(WithGraph(rows, _edges).Transform(edges), Model.FileInputs(nodes.Features, graph,
            LinkTable.Read(edges, columns, nodes.Ids, knownRelations: _head.KnownRelations)));
    }

    /// <exception cref="NotSupportedException">Ids of nodes are of a type that can't be saved.</exception>
    private protected override void Save(ModelSaveContext context)
    {
        var (nodes, graph) = Read(_nodes);
        if (_servesNodes == true)
        {
            if (_idColumn is null)
                throw new NotSupportedException("The embeddings of nodes are saved by their ids: set "
                    + $"{nameof(LinkPredictionTrainer.Options.NodeIdColumnName)}.");
            var info = Info with { Task = ModelTask.Regression, Labels = null, Outputs = Info.Links!.EmbeddingSize };
            using var chain = NodeLookup.Build(info, _nodes, _idColumn, nodes.Ids, Model.EmbedNodes(nodes.Features, graph),
                GraphModel.Embedding);
            ((ICanSaveModel)chain).Save(context);
            return;
        }
        LinkLookup.Save(context, _head.Lookup(_parameters, Model.EmbedNodes(nodes.Features, graph)), _edges, nodes.Ids,
            _head.RelationCount > 0 ? (LinkHead.PairTypes, _head.RelationCount, _edges.KnownRelations) : null);
    }

    private protected override ModelTransformer With(Precision precision) =>
        new LinkPredictionTransformer(new(In(precision), Target), _head, _parameters, History, _edges, _idColumn, _nodes, _badRows, _log);

    // A decoder that doesn't tell relations apart scores pairs without them too; one that training didn't know is a bad row all the same.
    private GraphEdgeColumns Pairs(DataViewSchema schema) => Info.Links!.RelationCount > 0
        || (_head.KnownRelations > 0 && schema.GetColumnOrNull(_edges.RelationColumnName!) is { Type: KeyDataViewType })
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
        return (nodes, NodeGraph.Read(_edges, nodes.Ids, weights: Model.WeightNeed));
    }
}
