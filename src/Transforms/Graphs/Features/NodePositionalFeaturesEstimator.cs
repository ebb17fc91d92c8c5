using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Makes a <see cref="NodePositionalFeaturesTransformer"/>; there is nothing to learn.</summary>
public sealed class NodePositionalFeaturesEstimator : IEstimator<NodePositionalFeaturesTransformer>
{
    private readonly NodePositionalFeaturesTransformer _transformer;
    private readonly string? _features, _id;
    private readonly string _output;

    internal NodePositionalFeaturesEstimator(GraphEdgeColumns edges, PositionalFeatureOptions options, string? features, string? id,
        string? output)
    {
        (_features, _id, _output) = (features, id, output ?? features ?? "Features");
        _transformer = new(edges, options.Checked(), features, id, _output);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public NodePositionalFeaturesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (_features is not null)
            inputSchema.RequireNodeFeatures(_features);
        if (_id is not null)
            inputSchema.RequireNodeIds(_id);
        var added = new DataViewSchema.Builder();
        added.AddColumn(_output, new VectorDataViewType(NumberDataViewType.Single, 1));
        return inputSchema.With(added.ToSchema());
    }
}
