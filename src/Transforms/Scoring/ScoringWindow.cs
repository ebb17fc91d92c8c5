namespace MLSeqGraph.Transforms;

/// <summary>
/// Rows read ahead and what the model says of them: they are sorted by length, cut into batches, run batch by batch, and found again
/// in the order in which they were read. Its arrays are reused for the next rows. For one thread at a time.
/// </summary>
internal sealed class ScoringWindow(SequenceModel model, SequenceColumns columns, SequenceScoringOptions options)
{
    private readonly bool _isTagging = model.Info.Task == SequenceTask.Tagging;
    private readonly SequenceBatch _batch = new();
    private readonly PinnedBuffer<float> _scores = new();
    private readonly PinnedBuffer<float> _probabilities = new();
    private readonly PinnedBuffer<long> _classes = new();
    private readonly PinnedBuffer<bool> _flags = new();
    private readonly long[] _sizes1 = new long[1];
    private readonly long[] _sizes2 = new long[2];
    private readonly long[] _sizes3 = new long[3];
    private long[] _keys = [];
    private int[] _order = [];
    private int[] _places = [];

    // The batch that is being run: its rows in the order of lengths, and where its results begin.
    private int _first;
    private int _place;

    /// <summary>The rows; a <see cref="SequenceReader"/> adds to them.</summary>
    public SequenceRows Rows { get; } = new(columns);

    /// <summary>Whether it is time to score.</summary>
    public bool IsFull(int mostRows) => Rows.Count >= mostRows || Rows.Steps >= options.ReadAheadSteps;

    /// <summary>The row that the properties below are about.</summary>
    public int Current { get; set; }

    /// <summary>Score of the current row: [width], or [steps × width] where steps are tagged.</summary>
    public ReadOnlySpan<float> Score => _scores.Span.Slice(_places[Current] * model.Width, (_isTagging ? Rows.Length(Current) : 1) * model.Width);

    /// <summary>Probability of the current row.</summary>
    public float Probability => _probabilities.Span[_places[Current]];

    /// <summary>Class of the current row, from 0.</summary>
    public long Class => _classes.Span[_places[Current]];

    /// <summary>Classes of the current row's steps, from 0.</summary>
    public ReadOnlySpan<long> StepClasses => _classes.Span.Slice(_places[Current], Rows.Length(Current));

    /// <summary>Whether the current row is predicted to be true.</summary>
    public bool Flag => _flags.Span[_places[Current]];

    /// <summary>Runs the model on the rows.</summary>
    /// <param name="wanted">Which of the columns of <see cref="ScoreColumns"/> will be asked for.</param>
    /// <exception cref="InvalidOperationException">ONNX Runtime failed; the message names the rows.</exception>
    public void Run(bool[] wanted)
    {
        Sort();
        long places = PlaceAll();
        _scores.Resize(wanted[ScoreColumns.Score] ? places * model.Width : 0);
        bool wantsLabel = ScoreColumns.HasLabel(model.Info.Task) && wanted[ScoreColumns.PredictedLabel];
        bool isBinary = model.Info.Task == SequenceTask.Binary;
        _flags.Resize(wantsLabel && isBinary ? places : 0);
        _classes.Resize(wantsLabel && !isBinary ? places : 0);
        _probabilities.Resize(isBinary && wanted[ScoreColumns.Probability] ? places : 0);
        _place = 0;
        for (_first = 0; _first < Rows.Count; _first += _batch.Batch)
        {
            _batch.Fill(Rows, _order.AsSpan(_first, BatchLength(_first)));
            RunBatch();
            _place += _isTagging ? _batch.Batch * _batch.Time : _batch.Batch;
        }
    }

    private void Sort()
    {
        if (_keys.Length < Rows.Count)
        {
            _keys = new long[Rows.Count];
            _order = new int[Rows.Count];
            _places = new int[Rows.Count];
        }

        // The index below the length keeps rows of one length in their order.
        for (int i = 0; i < Rows.Count; i++)
            _keys[i] = ((long)Rows.Length(i) << 32) | (uint)i;
        Array.Sort(_keys, 0, Rows.Count);
        for (int i = 0; i < Rows.Count; i++)
            _order[i] = (int)(uint)_keys[i];
    }

    /// <summary>How many rows, in the order of lengths, make the batch that begins with this one.</summary>
    private int BatchLength(int first)
    {
        int end = first + 1;
        while (end < Rows.Count && end - first < options.BatchRows)
        {
            long time = Rows.Length(_order[end]);
            if ((end + 1 - first) * time > options.BatchSteps || (!model.HasLengths && time != Rows.Length(_order[first])))
                break;
            end++;
        }

        return end - first;
    }

    /// <summary>Finds where the results of each row will be: batch after batch, of a tagged row as many as its batch has steps.</summary>
    private long PlaceAll()
    {
        long places = 0;
        for (int first = 0; first < Rows.Count;)
        {
            int end = first + BatchLength(first);
            int width = _isTagging ? Rows.Length(_order[end - 1]) : 1;
            for (; first < end; first++, places += width)
                _places[_order[first]] = checked((int)places);
        }

        return places;
    }

    private void RunBatch()
    {
        try
        {
            model.Run(this, static (window, binding) => window.Bind(binding), options.CancellationToken);
        }
        catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException exception)
        {
            var positions = _batch.Positions.ToArray();
            throw new InvalidOperationException($"Column '{columns.Sequence.Name}', rows {positions.Min()} to {positions.Max()}: ONNX Runtime "
                + $"failed on a batch of {_batch.Batch} sequences of up to {_batch.Time} steps: {exception.Message}", exception);
        }
    }

    private void Bind(OrtBinding binding)
    {
        var (batch, time) = (_batch.Batch, _batch.Time);
        if (columns.Sequence.Kind == SequenceKind.Real)
            binding.Input(SequenceModelFormat.Features, _batch.Features, Sizes(batch, time, _batch.FeatureCount));
        else
            binding.Input(SequenceModelFormat.Tokens, _batch.Tokens, Sizes(batch, time));
        if (model.HasLengths)
            binding.Input(SequenceModelFormat.Lengths, _batch.Lengths, Sizes(batch));
        int count = _isTagging ? batch * time : batch;
        if (_scores.Length > 0)
        {
            var memory = _scores.Memory.Slice(_place * model.Width, count * model.Width);
            binding.Output(SequenceModelFormat.Score, memory, _isTagging ? Sizes(batch, time, model.Width)
                : model.Info.Task == SequenceTask.Binary ? Sizes(batch) : Sizes(batch, model.Width));
        }

        if (_classes.Length > 0)
            binding.Output(SequenceModelFormat.PredictedLabel, _classes.Memory.Slice(_place, count), _isTagging ? Sizes(batch, time) : Sizes(batch));
        if (_flags.Length > 0)
            binding.Output(SequenceModelFormat.PredictedLabel, _flags.Memory.Slice(_place, count), Sizes(batch));
        if (_probabilities.Length > 0)
            binding.Output(SequenceModelFormat.Probability, _probabilities.Memory.Slice(_place, count), Sizes(batch));
    }

    // ONNX Runtime copies the sizes when a tensor is made, so the arrays serve every tensor.
    private long[] Sizes(long a)
    {
        _sizes1[0] = a;
        return _sizes1;
    }

    private long[] Sizes(long a, long b)
    {
        (_sizes2[0], _sizes2[1]) = (a, b);
        return _sizes2;
    }

    private long[] Sizes(long a, long b, long c)
    {
        (_sizes3[0], _sizes3[1], _sizes3[2]) = (a, b, c);
        return _sizes3;
    }
}
