using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Adds features that tell nodes where in their graph they are, to a view that has a graph a row: <see cref="PositionalFeatureOptions"/>.</summary>
/// <remarks>
/// Its output, [nodes, features + new ones], hides the column of the nodes' features unless it is given another name. It is no part
/// of a saved model, since it has no form of ML.NET's own: apply it to data before the pipeline that is saved.
/// </remarks>
public sealed class GraphPositionalFeaturesTransformer : ITransformer
{
    private readonly PositionalFeatureOptions _options;
    private readonly GraphColumns _columns;
    private readonly string _output;

    internal GraphPositionalFeaturesTransformer(PositionalFeatureOptions options, GraphColumns columns, string output) => (_options, _columns, _output) = (options, columns, output);

    /// <summary>False: the transformer works on views.</summary>
    public bool IsRowToRowMapper => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return AddedColumnsView.AddTo(inputSchema, (_output, TypeOf(GraphSchema.Bind(inputSchema, _columns))));
    }

    /// <summary>The view with the features. Reading them throws an <see cref="InvalidDataException"/> that names column and row where one is no graph.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var schema = GraphSchema.Bind(input.Schema, _columns);
        return new AddedColumnsView(input, [new(_output, TypeOf(schema), row => Getter(row, schema))], [.. schema.Columns]);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException("GraphPositionalFeatures works on views: use Transform.");

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException("GraphPositionalFeatures has no form that ML.NET can load: apply it to data before the pipeline that is saved.");

    private VectorDataViewType TypeOf(GraphSchema schema) => new(NumberDataViewType.Single, 0, schema.NodeFeatureCount + _options.Count);

    private ValueGetter<VBuffer<float>> Getter(DataViewRow row, GraphSchema schema)
    {
        var graph = GraphTable.Empty(schema);
        var read = graph.Reader(row);
        return (ref VBuffer<float> value) =>
        {
            graph.Clear();
            read();
            int nodes = graph.NodeStart[1], width = schema.NodeFeatureCount;
            FeatureTable added;
            try
            {
                added = PositionalFeatures.Of(SimpleGraph.Of(nodes, graph.Sources.ToArray(), graph.Targets.ToArray()), _options);
            }
            catch (InvalidDataException error)
            {
                throw new InvalidDataException($"Column '{_output}', {RowName.Of(row)}: {error.Message}", error);
            }
            var editor = VBufferEditor.Create(ref value, nodes * (width + added.ColumnCount));
            for (var node = 0; node < nodes; node++)
            {
                var into = editor.Values.Slice(node * (width + added.ColumnCount));
                for (var i = 0; i < width; i++)
                    into[i] = graph.NodeFeatures[node * width + i];
                added.Row(node).CopyTo(into[width..]);
            }
            value = editor.Commit();
        };
    }
}

/// <summary>Makes a <see cref="GraphPositionalFeaturesTransformer"/>; there is nothing to learn.</summary>
public sealed class GraphPositionalFeaturesEstimator : IEstimator<GraphPositionalFeaturesTransformer>
{
    private readonly PositionalFeatureOptions _options;
    private readonly GraphColumns _columns;
    private readonly string _output;

    internal GraphPositionalFeaturesEstimator(PositionalFeatureOptions options, GraphColumns? columns, string? output)
    {
        _options = options.Checked();
        _columns = new() { NodeFeatures = (columns ??= new()).NodeFeatures, Edges = columns.Edges, NodeFeatureCount = columns.NodeFeatureCount };
        _output = output ?? _columns.NodeFeatures;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public GraphPositionalFeaturesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new GraphPositionalFeaturesTransformer(_options, _columns, _output);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Require(_columns.NodeFeatures);
        inputSchema.Require(_columns.Edges);
        var added = new DataViewSchema.Builder();
        added.AddColumn(_output, new VectorDataViewType(NumberDataViewType.Single));
        return inputSchema.With(added.ToSchema());
    }
}
