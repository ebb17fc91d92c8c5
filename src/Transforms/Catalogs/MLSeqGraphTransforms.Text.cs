using Microsoft.ML;

namespace MLSeqGraph.Transforms;

public static partial class MLSeqGraphTransforms
{
    /// <summary>
    /// Turns a column of text into a variable vector of keys, [tokens]. Key k is token id k − 1; the KeyValues are the tokens.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of keys.</param>
    /// <param name="inputColumnName">The column of text; null for the output's name.</param>
    /// <param name="options">The tokenizer, begin and end tokens, and the maximum length; null for words, and neither.</param>
    /// <exception cref="ArgumentException">A name is empty, or the options don't fit together.</exception>
    /// <example>
    /// <code>
    /// var bytePairs = new TextTokenizationOptions { Kind = TextTokenizerKind.BytePairEncoding, AddEndToken = true };
    /// var pipeline = ml.Transforms.TokenizeText("Tokens", "Text", bytePairs);
    /// </code>
    /// </example>
    public static TextTokenizingEstimator TokenizeText(this TransformsCatalog catalog, string outputColumnName,
        string? inputColumnName = null, TextTokenizationOptions? options = null) =>
        TokenizeText(catalog, [new InputOutputColumnPair(outputColumnName, inputColumnName)], options);

    /// <summary>The same for several columns, with one vocabulary for all.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The columns of keys and those of text.</param>
    /// <param name="options">The tokenizer, begin and end tokens, and the maximum length; null for words, and neither.</param>
    /// <exception cref="ArgumentException">
    /// There are no columns, an output is named twice or is the input of another, or the options don't fit together.
    /// </exception>
    public static TextTokenizingEstimator TokenizeText(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        TextTokenizationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(columns);
        return new TextTokenizingEstimator(columns, options ?? new());
    }

    /// <summary>
    /// Makes text of a vector of keys, [tokens], that
    /// <see cref="TokenizeText(TransformsCatalog, string, string?, TextTokenizationOptions?)"/> or a model trained on its column gave. Text
    /// ends before the first end token; other special tokens are left out, except the unknown token, which is written as its name, as is a
    /// missing key.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of text.</param>
    /// <param name="inputColumnName">The column of keys.</param>
    /// <param name="tokenizer">The tokenizer that made them.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static TextDetokenizingEstimator DetokenizeText(this TransformsCatalog catalog, string outputColumnName, string inputColumnName,
        TextTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        ArgumentNullException.ThrowIfNull(tokenizer);
        return new TextDetokenizingEstimator(outputColumnName, inputColumnName, tokenizer);
    }
}
