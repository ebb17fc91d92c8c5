using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Sentences as numbers of frequent words; in memory where they fit, else read again in every pass.</summary>
internal sealed class WordCorpus
{
    // The words of a longer row are cut into runs, so that workers share them; contexts end there.
    private const int LongestRun = 10_000;

    private readonly IDataView _rows;
    private readonly WordVectorEstimator.Options _options;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private List<ReadOnlyMemory<int>>? _kept;

    private WordCorpus(IDataView rows, WordVectorEstimator.Options options) => (_rows, _options) = (rows, options);

    /// <summary>The words, the most frequent first.</summary>
    internal IReadOnlyList<string> Words { get; private set; } = [];

    /// <summary>How often each occurs.</summary>
    internal long[] Counts { get; private set; } = [];

    /// <summary>How often all of them occur.</summary>
    internal long Total { get; private set; }

    /// <exception cref="InvalidDataException">There are fewer than two frequent words.</exception>
    internal static WordCorpus Read(IDataView rows, WordVectorEstimator.Options options)
    {
        var corpus = new WordCorpus(rows, options);
        corpus.Count();
        if (corpus.Total * sizeof(int) <= (long)options.MemoryMegabytes << 20)
            corpus._kept = [.. corpus.Encode()];
        return corpus;
    }

    /// <summary>The sentences once.</summary>
    internal IEnumerable<ReadOnlyMemory<int>> Sentences() => _kept ?? Encode();

    /// <summary>The share of each word's occurrences to keep; null for all.</summary>
    internal float[]? Keep(double threshold) => threshold == 0 ? null : [.. Counts.Select(count =>
        threshold * Total / count is var share ? (float)Math.Min(1, Math.Sqrt(share) + share) : 0)];

    private void Count()
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var words in Rows())
            foreach (var word in words)
                counts[word] = counts.GetValueOrDefault(word) + 1;
        var frequent = counts.Where(word => word.Value >= _options.MinimumCount)
            .OrderByDescending(word => word.Value).ThenBy(word => word.Key, StringComparer.Ordinal)
            .Take(_options.MaximumWords ?? int.MaxValue).ToArray();
        if (frequent.Length < 2)
            throw new InvalidDataException($"Column '{_options.WordsColumnName}' has {counts.Count:N0} different words, of which "
                + $"{frequent.Length} occur at least {_options.MinimumCount} times ({nameof(_options.MinimumCount)}); expected at least "
                + "2.");
        Words = [.. frequent.Select(word => word.Key)];
        Counts = [.. frequent.Select(word => word.Value)];
        Total = Counts.Sum();
        for (var number = 0; number < frequent.Length; number++)
            _numbers.Add(frequent[number].Key, number);
    }

    private IEnumerable<ReadOnlyMemory<int>> Encode()
    {
        List<int> run = [];
        foreach (var words in Rows())
        {
            run.Clear();
            foreach (var word in words)
                if (_numbers.TryGetValue(word, out var number))
                    run.Add(number);
            var sentence = run.ToArray().AsMemory();
            for (var first = 0; first < sentence.Length; first += LongestRun)
                yield return sentence[first..Math.Min(first + LongestRun, sentence.Length)];
        }
    }

    private IEnumerable<string[]> Rows()
    {
        var column = _rows.Schema.Require(_options.WordsColumnName);
        if (column.Type is not VectorDataViewType { ItemType: TextDataViewType })
            throw WordVectorTransformer.WrongType(column.Name, $"{column.Type}");
        using var cursor = _rows.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> words = default;
        while (cursor.MoveNextOrThrow())
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            getter(ref words);
            // ML.NET splits an empty text into one empty word.
            yield return [.. words.DenseValues().Where(word => !word.IsEmpty).Select(word => word.ToString())];
        }
    }
}
