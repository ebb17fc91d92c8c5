namespace MLSeqGraph.Trainers;

public sealed partial class SequencesCatalog
{
    /// <summary>Learns vectors of words from sentences: word2vec, GloVe, n-grams as fastText has.</summary>
    /// <param name="wordsColumnName">The column of words, a vector of text per row, such as <c>TokenizeIntoWords</c> makes.</param>
    /// <param name="method">Skip-gram, CBOW or GloVe.</param>
    /// <param name="size">Numbers of a vector.</param>
    /// <param name="epochs">Passes over the sentences.</param>
    /// <example>
    /// <code>
    /// var words = ml.Transforms.Text.TokenizeIntoWords("Words", "Text").Fit(texts).Transform(texts);
    /// var vectors = ml.Sequences().WordVectors().Fit(words).Vectors;
    /// var near = vectors.Nearest("king");
    /// </code>
    /// </example>
    public WordVectorEstimator WordVectors(string wordsColumnName = "Words", WordVectorMethod method = WordVectorMethod.SkipGram,
        int size = 100, int epochs = 5) =>
        WordVectors(new() { WordsColumnName = wordsColumnName, Method = method, Size = size, Epochs = epochs });

    /// <summary>Learns vectors of words from sentences.</summary>
    public WordVectorEstimator WordVectors(WordVectorEstimator.Options options) => new(_ml, options);
}
