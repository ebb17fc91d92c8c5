using Microsoft.ML;

namespace MLSeqGraph.Transforms;

public static partial class MLSeqGraphTransforms
{
    /// <summary>Turns words into vectors, [words × size], that a sequence network reads.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of vectors, variable vectors of Single.</param>
    /// <param name="inputColumnName">The column of words, a vector of text.</param>
    /// <param name="vectors">The words' vectors, as of <see cref="WordVectors.Load"/>.</param>
    /// <param name="options">What happens to words without a vector; null for an error.</param>
    /// <exception cref="ArgumentException">A name is empty, or an option is out of its range.</exception>
    /// <example>
    /// <code>
    /// var vectors = WordVectors.Load("glove.6B.50d.txt", WordVectorFormat.GloVe);
    /// var pipeline = ml.Transforms.Text.TokenizeIntoWords("Words", "Text")
    ///     .Append(ml.Transforms.ApplyWordVectors("Features", "Words", vectors, new() { UnknownWord = UnknownWord.Zeros }));
    /// </code>
    /// </example>
    public static WordVectorApplyingEstimator ApplyWordVectors(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName, WordVectors vectors, WordVectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new WordVectorApplyingEstimator(outputColumnName, inputColumnName, vectors, options ?? new());
    }

    /// <summary>
    /// Joins pairs of words that stand together far more often than by chance, such as "new york", to one (Mikolov et al. 2013); applied
    /// twice, phrases of up to four words.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of words and phrases, variable vectors of text.</param>
    /// <param name="inputColumnName">The column of words, a vector of text; null for the output's name.</param>
    /// <param name="options">Which words are joined; null for the defaults.</param>
    /// <exception cref="ArgumentException">A name is empty, or an option is out of its range.</exception>
    public static WordPhraseEstimator JoinPhrases(this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null,
        WordPhraseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new WordPhraseEstimator(outputColumnName, inputColumnName ?? outputColumnName, options ?? new());
    }
}
