using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Makes a <see cref="TextTransformer"/> from keys to text; there is nothing to learn.</summary>
public sealed class TextDetokenizingEstimator : IEstimator<TextTransformer>
{
    private readonly string _output, _input;
    private readonly TextTokenizer _tokenizer;

    internal TextDetokenizingEstimator(string output, string input, TextTokenizer tokenizer) =>
        (_output, _input, _tokenizer) = (output, input, tokenizer);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The column is missing, or not a vector of keys whose KeyValues are the tokenizer's tokens.
    /// </exception>
    public TextTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var mapping = new Detokenizing(_output, new(_input, _tokenizer));
        mapping.Check(input.Schema);
        return new(_tokenizer, [mapping]);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is missing, or not a vector of keys.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = inputSchema.Require(_input);
        if (!column.IsKey || column.Kind == SchemaShape.Column.VectorKind.Scalar)
            throw new ArgumentException($"Column '{_input}' is {column.Describe()}; expected a vector of keys.");
        var added = new DataViewSchema.Builder();
        added.AddColumn(_output, TextDataViewType.Instance);
        return inputSchema.With(added.ToSchema());
    }
}
