using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Makes a <see cref="StrokeFeaturizingTransformer"/>; there is nothing to learn.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>No</description></item>
/// <item><term>Input column data type</term><description>Vector of Single [points, 3]: x, y upwards, and 1 where the pen is lifted behind
/// the point, else 0</description></item>
/// <item><term>Output column data type</term><description>Vector of Single [points,
/// <see cref="StrokeFeatures.Count"/>]</description></item>
/// <item><term>Row to row, can be saved</term><description>Yes</description></item>
/// </list>
/// </remarks>
public sealed class StrokeFeaturizingEstimator : IEstimator<StrokeFeaturizingTransformer>
{
    private readonly StrokeFeaturizingTransformer _transformer;

    internal StrokeFeaturizingEstimator(string output, string input, StrokeOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(output);
        ArgumentException.ThrowIfNullOrWhiteSpace(input);
        options.Validate();
        _transformer = new(output, input, options);
    }

    /// <summary>Checks the column; there is nothing to learn.</summary>
    /// <exception cref="ArgumentException">The column is missing or no vector of Single.</exception>
    public StrokeFeaturizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is missing or no vector of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _transformer.Column.AddTo(inputSchema);
}
