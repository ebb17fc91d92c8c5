using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Makes a <see cref="GraphPositionalFeaturesTransformer"/>; there is nothing to learn.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>No</description></item>
/// <item><term>Input columns</term><description>Node features, Single [nodes, features]; edges, Int32 [2, edges]</description></item>
/// <item><term>Output column</term><description>Single [nodes, features +
/// <see cref="PositionalFeatureOptions.Count"/>]</description></item>
/// <item><term>Row to row, can be saved</term><description>Yes</description></item>
/// </list>
/// </remarks>
public sealed class GraphPositionalFeaturesEstimator : IEstimator<GraphPositionalFeaturesTransformer>
{
    private readonly PositionalFeatureOptions _options;
    private readonly GraphColumns _columns;
    private readonly string _output;

    internal GraphPositionalFeaturesEstimator(PositionalFeatureOptions options, GraphColumns? columns, string? output)
    {
        _options = options.Checked();
        columns ??= new();
        _columns = new() { NodeFeaturesColumnName = columns.NodeFeaturesColumnName, EdgesColumnName = columns.EdgesColumnName,
            NodeFeatureCount = columns.NodeFeatureCount };
        _output = output ?? _columns.NodeFeaturesColumnName;
    }

    /// <summary>Checks the columns; there is nothing to learn.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public GraphPositionalFeaturesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new(_options, _columns, _output, GraphSchema.Bind(input.Schema, _columns).NodeFeatureCount);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireGraph(_columns);
        var added = new DataViewSchema.Builder();
        added.AddColumn(_output, new VectorDataViewType(NumberDataViewType.Single));
        return inputSchema.With(added.ToSchema());
    }
}
