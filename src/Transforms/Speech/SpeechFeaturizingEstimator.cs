using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Makes a <see cref="SpeechFeaturizingTransformer"/>; there is nothing to learn.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>No</description></item>
/// <item><term>Input column data type</term><description>Vector of Single [samples], −1 to 1</description></item>
/// <item><term>Output column data type</term><description>Vector of Single [steps,
/// <see cref="SpeechOptions.FeatureCount"/>]</description></item>
/// <item><term>Row to row, can be saved</term><description>Yes</description></item>
/// </list>
/// </remarks>
public sealed class SpeechFeaturizingEstimator : IEstimator<SpeechFeaturizingTransformer>
{
    private readonly SpeechFeaturizingTransformer _transformer;

    internal SpeechFeaturizingEstimator(string output, string input, SpeechOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(output);
        ArgumentException.ThrowIfNullOrWhiteSpace(input);
        options.Validate();
        _transformer = new(output, input, options);
    }

    /// <summary>Checks the column; there is nothing to learn.</summary>
    /// <exception cref="ArgumentException">The column is missing or no vector of Single.</exception>
    public SpeechFeaturizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is missing or no vector of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _transformer.Column.AddTo(inputSchema);
}
