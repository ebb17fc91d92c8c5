namespace MLSeqGraph.Transforms;

/// <summary>A process's share of each batch: of n processes, number r takes rows r, r + n, r + 2 n, …</summary>
/// <remarks>Rows of a batch stand in order of their lengths, so that all shares take about the same time.</remarks>
/// <param name="Rank">The process's number, from 0.</param>
/// <param name="Count">Number of processes; 0 or 1 for all rows.</param>
internal readonly record struct Shard(int Rank, int Count)
{
    /// <summary>Whether it is everything.</summary>
    internal bool IsWhole => Count <= 1;

    /// <summary>The share of a batch; empty where the batch has fewer rows than there are processes before this one.</summary>
    internal ReadOnlySpan<T> Of<T>(ReadOnlySpan<T> rows)
    {
        if (IsWhole)
            return rows;
        var share = new T[Math.Max(0, (rows.Length - Rank + Count - 1) / Count)];
        for (var i = 0; i < share.Length; i++)
            share[i] = rows[Rank + i * Count];
        return share;
    }

    /// <summary>A number that random draws for a batch depend on: another one for each share.</summary>
    internal long Number(long batch) => IsWhole ? batch : batch * Count + Rank;
}
