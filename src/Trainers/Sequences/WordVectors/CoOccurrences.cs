using System.Runtime.InteropServices;

namespace MLSeqGraph.Trainers;

/// <summary>
/// How often words stand near each other, a word d away counted as 1 / d (Pennington et al. 2014). Sentences are read as a stream; the
/// different pairs are in memory.
/// </summary>
internal sealed class CoOccurrences
{
    private readonly Dictionary<long, float> _counts = [];

    /// <summary>The pairs, word and context, with their counts; in the order of their words.</summary>
    internal IEnumerable<(int Word, int Context, float Count)> Pairs =>
        _counts.OrderBy(pair => pair.Key).Select(pair => ((int)(pair.Key >> 32), (int)pair.Key, pair.Value));

    /// <exception cref="InvalidDataException">No two words stand near each other.</exception>
    internal static CoOccurrences Count(WordCorpus corpus, WordVectorEstimator.Options options)
    {
        var counts = new CoOccurrences();
        foreach (var sentence in corpus.Sentences())
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            counts.Add(sentence.Span, options.Window);
        }
        return counts._counts.Count > 0 ? counts : throw new InvalidDataException($"Column '{options.WordsColumnName}': no two words that "
            + $"are kept stand near each other; expected longer rows, or a smaller {nameof(options.MinimumCount)}.");
    }

    private void Add(ReadOnlySpan<int> sentence, int window)
    {
        for (var word = 1; word < sentence.Length; word++)
            for (var distance = 1; distance <= Math.Min(window, word); distance++)
            {
                Add(sentence[word], sentence[word - distance], 1f / distance);
                Add(sentence[word - distance], sentence[word], 1f / distance);
            }
    }

    private void Add(int word, int context, float count) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, (long)word << 32 | (uint)context, out _) += count;
}
