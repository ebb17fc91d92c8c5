namespace MLSeqGraph.Transforms;

/// <summary>
/// Pairs of words that stand together far more often than their counts would let expect, such as "new york" (Mikolov et al. 2013).
/// </summary>
internal sealed class WordPhrases(IEnumerable<(string First, string Second)> pairs)
{
    private readonly HashSet<(string, string)> _pairs = [.. pairs];

    /// <summary>The pairs, in order.</summary>
    internal IEnumerable<(string First, string Second)> Pairs => _pairs.Order();

    /// <summary>Learns pairs: (count(a b) − δ) · words / (count(a) · count(b)) is above the threshold.</summary>
    internal static WordPhrases Learn(IEnumerable<IReadOnlyList<string>> sentences, WordPhraseOptions options)
    {
        Dictionary<string, long> words = new(StringComparer.Ordinal);
        Dictionary<(string, string), long> pairs = [];
        var total = 0L;
        foreach (var sentence in sentences)
            for (var i = 0; i < sentence.Count; i++, total++)
            {
                words[sentence[i]] = words.GetValueOrDefault(sentence[i]) + 1;
                if (i > 0)
                    pairs[(sentence[i - 1], sentence[i])] = pairs.GetValueOrDefault((sentence[i - 1], sentence[i])) + 1;
            }
        return new(pairs.Where(pair => pair.Value >= options.MinimumCount
            && (pair.Value - options.Discount) * total / ((double)words[pair.Key.Item1] * words[pair.Key.Item2]) > options.Threshold)
            .Select(pair => pair.Key));
    }

    /// <summary>A sentence with pairs joined, from its start; a word belongs to one of them.</summary>
    internal List<string> Join(IReadOnlyList<string> sentence, string joint)
    {
        List<string> joined = [];
        for (var i = 0; i < sentence.Count; i++)
            if (i + 1 < sentence.Count && _pairs.Contains((sentence[i], sentence[i + 1])))
                joined.Add(sentence[i] + joint + sentence[++i]);
            else
                joined.Add(sentence[i]);
        return joined;
    }
}
