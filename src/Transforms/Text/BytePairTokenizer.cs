using System.Collections.Concurrent;
using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>Byte-pair encoding on UTF-8 bytes.</summary>
internal sealed class BytePairTokenizer : TextTokenizer
{
    public const string Name = "byte-pairs";

    private const int LargestCache = 1 << 16;

    private readonly (int Left, int Right)[] _merges;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> _ranks = [];
    private readonly int[] _idOfByte = new int[256];
    private readonly byte[]?[] _bytes;
    private readonly ConcurrentDictionary<string, int[]> _cache = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">
    /// A byte or the outcome of a merge is missing in the vocabulary, or a token doesn't stand for bytes.
    /// </exception>
    public BytePairTokenizer(Vocabulary vocabulary, (int Left, int Right)[] merges) : base(vocabulary)
    {
        _merges = merges;
        for (int value = 0; value < 256; value++)
            _idOfByte[value] = Find(BytePieces.Name((byte)value), $"byte {value}");
        _bytes = new byte[]?[vocabulary.Count];
        for (int id = vocabulary.SpecialCount; id < vocabulary.Count; id++)
            _bytes[id] = BytePieces.BytesOf(vocabulary[id])
                ?? throw new ArgumentException($"token '{vocabulary[id]}' is not made of bytes");
        for (int rank = 0; rank < merges.Length; rank++)
        {
            var (left, right) = merges[rank];
            int first = vocabulary.SpecialCount;
            if (left < first || left >= vocabulary.Count || right < first || right >= vocabulary.Count)
                throw new ArgumentException($"merge {rank} of ids {left} and {right} is outside the ids {first} to "
                    + $"{vocabulary.Count - 1} of text");
            if (!_ranks.TryAdd((left, right), (rank, Find(vocabulary[left] + vocabulary[right], $"merge {rank}"))))
                throw new ArgumentException($"merge {rank} of ids {left} and {right} is there twice");
        }
    }

    internal override string Kind => Name;

    internal override string Rules => "Texts are cut into pieces: letters and marks in a row, numbers in a row, other characters in a row, "
        + "each with the one space before it, and white space in a row, whose last space belongs to what follows. A piece has 256 UTF-16 "
        + "units at most. " + ByteNames.Rule + "are among the merges, the first such merge joins its pairs.";

    internal IReadOnlyList<(int Left, int Right)> Merges => _merges;

    /// <summary>The token of a byte.</summary>
    internal int IdOf(byte value) => _idOfByte[value];

    /// <summary>What a merge makes.</summary>
    internal int MergedId(int rank) => _ranks[_merges[rank]].Merged;

    public static BytePairTokenizer Read(Vocabulary vocabulary, TokenLines lines)
    {
        var merges = new (int, int)[lines.Number("merges")];
        for (int i = 0; i < merges.Length; i++)
        {
            string[] pair = lines.Next().Split(' ');
            if (pair.Length != 2)
                throw lines.Error($"found {pair.Length} parts; expected the two ids of a merge");
            merges[i] = (lines.Parse(pair[0]), lines.Parse(pair[1]));
        }

        try
        {
            return new BytePairTokenizer(vocabulary, merges);
        }
        catch (ArgumentException error)
        {
            throw lines.Error(error.Message);
        }
    }

    private protected override int AddTokens(string text, List<int> ids)
    {
        foreach (string piece in BytePieces.Split(text))
        {
            if (!_cache.TryGetValue(piece, out int[]? known))
            {
                known = Merge(piece);
                // Most words recur; a full cache keeps its entries.
                if (_cache.Count < LargestCache)
                    _cache.TryAdd(piece, known);
            }

            ids.AddRange(known);
        }

        return 0;
    }

    private protected override string Join(List<int> ids)
    {
        var bytes = new List<byte>();
        var text = new StringBuilder();
        foreach (int id in ids)
        {
            if (_bytes[id] is { } some)
            {
                bytes.AddRange(some);
                continue;
            }

            Flush();
            text.Append(Vocabulary[id]);
        }

        Flush();
        return text.ToString();

        void Flush()
        {
            text.Append(Encoding.UTF8.GetString([.. bytes]));
            bytes.Clear();
        }
    }

    private protected override void WriteOwn(StringBuilder text)
    {
        text.Append("merges ").Append(_merges.Length).Append('\n');
        foreach (var (left, right) in _merges)
            text.Append(left).Append(' ').Append(right).Append('\n');
    }

    private int[] Merge(string piece)
    {
        var ids = new List<int>();
        foreach (byte value in Encoding.UTF8.GetBytes(piece))
            ids.Add(_idOfByte[value]);
        while (true)
        {
            var best = (Rank: int.MaxValue, Merged: 0);
            int at = -1;
            for (int i = 0; i + 1 < ids.Count; i++)
            {
                if (_ranks.TryGetValue((ids[i], ids[i + 1]), out var found) && found.Rank < best.Rank)
                    (best, at) = (found, i);
            }

            if (at < 0)
                return [.. ids];
            BytePairTraining.Replace(ids, _merges[best.Rank], best.Merged);
        }
    }

    private int Find(string token, string what) => Vocabulary.TryGetId(token, out int id) && id >= Vocabulary.SpecialCount
        ? id
        : throw new ArgumentException($"{what}: token '{token}' is not among those of text");
}
