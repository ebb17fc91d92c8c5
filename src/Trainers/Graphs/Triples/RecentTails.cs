using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>The last tails that each head had before a triple, in the order of the rows: the items that a user had last.</summary>
internal sealed class RecentTails
{
    private readonly int _heads;
    private readonly int[] _before;
    private readonly int[] _last;

    /// <param name="triples">The triples, in the order of time.</param>
    /// <param name="count">How many tails.</param>
    /// <param name="earlier">Triples that come before all of them; null for none.</param>
    internal RecentTails(TripleTable triples, int count, RecentTails? earlier = null)
    {
        (Count, _heads) = (count, triples.FirstTail);
        _last = earlier is null ? new int[_heads * count] : (int[])earlier._last.Clone();
        if (earlier is null)
            Array.Fill(_last, -1);
        _before = new int[triples.Count * count];
        for (var row = 0; row < triples.Count; row++)
        {
            var of = _last.AsSpan(triples.Sources[row] * count, count);
            of.CopyTo(_before.AsSpan(row * count));
            of[..^1].CopyTo(of[1..]);
            of[0] = triples.Targets[row] - _heads;
        }
    }

    /// <summary>How many there are at most.</summary>
    internal int Count { get; }

    /// <summary>Those before a row, the latest first, counted from the first tail; -1 for none.</summary>
    internal ReadOnlySpan<int> Before(int row) => _before.AsSpan(row * Count, Count);

    /// <summary>Those of all heads after the last row, [heads · count].</summary>
    internal ReadOnlySpan<int> Last => _last;

    /// <summary>Numbers to look up, and 1 for each that is there, else 0.</summary>
    internal static void Write(ReadOnlySpan<int> tails, Span<long> ids, Span<float> areThere)
    {
        for (var i = 0; i < tails.Length; i++)
            (ids[i], areThere[i]) = (Math.Max(0, tails[i]), tails[i] < 0 ? 0 : 1);
    }
}
