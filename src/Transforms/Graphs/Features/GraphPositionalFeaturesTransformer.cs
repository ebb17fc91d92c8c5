using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Adds features that tell nodes where in their graph they are, to a view that has a graph per row: <see cref="PositionalFeatureOptions"/>.
/// </summary>
/// <remarks>
/// Its output, Single [nodes, features + new ones], hides the column of the nodes' features unless it is given another name. A row
/// that isn't a graph throws an <see cref="InvalidDataException"/> that names column and row. ML.NET can't save how many features a
/// node has in the output's type: after <c>ml.Model.Load</c> the column is a vector of Single without dimensions.
/// </remarks>
public sealed class GraphPositionalFeaturesTransformer : RowTransformer
{
    private readonly PositionalFeatureOptions _options;
    private readonly GraphColumns _columns;
    private readonly string _output;
    private readonly int _fittedFeatureCount;

    internal GraphPositionalFeaturesTransformer(PositionalFeatureOptions options, GraphColumns columns, string output,
        int fittedFeatureCount) =>
        (_options, _columns, _output, _fittedFeatureCount) = (options, columns, output, fittedFeatureCount);

    private protected override RowMapping CreateMapping(DataViewSchema inputSchema)
    {
        var schema = GraphSchema.Bind(inputSchema, _columns);
        return new(inputSchema, [.. schema.Columns.Select(column => column.Name)], _output,
            new VectorDataViewType(NumberDataViewType.Single, 0, schema.NodeFeatureCount + _options.Count), row => Getter(row, schema));
    }

    private protected override SavedChain ToSavedChain()
    {
        var columns = new DataViewSchema.Builder();
        columns.AddColumn(_columns.NodeFeaturesColumnName, new VectorDataViewType(NumberDataViewType.Single));
        columns.AddColumn(_columns.EdgesColumnName, new VectorDataViewType(NumberDataViewType.Int32));
        var chain = new SavedChain(columns.ToSchema());
        chain.Add(chain.Transforms.CopyColumns(GraphPositionalMapping.NodeFeatures, _columns.NodeFeaturesColumnName));
        chain.Add(chain.Transforms.CopyColumns(GraphPositionalMapping.Edges, _columns.EdgesColumnName));
        var settings = new GraphPositionalMapping.Settings(_options, _columns.NodeFeaturesColumnName, _columns.EdgesColumnName, _output,
            _fittedFeatureCount);
        chain.AddMapping(GraphPositionalMapping.Contract, JsonSerializer.SerializeToUtf8Bytes(settings), new GraphPositionalMapping());
        chain.Add(chain.Transforms.CopyColumns(_output, GraphPositionalMapping.Output));
        return chain;
    }

    private ValueGetter<VBuffer<float>> Getter(DataViewRow row, GraphSchema schema)
    {
        var graph = GraphTable.Empty(schema);
        var read = graph.Reader(row);
        return (ref VBuffer<float> value) =>
        {
            graph.Clear();
            read();
            GraphPositionalMapping.Write(graph, _options, $"Column '{_output}', {RowName.Of(row)}", ref value);
        };
    }
}
