using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>Learns the merges of byte-pair encoding. Each merge touches only the words that hold its pair.</summary>
internal static class BytePairTraining
{
    public static BytePairTokenizer Train(Dictionary<string, long> pieces, int maximumSize, int minimumCount, SpecialTokens special)
    {
        var names = special.Roles().Select(pair => pair.Token).ToHashSet(StringComparer.Ordinal);
        if (maximumSize < names.Count + 256)
        {
            throw new ArgumentException($"A vocabulary of {maximumSize} tokens has no room for {names.Count} special ones and 256 bytes; "
                + $"expected at least {names.Count + 256}.", nameof(maximumSize));
        }

        var tokens = Enumerable.Range(0, 256).Select(value => BytePieces.Name((byte)value)).ToList();
        if (tokens.Find(names.Contains) is { } taken)
            throw new ArgumentException($"The special token '{taken}' is the name of a byte; give it a longer name.", nameof(special));
        // During training, ids count from the first byte; special tokens are put before them at the end.
        var ids = tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id, StringComparer.Ordinal);
        var merges = new List<(int Left, int Right)>();
        var known = new HashSet<(int, int)>();
        var state = new Pairs(pieces, ids);
        while (names.Count + tokens.Count < maximumSize && state.Take(minimumCount) is { } pair)
        {
            string name = tokens[pair.Left] + tokens[pair.Right];
            // A token with the name of a special one would be taken for it.
            if (names.Contains(name))
                continue;
            // Two merges that give the same bytes give the same token.
            if (!ids.TryGetValue(name, out int merged))
            {
                ids.Add(name, merged = tokens.Count);
                tokens.Add(name);
            }

            // A token that several merges give can bring back a pair that was merged before.
            if (known.Add(pair))
                merges.Add((pair.Left + names.Count, pair.Right + names.Count));
            state.Merge(pair, merged);
        }

        return new BytePairTokenizer(new Vocabulary(tokens, special), [.. merges]);
    }

    /// <summary>Replaces a pair of neighbors wherever it is, from the left.</summary>
    public static void Replace(List<int> ids, (int Left, int Right) pair, int merged)
    {
        int kept = 0;
        for (int i = 0; i < ids.Count; i++)
        {
            bool isPair = i + 1 < ids.Count && ids[i] == pair.Left && ids[i + 1] == pair.Right;
            ids[kept++] = isPair ? merged : ids[i];
            if (isPair)
                i++;
        }

        ids.RemoveRange(kept, ids.Count - kept);
    }

    /// <summary>The pairs of neighbors in the words: how often each occurs, and where.</summary>
    private sealed class Pairs
    {
        private readonly List<(List<int> Ids, long Count)> _words = [];
        private readonly Dictionary<(int, int), long> _counts = [];
        private readonly Dictionary<(int, int), HashSet<int>> _places = [];
        // Entries with an outdated count are corrected when they come up.
        private readonly PriorityQueue<((int Left, int Right) Pair, long Count), (long, int, int)> _queue = new();

        public Pairs(Dictionary<string, long> pieces, Dictionary<string, int> ids)
        {
            foreach (var (piece, count) in pieces)
            {
                _words.Add(([.. Encoding.UTF8.GetBytes(piece).Select(value => ids[BytePieces.Name(value)])], count));
                Count(_words.Count - 1, 1, null);
            }

            foreach (var pair in _counts.Keys)
                Enqueue(pair);
        }

        /// <summary>The most frequent pair, the one with the smallest ids if several are; null if none is frequent enough.</summary>
        public (int Left, int Right)? Take(int minimumCount)
        {
            while (_queue.TryDequeue(out var entry, out _))
            {
                long count = _counts.GetValueOrDefault(entry.Pair);
                if (count == entry.Count)
                    return count >= minimumCount ? entry.Pair : null;
                if (count > 0 && count < entry.Count)
                    Enqueue(entry.Pair);
            }

            return null;
        }

        public void Merge((int Left, int Right) pair, int merged)
        {
            var grown = new HashSet<(int, int)>();
            foreach (int word in _places[pair].ToArray())
            {
                Count(word, -1, null);
                Replace(_words[word].Ids, pair, merged);
                Count(word, 1, grown);
            }

            _counts.Remove(pair);
            _places.Remove(pair);
            // Only pairs with the new token can have become more frequent than their queue entry says.
            foreach (var one in grown.Where(one => one.Item1 == merged || one.Item2 == merged))
                Enqueue(one);
        }

        private void Enqueue((int Left, int Right) pair) => _queue.Enqueue((pair, _counts[pair]), (-_counts[pair], pair.Left, pair.Right));

        private void Count(int word, int sign, HashSet<(int, int)>? seen)
        {
            var (ids, count) = _words[word];
            for (int i = 0; i + 1 < ids.Count; i++)
            {
                var pair = (ids[i], ids[i + 1]);
                _counts[pair] = _counts.GetValueOrDefault(pair) + sign * count;
                seen?.Add(pair);
                if (!_places.TryGetValue(pair, out var places))
                    _places.Add(pair, places = []);
                if (sign > 0)
                    places.Add(word);
                else
                    places.Remove(word);
            }
        }
    }
}
