namespace MLSeqGraph.Onnx;

/// <summary>
/// The order in which sequences of different lengths are run: the longest first, so that in every step the sequences that continue are the
/// first ones, and no work is done for padding. A <i>position</i> is a place in this order.
/// </summary>
internal sealed unsafe class RecurrentOrder
{
    private readonly int[]? _sequences, _lengths, _active;
    private readonly int _steps, _batch;
    private int[]? _valid;

    /// <param name="sizes">The layer's sizes.</param>
    /// <param name="lengths">
    /// Valid steps of each sequence; null where every sequence has all steps. Lengths outside 0 to the number of steps are clamped.
    /// </param>
    internal RecurrentOrder(in RecurrentSizes sizes, long* lengths)
    {
        (_steps, _batch) = (sizes.Steps, sizes.Batch);
        if (lengths == null)
            return;
        var all = new int[_batch];
        _active = new int[_steps];
        for (var i = 0; i < _batch; i++)
        {
            all[i] = (int)Math.Clamp(lengths[i], 0, _steps);
            if (all[i] > 0)
                _active[all[i] - 1]++;
        }
        for (var step = _steps - 2; step >= 0; step--)
            _active[step] += _active[step + 1];
        (_sequences, _lengths) = (new int[_batch], new int[_batch]);
        var next = new int[_steps + 1]; // where the next sequence of a length goes
        for (var length = 0; length < _steps; length++)
            next[length] = _active[length];
        for (var i = 0; i < _batch; i++)
        {
            var position = next[all[i]]++;
            (_sequences[position], _lengths[position]) = (i, all[i]);
        }
    }

    /// <summary>Whether the order is that of the batch and every sequence has all steps.</summary>
    internal bool IsFull => _sequences is null;

    /// <summary>The sequence at a position.</summary>
    internal int Sequence(int position) => _sequences is null ? position : _sequences[position];

    /// <summary>The valid steps of the sequence at a position.</summary>
    internal int Length(int position) => _lengths is null ? _steps : _lengths[position];

    /// <summary>The number of positions that take a step, counted in the run's own direction.</summary>
    internal int Active(int step) => _active is null ? _batch : _active[step];

    /// <summary>
    /// The rows of [steps, batch, ..] without padding, in the order in which gradients are kept: by steps of the run and positions. Null
    /// where all sequences have all steps, since that order is then the input's.
    /// </summary>
    internal int[]? ValidRows
    {
        get
        {
            if (_active is null || _valid is not null)
                return _valid;
            var valid = new int[_active.Sum()];
            var next = 0;
            for (var step = 0; step < _steps; step++)
                for (var position = 0; position < _active[step]; position++)
                    valid[next++] = step * _batch + position;
            return _valid = valid;
        }
    }

    /// <summary>The row that a position's gradient is kept in.</summary>
    internal nint KeptRow(int position, int step, bool backward) =>
        IsFull ? Row(position, step, backward) : (nint)step * _batch + position;

    /// <summary>The row of [steps, batch, ..] that a position reads in a step.</summary>
    internal nint Row(int position, int step, bool backward) =>
        (nint)(backward ? Length(position) - 1 - step : step) * _batch + Sequence(position);
}
