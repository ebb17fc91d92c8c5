using Microsoft.ML;

namespace MLSeqGraph.Transforms;

public static partial class MLSeqGraphTransforms
{
    /// <summary>
    /// Makes sources and targets of unlabelled texts, to pre-train a translator on: spans of tokens are hidden, and the target says what
    /// they were (Raffel et al. 2020, section 3.1.4). "thank you for inviting me to your party" becomes "thank you &lt;extra_id_0&gt; me to
    /// your &lt;extra_id_1&gt;" and "&lt;extra_id_0&gt; for inviting &lt;extra_id_1&gt; party &lt;extra_id_2&gt;".
    /// </summary>
    /// <remarks>
    /// Which tokens are hidden depends on the seed and the row's tokens alone. Sentinels that the column's vocabulary has, all of
    /// <see cref="SpanCorruptionOptions.Sentinels"/>, are taken from it (<see cref="TextTokenizer.WithTokens"/> adds them to a tokenizer);
    /// otherwise they follow its tokens.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="sourceColumnName">The column of tokens with sentinels in place of spans, a vector of keys.</param>
    /// <param name="targetColumnName">The column of sentinels with the spans they stand for, a vector of keys.</param>
    /// <param name="inputColumnName">The column of tokens: a vector of keys (UInt32) with texts as values, at least two a row.</param>
    /// <param name="options">How much is hidden; null for 15 % in spans of 3 tokens.</param>
    /// <exception cref="ArgumentException">A name is empty, both new columns have one name, or an option is out of its range.</exception>
    public static SpanCorruptionEstimator CorruptSpans(this TransformsCatalog catalog, string sourceColumnName, string targetColumnName,
        string inputColumnName, SpanCorruptionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(sourceColumnName, targetColumnName, inputColumnName, options ?? new());
    }
}
