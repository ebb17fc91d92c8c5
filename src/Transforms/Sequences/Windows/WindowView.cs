using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>One row a window of the input's sequences, cut as they are read.</summary>
internal sealed class WindowView(IDataView input, WindowLayout layout) : SequentialDataView(layout.Schema)
{
    // Sequences come in another order then; the windows of one stay together.
    public override bool CanShuffle => input.CanShuffle;

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand)
    {
        var needed = input.Schema.Where(column => active[column.Index] || column.Index == layout.Source.Index);
        var cursor = input.GetRowCursor(needed, rand);
        var item = ((VectorDataViewType)layout.Source.Type).ItemType.RawType;
        return item == typeof(float) ? new WindowCursor<float>(cursor, layout, active)
            : item == typeof(uint) ? new WindowCursor<uint>(cursor, layout, active)
            : item == typeof(int) ? new WindowCursor<int>(cursor, layout, active)
            : item == typeof(long) ? new WindowCursor<long>(cursor, layout, active)
            : item == typeof(byte) ? new WindowCursor<byte>(cursor, layout, active)
            : item == typeof(ushort) ? new WindowCursor<ushort>(cursor, layout, active)
            : new WindowCursor<ulong>(cursor, layout, active);
    }
}

/// <summary>Goes from window to window and, after a sequence's last one, to the next sequence.</summary>
internal sealed class WindowCursor<T> : SequentialCursor where T : struct
{
    private readonly DataViewRowCursor _input;
    private readonly WindowLayout _layout;
    private readonly WindowCuttingEstimator.Options _options;
    private readonly ValueGetter<VBuffer<T>> _getSequence;
    private VBuffer<T> _sequence;
    private int _start;
    private int _lastStart = -1;

    public WindowCursor(DataViewRowCursor input, WindowLayout layout, bool[] active) : base(layout.Schema, active)
    {
        (_input, _layout, _options) = (input, layout, layout.Options);
        _getSequence = input.GetGetter<VBuffer<T>>(layout.Source);
    }

    public override long Batch => _input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter()
    {
        var idOfSequence = _input.GetIdGetter();
        return (ref DataViewRowId id) =>
        {
            idOfSequence(ref id);
            id = id.Combine(new DataViewRowId((ulong)_start, 0));
        };
    }

    protected override bool MoveToNextRow()
    {
        if (_start + _options.Stride <= _lastStart)
        {
            _start += _options.Stride;
            return true;
        }

        while (_input.MoveNext())
        {
            _getSequence(ref _sequence);
            _lastStart = Steps() - _options.WindowSteps - _options.Horizon;
            if (_lastStart >= 0)
            {
                _start = _options.LastWindowOnly ? _lastStart : 0;
                return true;
            }

            if (!_options.SkipShortSequences)
                throw TooShort();
        }

        return false;
    }

    protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column)
    {
        if (column.Index < _layout.WindowIndex)
            return _input.GetGetter<TValue>(_input.Schema[column.Index]);
        Delegate getter = column.Index == _layout.WindowIndex ? (ValueGetter<VBuffer<T>>)GetWindow
            : column.Index == _layout.StartIndex ? (ValueGetter<int>)((ref int value) => value = _start)
            : column.Type is VectorDataViewType ? (ValueGetter<VBuffer<T>>)GetTargets
            : (ValueGetter<T>)((ref T value) => value = Target(0, 0));
        return (ValueGetter<TValue>)getter;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
    }

    private void GetWindow(ref VBuffer<T> value) =>
        _sequence.CopyTo(ref value, _start * _layout.Width, _options.WindowSteps * _layout.Width);

    private void GetTargets(ref VBuffer<T> value)
    {
        int targets = _options.TargetFeatures?.Length ?? _layout.Width;
        var editor = VBufferEditor.Create(ref value, _options.Horizon * targets);
        for (int step = 0; step < _options.Horizon; step++)
        {
            for (int target = 0; target < targets; target++)
                editor.Values[step * targets + target] = Target(step, target);
        }

        value = editor.Commit();
    }

    private T Target(int step, int target)
    {
        int feature = _options.TargetFeatures?[target] ?? target;
        return _sequence.GetItemOrDefault((_start + _options.WindowSteps + step) * _layout.Width + feature);
    }

    private int Steps()
    {
        int steps = _sequence.Length / _layout.Width;
        if (steps * _layout.Width != _sequence.Length)
        {
            throw new InvalidDataException($"Column '{_layout.Source.Name}', {RowName.Of(_input)}: {_sequence.Length} values, "
                + $"expected a multiple of {_layout.Width}, the features of a step.");
        }

        return steps;
    }

    private InvalidDataException TooShort() =>
        new($"Column '{_layout.Source.Name}', {RowName.Of(_input)}: {Steps()} steps, expected at least {_options.WindowSteps}"
            + (_options.HasTarget ? $" for a window and {_options.Horizon} for its target" : " for a window")
            + "; set SkipShortSequences to leave such sequences out.");
}
