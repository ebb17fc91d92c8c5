using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Turns text into tokens, or tokens into text, row by row.</summary>
/// <remarks>
/// Reading a text that is too long, or that has a token outside a vocabulary without unknown token, throws an
/// <see cref="InvalidDataException"/> that names column and row. <see cref="TextTokenizer.Save"/> saves the tokenizer by itself.
/// </remarks>
public sealed class TextTransformer : RowTransformer
{
    private readonly IReadOnlyList<TextMapping> _mappings;

    internal TextTransformer(TextTokenizer tokenizer, IReadOnlyList<TextMapping> mappings) =>
        (Tokenizer, _mappings) = (tokenizer, mappings);

    /// <summary>The tokenizer, given or built.</summary>
    public TextTokenizer Tokenizer { get; }

    /// <summary>How a column that it adds is made into tokens; null where it is text.</summary>
    internal TokenizingSettings? Settings(string output) => _mappings.FirstOrDefault(mapping => mapping.Output == output)?.TokensFrom;

    private protected override RowMapping CreateMapping(DataViewSchema inputSchema)
    {
        var added = new DataViewSchema.Builder();
        foreach (var mapping in _mappings)
        {
            mapping.Check(inputSchema);
            mapping.AddOutput(added);
        }

        return new(inputSchema, [.. _mappings.SelectMany(mapping => mapping.Inputs)], added.ToSchema(),
            row => column => _mappings.First(mapping => mapping.Output == column.Name).Open(row));
    }

    private protected override SavedChain ToSavedChain()
    {
        var columns = new DataViewSchema.Builder();
        foreach (var mapping in _mappings.DistinctBy(mapping => string.Join('\n', mapping.Inputs)))
            mapping.AddInput(columns);
        var chain = new SavedChain(columns.ToSchema());
        foreach (var mapping in _mappings)
            mapping.AddTo(chain);
        return chain;
    }
}
