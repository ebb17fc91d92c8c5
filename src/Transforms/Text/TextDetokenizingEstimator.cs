using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Makes a <see cref="TextTransformer"/> from keys to text; there is nothing to learn.</summary>
public sealed class TextDetokenizingEstimator : IEstimator<TextTransformer>
{
    private readonly string _output, _input;
    private readonly TextTokenizer _tokenizer;

    internal TextDetokenizingEstimator(string output, string input, TextTokenizer tokenizer) => (_output, _input, _tokenizer) = (output, input, tokenizer);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is missing, or no vector of keys whose KeyValues are the tokenizer's tokens.</exception>
    public TextTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = input.Schema.Require(_input);
        var vocabulary = _tokenizer.Vocabulary;
        if (column.Type is not VectorDataViewType { ItemType: KeyDataViewType key } || key.Count != (ulong)vocabulary.Count
            || column.Annotations.Schema.GetColumnOrNull(LabelType.KeyValues) is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
            throw new ArgumentException($"Column '{_input}' is {column.Type}; expected a vector of keys with the tokenizer's {vocabulary.Count} tokens as KeyValues.");
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        int at = 0;
        foreach (var value in values.DenseValues())
        {
            if (!value.Span.SequenceEqual(vocabulary[at]))
                throw new ArgumentException($"Column '{_input}' has the value '{value}' for key {at + 1}; expected '{vocabulary[at]}', as in the tokenizer.");
            at++;
        }

        var chain = new TextChain(input);
        chain.Detokenize(_output, new TextMappingSettings(_input, _tokenizer, false, false, null, TooLongText.Error));
        return new TextTransformer(_tokenizer, chain.ToTransformer());
    }

    /// <inheritdoc/>
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
