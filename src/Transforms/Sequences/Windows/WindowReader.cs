using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Reads a row's sequence and gives the windows in it.</summary>
internal abstract class WindowReader
{
    /// <summary>The first step of the window that the getters give, from 0.</summary>
    public int Start { get; set; }

    /// <summary>Where the last window of the sequence starts.</summary>
    public int LastStart { get; protected set; } = -1;

    /// <summary>A reader of the rows of a view that the layout was made for.</summary>
    public static WindowReader Create(DataViewRow row, WindowLayout layout)
    {
        var item = ((VectorDataViewType)layout.Source.Type).ItemType.RawType;
        return item == typeof(float) ? new WindowReader<float>(row, layout)
            : item == typeof(uint) ? new WindowReader<uint>(row, layout)
            : item == typeof(int) ? new WindowReader<int>(row, layout)
            : item == typeof(long) ? new WindowReader<long>(row, layout)
            : item == typeof(byte) ? new WindowReader<byte>(row, layout)
            : item == typeof(ushort) ? new WindowReader<ushort>(row, layout)
            : new WindowReader<ulong>(row, layout);
    }

    /// <summary>The getters of a row whose only window is the last one, by column.</summary>
    public static Func<DataViewSchema.Column, Delegate> OpenLast(DataViewRow row, WindowLayout layout)
    {
        var reader = Create(row, layout);
        var readAt = -1L;
        return column => reader.CreateGetter(column, () =>
        {
            if (readAt == row.Position)
                return;
            reader.Read();
            reader.Start = reader.LastStart;
            readAt = row.Position;
        });
    }

    /// <summary>
    /// Reads the current row's sequence and goes to its first window, or to its last one where only that is wanted.
    /// </summary>
    /// <returns>Whether it has a window.</returns>
    /// <exception cref="InvalidDataException">It is too short, and short ones aren't skipped, or not a whole number of steps.</exception>
    public abstract bool Read();

    /// <summary>The getter of a new column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="before">Called before each value is given.</param>
    public abstract Delegate CreateGetter(DataViewSchema.Column column, Action? before = null);
}

/// <inheritdoc/>
internal sealed class WindowReader<T>(DataViewRow row, WindowLayout layout) : WindowReader where T : struct
{
    private readonly WindowCuttingEstimator.Options _options = layout.Options;
    private readonly ValueGetter<VBuffer<T>> _getSequence = row.GetGetter<VBuffer<T>>(layout.Source);
    private VBuffer<T> _sequence;

    public override bool Read()
    {
        _getSequence(ref _sequence);
        LastStart = Steps() - _options.WindowSteps - _options.Horizon;
        if (LastStart < 0)
            return _options.SkipShortSequences ? false : throw TooShort();
        Start = _options.LastWindowOnly ? LastStart : 0;
        return true;
    }

    public override Delegate CreateGetter(DataViewSchema.Column column, Action? before)
    {
        return column.Index == layout.WindowIndex ? Before<VBuffer<T>>(GetWindow)
            : column.Index == layout.StartIndex ? Before<int>((ref int value) => value = Start)
            : column.Type is VectorDataViewType ? Before<VBuffer<T>>(GetTargets)
            : Before<T>((ref T value) => value = Target(0, 0));

        ValueGetter<TValue> Before<TValue>(ValueGetter<TValue> getter) => before is null ? getter : (ref TValue value) =>
        {
            before();
            getter(ref value);
        };
    }

    private void GetWindow(ref VBuffer<T> value) => _sequence.CopyTo(ref value, Start * layout.Width, _options.WindowSteps * layout.Width);

    private void GetTargets(ref VBuffer<T> value)
    {
        int targets = _options.TargetFeatures?.Length ?? layout.Width;
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
        return _sequence.GetItemOrDefault((Start + _options.WindowSteps + step) * layout.Width + feature);
    }

    private int Steps()
    {
        int steps = _sequence.Length / layout.Width;
        if (steps * layout.Width != _sequence.Length)
        {
            throw new InvalidDataException($"Column '{layout.Source.Name}', {RowName.Of(row)}: {_sequence.Length} values, "
                + $"expected a multiple of {layout.Width}, the features of a step (FeatureCount).");
        }

        return steps;
    }

    private InvalidDataException TooShort() =>
        new($"Column '{layout.Source.Name}', {RowName.Of(row)}: {Steps()} steps, expected at least {_options.WindowSteps}"
            + (_options.HasTarget ? $" for a window and {_options.Horizon} for its target" : " for a window")
            + "; set SkipShortSequences to leave such sequences out.");
}
