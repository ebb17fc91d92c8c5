using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Adds features that tell nodes where in their graph they are, to a view of nodes: <see cref="PositionalFeatureOptions"/>.
/// </summary>
/// <remarks>
/// Its output, the node's features followed by the new ones, hides the column of features unless it is given another name. It can't be
/// saved in a model, since a row alone doesn't say where in the graph its node is.
/// </remarks>
public sealed class NodePositionalFeaturesTransformer : ITransformer, IOverGraph
{
    private readonly GraphEdgeColumns _edges;
    private readonly PositionalFeatureOptions _options;
    private readonly string? _features, _id;
    private readonly string _output;

    internal NodePositionalFeaturesTransformer(GraphEdgeColumns edges, PositionalFeatureOptions options, string? features, string? id,
        string output) =>
        (_edges, _options, _features, _id, _output) = (edges, options, features, id, output);

    ITransformer IOverGraph.WithGraph(IDataView nodes, GraphEdgeColumns edges) =>
        new NodePositionalFeaturesTransformer(edges, _options, _features, _id, _output);

    /// <summary>False: a node's features depend on other rows.</summary>
    public bool IsRowToRowMapper => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (_id is not null)
            inputSchema.Require(_id);
        return RowMapping.AddTo(inputSchema, RowMapping.Added(_output, TypeOf(inputSchema)));
    }

    /// <summary>
    /// The view with the features, which are computed when the first is read. An <see cref="InvalidDataException"/> names column and row of
    /// an edge that isn't one between known nodes.
    /// </summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(input.Schema);
        var table = new Lazy<FeatureTable>(() =>
        {
            var graph = NodeGraph.Read(_edges, NodeIds.Read(input, _id));
            return PositionalFeatures.Of(SimpleGraph.Of(graph.NodeCount, graph.Sources, graph.Targets), _options);
        });
        string[] reads = _features is null ? [] : [_features];
        return new RowMapping(input.Schema, reads, _output, TypeOf(input.Schema), row => Getter(row, table, _features))
            .Map(input, byPosition: true);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw new NotSupportedException("A node's positional features depend on the nodes around it: use Transform on a view of all "
            + "nodes.");

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException("NodePositionalFeatures can't be saved in a model, since a node's features depend on the nodes "
            + "around it. Transform the nodes with it first, fit the other estimators on what that gives and save their model; transform "
            + "new nodes with NodePositionalFeatures in the program that uses it.");

    private VectorDataViewType TypeOf(DataViewSchema schema) => new(NumberDataViewType.Single,
        (_features is null ? 0 : ((VectorDataViewType)NodeTable.FeatureColumn(schema, _features).Type).Size) + _options.Count);

    private static ValueGetter<VBuffer<float>> Getter(DataViewRow row, Lazy<FeatureTable> table, string? features)
    {
        var getter = features is null ? null : row.GetGetter<VBuffer<float>>(row.Schema[features]);
        VBuffer<float> given = default;
        return (ref VBuffer<float> value) =>
        {
            getter?.Invoke(ref given);
            var added = table.Value.Row((int)row.Position);
            int width = given.Length, stored = given.GetValues().Length;
            if (given.IsDense)
            {
                var all = VBufferEditor.Create(ref value, width + added.Length);
                given.GetValues().CopyTo(all.Values);
                added.CopyTo(all.Values[width..]);
                value = all.Commit();
                return;
            }
            var editor = VBufferEditor.Create(ref value, width + added.Length, stored + added.Length);
            given.GetValues().CopyTo(editor.Values);
            given.GetIndices().CopyTo(editor.Indices);
            for (var i = 0; i < added.Length; i++)
                (editor.Values[stored + i], editor.Indices[stored + i]) = (added[i], width + i);
            value = editor.Commit();
        };
    }
}
