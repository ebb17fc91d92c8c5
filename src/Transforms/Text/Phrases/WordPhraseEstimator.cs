using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Learns which pairs of words are phrases (Mikolov et al. 2013), and makes a <see cref="WordPhraseTransformer"/>.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>Yes</description></item>
/// <item><term>Input column data type</term><description>Vector of text, a word each</description></item>
/// <item><term>Output column data type</term><description>Vector of text, a word or phrase each</description></item>
/// <item><term>Row to row, can be saved</term><description>Yes</description></item>
/// </list>
/// </remarks>
public sealed class WordPhraseEstimator : IEstimator<WordPhraseTransformer>
{
    private readonly string _output, _input;
    private readonly WordPhraseOptions _options;

    internal WordPhraseEstimator(string output, string input, WordPhraseOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(output);
        ArgumentException.ThrowIfNullOrWhiteSpace(input);
        options.Validate();
        (_output, _input, _options) = (output, input, options);
    }

    /// <summary>Reads the sentences once.</summary>
    /// <exception cref="ArgumentException">The column is missing or no vector of text.</exception>
    public WordPhraseTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = input.Schema.Require(_input);
        return column.Type is VectorDataViewType { ItemType: TextDataViewType }
            ? new(_output, _input, WordPhrases.Learn(Sentences(input, column), _options), _options.Joint)
            : throw WordVectorTransformer.WrongType(_input, $"{column.Type}");
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is missing or no vector of text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = inputSchema.Require(_input);
        return column.Kind != SchemaShape.Column.VectorKind.Scalar && column.ItemType is TextDataViewType
            ? inputSchema.With(RowMapping.Added(_output, WordPhraseTransformer.Type))
            : throw WordVectorTransformer.WrongType(column.Name, column.Describe());
    }

    private static IEnumerable<IReadOnlyList<string>> Sentences(IDataView rows, DataViewSchema.Column column)
    {
        using var cursor = rows.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> words = default;
        while (cursor.MoveNextOrThrow())
        {
            getter(ref words);
            yield return [.. words.DenseValues().Select(word => word.ToString())];
        }
    }
}
