using System.Runtime.ExceptionServices;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Rows read ahead and the model's predictions for them: they are sorted by length, cut into batches, run batch by batch, and handed out
/// in the order in which they were read. Its arrays are reused for the next rows. For one thread at a time.
/// </summary>
internal sealed class ScoringWindow(SequenceModel model, SequenceColumns columns, SequenceScoringOptions options) : IRowPrediction
{
    private readonly bool _isPerStep = model.Info.Task.IsPerStep();
    private readonly int _labelWidth = model.Info.Task.LabelWidth();
    private readonly List<ScoringBatch> _workers = [];
    private readonly List<(int First, int Rows, ScoringPlace Place)> _batches = [];
    private readonly PinnedBuffer<float> _scores = new();
    private readonly PinnedBuffer<float> _vectors = new();
    private readonly PinnedBuffer<float> _attention = new();
    private readonly PinnedBuffer<float> _pooling = new();
    private readonly PinnedBuffer<float> _probabilities = new();
    private readonly PinnedBuffer<long> _classes = new();
    private readonly PinnedBuffer<bool> _flags = new();
    private long[] _keys = [];
    private int[] _order = [];
    private ScoringPlace[] _places = [];
    private float[] _pairs = [];

    /// <summary>The rows; a <see cref="SequenceReader"/> adds to them.</summary>
    public SequenceRows Rows { get; } = new(columns);

    /// <summary>Whether the window is full and must be scored before more rows are added.</summary>
    public bool IsFull => Rows.Steps >= options.ReadAheadSteps;

    /// <summary>The row that the properties below describe; -1 for one that can't be read.</summary>
    public int Current { get; set; } = -1;

    /// <summary>Whether the current row couldn't be read, so that its prediction is missing.</summary>
    public bool IsMissing => Current < 0;

    /// <summary>Score of the current row: [width], or [steps × width] where steps are tagged.</summary>
    public ReadOnlySpan<float> Score => _scores.Span.Slice(_places[Current].Row * model.Width,
        (_isPerStep ? Frames : 1) * model.Width);

    /// <summary>Probability of the current row.</summary>
    public float Probability => _probabilities.Span[_places[Current].Row];

    /// <summary>Vector of the current row.</summary>
    public ReadOnlySpan<float> Vector => _vectors.Span.Slice(_places[Current].Row * model.Info.VectorSize, model.Info.VectorSize);

    /// <summary>How much each step of the current row looked at each, [steps × steps], without the padding of its batch.</summary>
    public ReadOnlySpan<float> Attention
    {
        get
        {
            var (at, length) = (_places[Current], Frames);
            if (_pairs.Length < length * length)
                _pairs = new float[length * length];
            for (int step = 0; step < length; step++)
                _attention.Span.Slice((int)at.Pair + step * at.Time, length).CopyTo(_pairs.AsSpan(step * length));
            return _pairs.AsSpan(0, length * length);
        }
    }

    /// <summary>How much each step of the current row weighs in its summary, [steps].</summary>
    public ReadOnlySpan<float> PoolingAttention => _pooling.Span.Slice((int)_places[Current].Step, Frames);

    /// <summary>Class of the current row, from 0.</summary>
    public long Class => _classes.Span[_places[Current].Row];

    /// <summary>
    /// Classes of the current row's steps, from 0; or those of its labels, as many as were found; or the ends of a span.
    /// </summary>
    public ReadOnlySpan<long> StepClasses
    {
        get
        {
            if (model.Info.Task == ModelTask.Span)
                return _classes.Span.Slice(_places[Current].Row * _labelWidth, _labelWidth);
            ReadOnlySpan<long> classes = _classes.Span.Slice(_places[Current].Row, Frames);
            int end = model.Info.Task == ModelTask.Alignment ? classes.IndexOf(SingleRowModel.NoClass) : -1;
            return end < 0 ? classes : classes[..end];
        }
    }

    /// <summary>Whether the current row is predicted to be true.</summary>
    public bool Flag => _flags.Span[_places[Current].Row];

    // Steps of the current row among the outputs.
    private int Frames => model.Info.Frames(Rows.Length(Current));

    /// <summary>Runs the model on the rows.</summary>
    /// <param name="wanted">Which of the columns of <see cref="ScoreColumns"/> will be asked for.</param>
    /// <exception cref="InvalidOperationException">ONNX Runtime failed; the message names the rows.</exception>
    public void Run(bool[] wanted)
    {
        Sort();
        var (places, steps, pairs) = PlaceAll();
        _scores.Resize(wanted[ScoreColumns.Score] ? places * model.Width : 0);
        bool wantsLabel = ScoreColumns.HasLabel(model.Info.Task) && wanted[ScoreColumns.PredictedLabel];
        bool isBinary = model.Info.Task == ModelTask.Binary;
        _flags.Resize(wantsLabel && isBinary ? places : 0);
        _classes.Resize(wantsLabel && !isBinary ? places * _labelWidth : 0);
        _probabilities.Resize(model.Info.Task.HasProbability() && wanted[ScoreColumns.Probability] ? places : 0);
        _vectors.Resize(wanted[ScoreColumns.Vector] ? places * model.Info.VectorSize : 0);
        _attention.Resize(wanted[ScoreColumns.Attention] ? pairs : 0);
        _pooling.Resize(wanted[ScoreColumns.PoolingAttention] ? steps : 0);
        RunBatches();
    }

    // As many batches at a time as the model has threads, one per thread: that keeps threads busier than sharing the operations
    // of one batch among them.
    private void RunBatches()
    {
        int parallel = Math.Min(model.Threads, _batches.Count);
        while (_workers.Count < parallel)
            _workers.Add(new ScoringBatch(model, columns.Sequence));
        if (parallel == 1)
        {
            foreach (var batch in _batches)
                Run(_workers[0], batch);
            return;
        }

        int next = -1;
        try
        {
            Parallel.For(0, parallel, worker =>
            {
                for (int i; (i = Interlocked.Increment(ref next)) < _batches.Count;)
                    Run(_workers[worker], _batches[i]);
            });
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    private void Run(ScoringBatch worker, (int First, int Rows, ScoringPlace Place) batch) =>
        worker.Run(Rows, _order.AsSpan(batch.First, batch.Rows), batch.Place, new(_scores, _probabilities, _classes, _flags,
            _vectors, _attention, _pooling), options.CancellationToken);

    private void Sort()
    {
        if (_keys.Length < Rows.Count)
        {
            _keys = new long[Rows.Count];
            _order = new int[Rows.Count];
            _places = new ScoringPlace[Rows.Count];
        }

        // The index in the lower bits keeps rows of equal length in their order.
        for (int i = 0; i < Rows.Count; i++)
            _keys[i] = ((long)Rows.Length(i) << 32) | (uint)i;
        Array.Sort(_keys, 0, Rows.Count);
        for (int i = 0; i < Rows.Count; i++)
            _order[i] = (int)(uint)_keys[i];
    }

    /// <summary>The size of the batch that begins with this row, in the order of lengths.</summary>
    private int BatchLength(int first)
    {
        int end = first + 1;
        int most = Math.Min(options.BatchRows, (Rows.Count + model.Threads - 1) / model.Threads);
        while (end < Rows.Count && end - first < most)
        {
            long time = Rows.Length(_order[end]);
            if ((end + 1 - first) * time > options.BatchSteps || (!model.TakesRagged && time != Rows.Length(_order[first])))
                break;
            end++;
        }

        return end - first;
    }

    /// <summary>Finds where the results of each row will be: batch after batch, of a tagged row as many as its batch has steps.</summary>
    private (long Places, long Steps, long Pairs) PlaceAll()
    {
        long places = 0, steps = 0, pairs = 0;
        _batches.Clear();
        for (int first = 0; first < Rows.Count;)
        {
            int end = first + BatchLength(first);
            int time = model.Info.Frames(Rows.Length(_order[end - 1])), width = _isPerStep ? time : 1;
            _batches.Add((first, end - first, new(checked((int)places), time, steps, pairs)));
            for (; first < end; first++, places += width, steps += time, pairs += (long)time * time)
                _places[_order[first]] = new(checked((int)places), time, steps, pairs);
        }

        return (places, steps, pairs);
    }
}
