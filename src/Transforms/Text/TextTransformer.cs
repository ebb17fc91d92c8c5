using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Makes tokens of text, or text of tokens, row by row.</summary>
/// <remarks>
/// Saved as ML.NET's own transformers and custom mappings of this assembly: a program that loads the model needs the assembly, and gets
/// the chain instead of this type. <see cref="TextTokenizer.Save"/> keeps the tokenizer itself.
/// </remarks>
public sealed class TextTransformer : ITransformer
{
    private readonly TransformerChain<ITransformer> _chain;

    internal TextTransformer(TextTokenizer tokenizer, TransformerChain<ITransformer> chain) => (Tokenizer, _chain) = (tokenizer, chain);

    /// <summary>The tokenizer, given or built.</summary>
    public TextTokenizer Tokenizer { get; }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _chain.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _chain.Transform(input);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => ((ITransformer)_chain).GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_chain).Save(ctx);
}
