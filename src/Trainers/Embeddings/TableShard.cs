using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLSeqGraph.Trainers;

/// <summary>
/// What one of several workers sees of a table: its own copies of the rows that it touched since the last merge, so that its result doesn't
/// depend on the others' timing. A single worker has the table itself.
/// </summary>
internal sealed class TableShard
{
    private readonly VectorTable _table;
    private readonly float[]? _own;
    private readonly int[] _taken;
    private int _round = 1;

    private TableShard(VectorTable table, bool isAlone)
    {
        _table = table;
        _own = isAlone ? null : new float[(long)table.Rows * table.Stride];
        _taken = isAlone ? [] : new int[table.Rows];
    }

    /// <summary>Shards of a table, one a worker.</summary>
    internal static TableShard[] Of(VectorTable table, int workers) =>
        [.. Enumerable.Range(0, workers).Select(_ => new TableShard(table, workers == 1))];

    /// <summary>Numbers from one vector to the next.</summary>
    internal int Stride => _table.Stride;

    /// <summary>The first number of a vector, to read and write.</summary>
    internal ref float At(int row)
    {
        if (_own is null)
            return ref _table.At(row);
        ref var own = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_own), (nint)(uint)row * Stride);
        if (_taken[row] != _round)
        {
            _taken[row] = _round;
            MemoryMarshal.CreateSpan(ref _table.At(row), Stride).CopyTo(MemoryMarshal.CreateSpan(ref own, Stride));
        }
        return ref own;
    }

    /// <summary>
    /// Adds to each row of the table what every worker changed of it, worker by worker, and begins the next round.
    /// </summary>
    internal static void Merge(VectorTable table, TableShard[] shards)
    {
        if (shards is [{ _own: null }])
            return;
        const int RowsAtOnce = 1024;
        Parallel.For(0, (table.Rows + RowsAtOnce - 1) / RowsAtOnce, part =>
        {
            for (var row = part * RowsAtOnce; row < Math.Min(table.Rows, (part + 1) * RowsAtOnce); row++)
                MergeRow(table, shards, row);
        });
        foreach (var shard in shards)
            shard._round++;
    }

    // w + Σ (wᵢ - w) = Σ wᵢ - (n - 1) w over the n workers that have the row.
    private static void MergeRow(VectorTable table, TableShard[] shards, int row)
    {
        Span<float> old = default, target = MemoryMarshal.CreateSpan(ref table.At(row), table.Stride);
        var first = true;
        foreach (var shard in shards)
        {
            if (shard._taken[row] != shard._round)
                continue;
            var own = shard._own.AsSpan(row * table.Stride, table.Stride);
            if (first)
            {
                // The worker's copy isn't read again: the first one keeps what the row was.
                for (var i = 0; i < own.Length; i++)
                    (own[i], target[i]) = (target[i], own[i]);
                old = own;
                first = false;
            }
            else
                VectorRows.AddDifference(target, own, old);
        }
    }
}
