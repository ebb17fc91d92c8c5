using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>The vectors of a graph's nodes: adds the column <c>Embedding</c> to views of those nodes.</summary>
/// <remarks>Where nodes have ids it is saved as ML.NET's own transformers and a table lookup; after loading, an unknown node has a vector
/// of NaN.</remarks>
public sealed class NodeEmbeddingTransformer : ITransformer
{
    internal const string Embedding = GraphModel.Embedding;

    private readonly IDataView _nodes;
    private readonly NodeIds _ids;
    private readonly string? _idColumn;
    private readonly float[] _vectors;
    private readonly BadRows _badRows;

    internal NodeEmbeddingTransformer(
        IDataView nodes, NodeIds ids, string? idColumn, float[] vectors, int width, TrainingHistory history, BadRows badRows) =>
        (_nodes, _ids, _idColumn, _vectors, EmbeddingSize, History, _badRows) = (nodes, ids, idColumn, vectors, width, history, badRows);

    /// <summary>Size of a node's vector.</summary>
    public int EmbeddingSize { get; }

    /// <summary>The training history, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <summary>True: a node's vector is found by its id.</summary>
    public bool IsRowToRowMapper => true;

    internal static VectorDataViewType TypeOf(int width) => new(NumberDataViewType.Single, width);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column of ids is missing.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Map(inputSchema).OutputSchema;
    }

    /// <summary>
    /// The view with the nodes' vectors. A row whose node isn't known throws an <see cref="InvalidDataException"/> that names it; where bad
    /// rows are skipped it has a vector of NaN.
    /// </summary>
    /// <exception cref="ArgumentException">The column of ids is missing.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Map(input.Schema).Map(input, byPosition: _idColumn is null);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Nodes have no id column that rows could be found by.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (_idColumn is null)
            throw new NotSupportedException("Nodes are known by row number alone: set "
                + $"{nameof(NodeEmbeddingTrainer.Options.NodeIdColumnName)} to find the vector of a single row.");
        return Map(inputSchema);
    }

    private RowMapping Map(DataViewSchema schema)
    {
        string[] reads = _idColumn is null ? [] : [schema.Require(_idColumn).Name];
        return new(schema, reads, Embedding, TypeOf(EmbeddingSize), Getter);
    }

    /// <exception cref="NotSupportedException">Nodes have no id column that rows could be found by.</exception>
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        if (_idColumn is null)
            throw new NotSupportedException("The vectors of nodes are saved by their ids: set "
                + $"{nameof(NodeEmbeddingTrainer.Options.NodeIdColumnName)}.");
        var info = new ModelInfo(ModelRows.Nodes, ModelTask.Regression, [], null, ModelVersions.Current) { Outputs = EmbeddingSize };
        using var lookup = NodeLookup.Build(info, _nodes, _idColumn, _ids, _vectors, Embedding);
        ((ICanSaveModel)lookup).Save(ctx);
    }

    private ValueGetter<VBuffer<float>> Getter(DataViewRow row)
    {
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
