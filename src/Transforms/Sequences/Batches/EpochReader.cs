using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Reads data epoch by epoch into batches, on the calling thread. Data within the cache budget is read once and planned as a whole.
/// Other data passes through a buffer: a random half of it becomes batches, and the next rows join the rest.
/// </summary>
/// <param name="data">The rows.</param>
/// <param name="columns">The columns to read, bound to the schema of <paramref name="data"/>.</param>
/// <param name="options">Checked options.</param>
/// <param name="role">What the data is, such as "training", for errors.</param>
internal sealed class EpochReader(IDataView data, SequenceColumns columns, SequenceBatchOptions options, string role)
{
    private readonly SequenceRows _buffer = new(columns);
    private readonly BatchPlan _plan = new(options);
    private SequenceRows? _cache;
    private bool _isTooLargeForCache = options.CacheBytes == 0;
    private SequenceRows? _readAhead;
    private int _readAheadNext;
    private DataViewRowCursor? _cursor;
    private SequenceReader? _reader;
    private SplitMix64 _random;
    private int _nextBatch;
    private bool _isLastPlan;

    /// <summary>Rows that were left out since the data was last read from its start.</summary>
    public SkippedRows Skipped { get; } = new();

    /// <summary>Goes to the start of an epoch.</summary>
    public void Start(int epoch)
    {
        Stop();
        _random = SplitMix64.Of(options.Seed, epoch);
        _nextBatch = 0;
        _isLastPlan = false;
        if (_cache is not null)
            return;
        Skipped.Clear();
        _cursor = data.GetRowCursor(columns.Of(data.Schema).ToArray());
        _reader = new SequenceReader(_cursor, columns);
    }

    /// <summary>Fills the next batch with a share of its rows; false at the end of the epoch.</summary>
    /// <exception cref="InvalidDataException">There are no rows at all, or one of them is bad.</exception>
    public bool TryFill(SequenceBatch batch, Shard shard, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_nextBatch == _plan.BatchCount && (_isLastPlan || !PlanNext(cancellationToken)))
            return false;
        var rows = _plan[_nextBatch++];
        batch.Fill(_cache ?? _buffer, shard.Of(rows));
        batch.WholeBatch = rows.Length;
        return true;
    }

    /// <summary>Ends the epoch early; has no effect after its end.</summary>
    public void Stop()
    {
        _cursor?.Dispose();
        _cursor = null;
        _reader = null;
        _readAhead = null;
        _buffer.Clear();
        _plan.Clear();
    }

    private bool PlanNext(CancellationToken cancellationToken)
    {
        _nextBatch = 0;
        if (_cache is null && !_isTooLargeForCache)
            FillCache(cancellationToken);
        _isLastPlan = _cache is not null;
        int take = _cache?.Count ?? FillBuffer(cancellationToken);
        _plan.Make(_cache ?? _buffer, take, ref _random);
        return take > 0;
    }

    private void FillCache(CancellationToken cancellationToken)
    {
        var rows = new SequenceRows(columns);
        while (TryRead(rows, cancellationToken))
        {
            if (rows.Bytes > options.CacheBytes)
            {
                // Continues as if these rows had not been read yet, so the order is the same as in an epoch that doesn't try to cache.
                _isTooLargeForCache = true;
                (_readAhead, _readAheadNext) = (rows, 0);
                return;
            }
        }

        CheckAny(rows);
        _cache = rows;
    }

    /// <returns>How many rows become batches now.</returns>
    private int FillBuffer(CancellationToken cancellationToken)
    {
        bool isFirst = _buffer.Count == 0;
        _buffer.Keep(_plan.LeftOut);
        int most = options.Reorders ? (int)Math.Max(options.BufferRows, 2L * options.BatchSize) : options.BatchSize;
        while (_buffer.Count < options.BatchSize || (_buffer.Count < most && _buffer.Bytes < options.BufferBytes))
        {
            if (!TryRead(_buffer, cancellationToken))
            {
                if (isFirst)
                    CheckAny(_buffer);
                _isLastPlan = true;
                return _buffer.Count;
            }
        }

        int part = options.Shuffle ? _buffer.Count / 2 : _buffer.Count;
        return Math.Max(1, part / options.BatchSize) * options.BatchSize;
    }

    private bool TryRead(SequenceRows rows, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_readAhead is not null)
        {
            rows.AddFrom(_readAhead, _readAheadNext++);
            if (_readAheadNext == _readAhead.Count)
                _readAhead = null;
            return true;
        }

        try
        {
            while (_cursor!.MoveNextOrThrow())
            {
                if (_reader!.TryAddTo(rows, options.BadRows, Skipped))
                    return true;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (InvalidDataException exception) when (role != SequenceBatchSource.Training)
        {
            throw new InvalidDataException($"In the {role} data: {exception.Message}", exception);
        }

        return false;
    }

    private void CheckAny(SequenceRows rows)
    {
        if (rows.Count == 0)
            throw new InvalidDataException($"The {role} data has no rows"
                + $"{(Skipped.Count > 0 ? $" but {Skipped.Count} that can't be read" : "")}."
                + (Skipped.First is { } first ? $" The first: {first}" : ""));
    }
}
