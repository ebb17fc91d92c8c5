using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Makes a <see cref="WordVectorTransformer"/> of known vectors; there is nothing to learn.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>No</description></item>
/// <item><term>Input column data type</term><description>Vector of text, a word each</description></item>
/// <item><term>Output column data type</term><description>Vector of Single [words, size]</description></item>
/// <item><term>Row to row, can be saved</term><description>Yes</description></item>
/// </list>
/// </remarks>
public sealed class WordVectorApplyingEstimator : IEstimator<WordVectorTransformer>
{
    private readonly WordVectorTransformer _transformer;

    internal WordVectorApplyingEstimator(string output, string input, WordVectors vectors, WordVectorOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(output);
        ArgumentException.ThrowIfNullOrWhiteSpace(input);
        ArgumentNullException.ThrowIfNull(vectors);
        options.Validate();
        _transformer = new(output, input, vectors, options);
    }

    /// <summary>Checks the column; there is nothing to learn.</summary>
    /// <exception cref="ArgumentException">The column is missing or no vector of text.</exception>
    public WordVectorTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is missing or no vector of text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return OutputOf(inputSchema, _transformer.Input, _transformer.Output, _transformer.Vectors.Size);
    }

    /// <summary>The shape of what words become.</summary>
    /// <exception cref="ArgumentException">The column is missing or no vector of text.</exception>
    internal static SchemaShape OutputOf(SchemaShape inputSchema, string input, string output, int size)
    {
        var column = inputSchema.Require(input);
        return column.Kind != SchemaShape.Column.VectorKind.Scalar && column.ItemType is TextDataViewType
            ? inputSchema.With(RowMapping.Added(output, WordVectorTransformer.TypeOf(size)))
            : throw WordVectorTransformer.WrongType(column.Name, column.Describe());
    }
}
