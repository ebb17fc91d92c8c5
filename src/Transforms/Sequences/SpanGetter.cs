using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Reads the first and the last step of a part of a sequence.</summary>
internal sealed class SpanGetter<T>(DataViewRow row, DataViewSchema.Column source, SequenceLabel label, string? sequence)
    : LabelGetter
    where T : struct, IBinaryInteger<T>
{
    private readonly ValueGetter<VBuffer<T>> _getter = row.GetGetter<VBuffer<T>>(source);
    private VBuffer<T> _value;

    protected override void Add(RowLabels labels, int steps)
    {
        _getter(ref _value);
        if (_value.Length != 2)
            throw Fault($"{_value.Length} numbers, expected two, the first and the last step");
        long first = long.CreateChecked(_value.GetItemOrDefault(0)), last = long.CreateChecked(_value.GetItemOrDefault(1));
        if (first < 0 || last >= steps)
            throw Fault($"the span is from step {first} to {last}, but column '{sequence}' has {steps} steps; expected "
                + $"steps from 0 to {steps - 1}");
        if (first > last)
            throw Fault($"the span begins at step {first} and ends before it, at step {last}; expected a last step from {first} on");
        if (label.LongestSpan is { } most && last - first >= most)
            throw Fault($"the span from step {first} to {last} has {last - first + 1} steps; expected at most {most}, which is the longest "
                + "that is predicted");
        var ends = labels.Classes(labels.Add(2));
        (ends[0], ends[1]) = ((int)first, (int)last);
    }

    private InvalidDataException Fault(string what) => new($"Column '{label.Name}', {RowName.Of(row)}: {what}.");
}

/// <summary>Reads the first and the last step of a part of a sequence.</summary>
internal static class SpanGetter
{
    /// <summary>A getter for either type of numbers.</summary>
    internal static LabelGetter Create(DataViewRow row, DataViewSchema.Column source, SequenceLabel label, string? sequence) =>
        label.Type is VectorDataViewType { ItemType.RawType: var item } && item == typeof(int)
            ? new SpanGetter<int>(row, source, label, sequence) : new SpanGetter<long>(row, source, label, sequence);
}
