using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>The vectors of a graph's nodes: adds the column <c>Embedding</c> to views of those nodes.</summary>
/// <remarks>
/// Where nodes have ids it is saved as ML.NET's own transformers and a table lookup; after loading, an unknown node has a vector of NaN.
/// Exported, it is the table: <c>node</c> Int64 [nodes], 1 for the first row it was trained with and 0 for an unknown node, gives
/// <c>Embedding</c> Single [nodes, size].
/// </remarks>
public sealed class NodeEmbeddingTransformer : ModelTransformer, ITrained
{
    internal const string Embedding = GraphModel.Embedding;

    private const string Number = "node";

    private readonly IDataView _nodes;
    private readonly NodeIds _ids;
    private readonly string? _idColumn;
    private readonly float[] _vectors;
    private readonly BadRows _badRows;
    private volatile bool _isDisposed;

    internal NodeEmbeddingTransformer(
        IDataView nodes, NodeIds ids, string? idColumn, float[] vectors, int width, TrainingHistory history, BadRows badRows)
        : this(Write(ids.Count, idColumn, ModelNodeIds.Of(nodes.Schema, idColumn), vectors, width), nodes, ids, idColumn, vectors, history,
            badRows)
    {
    }

    private NodeEmbeddingTransformer(ModelFile file, IDataView nodes, NodeIds ids, string? idColumn, float[] vectors,
        TrainingHistory history, BadRows badRows) : base(file.Info, file.Bytes) =>
        (_nodes, _ids, _idColumn, _vectors, History, _badRows) = (nodes, ids, idColumn, vectors, history, badRows);

    /// <summary>Size of a node's vector.</summary>
    public int EmbeddingSize => Info.Outputs;

    /// <summary>The training history, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <summary>The CPU: vectors are looked up.</summary>
    public override ExecutionTarget Target => ExecutionTarget.Cpu(1);

    /// <summary>Null: nothing falls back.</summary>
    public override string? FallbackReason => null;

    internal static VectorDataViewType TypeOf(int width) => new(NumberDataViewType.Single, width);

    /// <inheritdoc/>
    public override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Map(inputSchema).OutputSchema;
    }

    /// <summary>
    /// The view with the nodes' vectors. A row whose node isn't known throws an <see cref="InvalidDataException"/> that names it; where bad
    /// rows are skipped it has a vector of NaN.
    /// </summary>
    /// <exception cref="ArgumentException">The column of ids is missing.</exception>
    public override IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Map(input.Schema).Map(input, byPosition: _idColumn is null);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Nodes have no id column that rows could be found by.</exception>
    public override IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (_idColumn is null)
            throw new NotSupportedException("Nodes are known by row number alone: set "
                + $"{nameof(NodeEmbeddingTrainer.Options.NodeIdColumnName)} to find the vector of a single row.");
        return Map(inputSchema);
    }

    /// <exception cref="NotSupportedException">Nodes have no id column that rows could be found by.</exception>
    private protected override void Save(ModelSaveContext context)
    {
        if (_idColumn is null)
            throw new NotSupportedException("The vectors of nodes are saved by their ids: set "
                + $"{nameof(NodeEmbeddingTrainer.Options.NodeIdColumnName)}.");
        using var lookup = NodeLookup.Build(Info with { Task = ModelTask.Regression }, _nodes, _idColumn, _ids, _vectors, Embedding);
        ((ICanSaveModel)lookup).Save(context);
    }

    private protected override ModelTransformer With(Precision precision)
    {
        var file = In(precision);
        using var table = OnnxSession.Load(file.Bytes);
        var numbers = TensorData.Vector([.. Enumerable.Range(1, _ids.Count).Select(number => (long)number)]);
        return new NodeEmbeddingTransformer(file, _nodes, _ids, _idColumn,
            table.Run(new Dictionary<string, TensorData> { [Number] = numbers })[Embedding].As<float>(), History, _badRows);
    }

    private protected override void Unload() => _isDisposed = true;

    private static ModelFile Write(int nodes, string? idColumn, ModelNodeIds ids, float[] vectors, int width)
    {
        var graph = new Graph("node_embeddings");
        var table = graph.Constant(TensorData.Create([.. new float[width], .. vectors], nodes + 1, width), "table");
        var node = graph.Input(Number, ElementType.Int64, ["nodes"]);
        graph.Output(Embedding, Op.Where(Op.Unsqueeze(Op.Greater(node, graph.Scalar(0L)), 1), Op.Gather(table, node),
            graph.Scalar(float.NaN)));
        return new(DeployedFile.ToBytes(graph, new(ModelRows.Nodes, ModelTask.Embedding,
            [new(SequenceKind.Category, idColumn ?? Number, 0, nodes + 1, 0, nameof(UInt32), Name: Number)], null, ModelVersions.Current)
        {
            Outputs = width, Graph = new(0, 0, false) { NodeIds = ids },
        }));
    }

    private RowMapping Map(DataViewSchema schema)
    {
        string[] reads = _idColumn is null ? [] : [schema.Require(_idColumn).Name];
        return new(schema, reads, Embedding, TypeOf(EmbeddingSize), Getter);
    }

    private ValueGetter<VBuffer<float>> Getter(DataViewRow row)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var id = _idColumn is null ? null : NodeId.Reader(row, row.Schema[_idColumn]);
        return (ref VBuffer<float> value) =>
        {
            var editor = VBufferEditor.Create(ref value, EmbeddingSize);
            try
            {
                _vectors.AsSpan(RowOf() * EmbeddingSize, EmbeddingSize).CopyTo(editor.Values);
            }
            catch (InvalidDataException) when (_badRows == BadRows.Skip)
            {
                editor.Values.Fill(float.NaN);
            }
            value = editor.Commit();
        };

        int RowOf() => id is not null ? _ids.RowOf(id(), row, _idColumn!, "rows")
            : (ulong)row.Position < (ulong)_ids.Count ? (int)row.Position
            : throw new InvalidDataException($"Row {row.Position}: there are vectors of {_ids.Count} nodes; expected rows 0 to "
                + $"{_ids.Count - 1}.");
    }
}
