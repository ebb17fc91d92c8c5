using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Reads the label and the weight of a row, whatever a row is, and checks them.</summary>
internal abstract class LabelGetter
{
    private Func<float>? _weight;

    /// <summary>A getter for a row of a view.</summary>
    /// <param name="row">The row, or cursor.</param>
    /// <param name="label">The label, bound to the view's schema; null for none.</param>
    /// <param name="weightColumnName">The column of weights; null for none.</param>
    /// <param name="sequence">The column whose steps have the labels; null for nodes of a graph.</param>
    public static LabelGetter Create(DataViewRow row, SequenceLabel? label, string? weightColumnName = null, string? sequence = null)
    {
        var getter = label is null ? new NoLabelGetter() : Of(row, label, sequence);
        if (weightColumnName is not null)
            getter._weight = RowWeight.Reader(row, RowWeight.Find(row.Schema, weightColumnName));
        return getter;
    }

    /// <summary>Adds the label and the weight of the row.</summary>
    /// <param name="labels">Where to.</param>
    /// <param name="steps">Steps of the row's sequence, or nodes of its graph.</param>
    /// <exception cref="InvalidDataException">One is out of its range: the message names column and row.</exception>
    public void AddTo(RowLabels labels, int steps = 1)
    {
        Add(labels, steps);
        if (_weight is not null)
            labels.Weight(labels.Count - 1) = _weight();
    }

    /// <summary>Adds the label.</summary>
    protected abstract void Add(RowLabels labels, int steps);

    private static LabelGetter Of(DataViewRow row, SequenceLabel label, string? sequence)
    {
        var source = row.Schema.Require(label.Name);
        if (label.Type is BooleanDataViewType)
            return new BooleanGetter(row, source);
        if (label.IsNumbers)
            return label.Type is VectorDataViewType ? new TargetsGetter(row, source, label, sequence)
                : new TargetGetter(row, source, label);
        if (label.Kind == SequenceLabelKind.Span)
            return SpanGetter.Create(row, source, label, sequence);
        var item = label.Type is VectorDataViewType vector ? vector.ItemType.RawType : label.Type.RawType;
        return item == typeof(uint) ? OfKey<uint>(row, source, label, sequence)
            : item == typeof(byte) ? OfKey<byte>(row, source, label, sequence)
            : item == typeof(ushort) ? OfKey<ushort>(row, source, label, sequence)
            : OfKey<ulong>(row, source, label, sequence);
    }

    private static LabelGetter OfKey<T>(DataViewRow row, DataViewSchema.Column source, SequenceLabel label, string? sequence)
        where T : struct, IBinaryInteger<T> =>
        label.Kind switch
        {
            SequenceLabelKind.Class => new ClassGetter<T>(row, source, label),
            SequenceLabelKind.Labels => new LabelsGetter<T>(row, source, label, sequence),
            _ => new StepClassesGetter<T>(row, source, label, sequence),
        };

    // −1 for a missing class.
    private static bool TryGetClass<T>(T key, SequenceLabel label, out int index) where T : struct, IBinaryInteger<T>
    {
        ulong number = ulong.CreateTruncating(key);
        index = (int)(number - 1);
        return number <= (ulong)label.Count && (number >= 1 || label.MayBeMissing);
    }

    private static string Fault<T>(T key, int classes) where T : struct, IBinaryInteger<T> =>
        T.IsZero(key) ? "the label is missing, or a value that MapValueToKey has not seen; expected "
            + (classes == 1 ? "a label: the column knows one class at most, as where no row has any" : $"one of {classes} classes")
            : $"the label is key {key}, expected 1 to {classes}";

    // Labels of each step or node that aren't as many as those are.
    private static InvalidDataException WrongCount(DataViewRow row, SequenceLabel label, string? sequence, int found, int steps)
    {
        var (what, each) = label.IsNumbers ? ("target", label.Count) : ("label", 1);
        return new($"Column '{label.Name}', {RowName.Of(row)}: {found} {what}s"
            + (sequence is null ? $" for the {steps} nodes of the graph" : $", but column '{sequence}' has {steps} steps")
            + $"; expected {(each == 1 ? $"one {what}" : $"{(long)steps * each}, {each}")} per {(sequence is null ? "node" : "step")}.");
    }

    private sealed class NoLabelGetter : LabelGetter
    {
        protected override void Add(RowLabels labels, int steps) => labels.Add();
    }

    private sealed class BooleanGetter(DataViewRow row, DataViewSchema.Column source) : LabelGetter
    {
        private readonly ValueGetter<bool> _getter = row.GetGetter<bool>(source);

        protected override void Add(RowLabels labels, int steps)
        {
            bool value = false;
            _getter(ref value);
            labels.Classes(labels.Add())[0] = value ? 1 : 0;
        }
    }

    private sealed class ClassGetter<T>(DataViewRow row, DataViewSchema.Column source, SequenceLabel label) : LabelGetter
        where T : struct, IBinaryInteger<T>
    {
        private readonly ValueGetter<T> _getter = row.GetGetter<T>(source);

        protected override void Add(RowLabels labels, int steps)
        {
            T key = default;
            _getter(ref key);
            if (!TryGetClass(key, label, out labels.Classes(labels.Add())[0]))
                throw new InvalidDataException($"Column '{label.Name}', {RowName.Of(row)}: {Fault(key, label.Count)}.");
        }
    }

    private sealed class StepClassesGetter<T>(DataViewRow row, DataViewSchema.Column source, SequenceLabel label, string? sequence)
        : LabelGetter
        where T : struct, IBinaryInteger<T>
    {
        private readonly ValueGetter<VBuffer<T>> _getter = row.GetGetter<VBuffer<T>>(source);
        private VBuffer<T> _value;

        protected override void Add(RowLabels labels, int steps)
        {
            _getter(ref _value);
            if (_value.Length != steps)
                throw WrongCount(row, label, sequence, _value.Length, steps);
            var classes = labels.Classes(labels.Add(steps));
            for (int step = 0; step < classes.Length; step++)
            {
                T key = _value.GetItemOrDefault(step);
                if (!TryGetClass(key, label, out classes[step]))
                    throw new InvalidDataException($"Column '{label.Name}', {RowName.Of(row)}, {(sequence is null ? "node" : "step")} "
                        + $"{step}: {Fault(key, label.Count)}.");
            }
        }
    }

    private sealed class LabelsGetter<T>(DataViewRow row, DataViewSchema.Column source, SequenceLabel label, string? sequence)
        : LabelGetter
        where T : struct, IBinaryInteger<T>
    {
        private readonly ValueGetter<VBuffer<T>> _getter = row.GetGetter<VBuffer<T>>(source);
        private VBuffer<T> _value;

        protected override void Add(RowLabels rows, int steps)
        {
            _getter(ref _value);
            var labels = rows.Classes(rows.Add(_value.Length));
            for (int i = 0; i < labels.Length; i++)
            {
                T key = _value.GetItemOrDefault(i);
                if (!TryGetClass(key, label, out labels[i]))
                    throw new InvalidDataException($"Column '{label.Name}', {RowName.Of(row)}, label {i}: {Fault(key, label.Count)}.");
            }

            int needed = CtcFrames.Needed(labels), each = label.Subsampling;
            int frames = (steps + each - 1) / each;
            if (needed <= frames)
                return;
            var (found, name) = ($"'{sequence}'", each == 1 ? "step" : "frame");
            throw new InvalidDataException($"Column '{label.Name}', {RowName.Of(row)}: {labels.Length} labels, "
                + $"{needed - labels.Length} of them equal to the one before, need {needed} {name}s, but "
                + (each == 1 ? $"column {found} has {steps}" : $"the {steps} steps of column {found} become {frames}, one for {each} steps")
                + $"; expected a {name} for each label, and one more between two equal ones.");
        }
    }

    private sealed class TargetGetter(DataViewRow row, DataViewSchema.Column source, SequenceLabel label) : LabelGetter
    {
        private readonly ValueGetter<float> _getter = row.GetGetter<float>(source);

        protected override void Add(RowLabels labels, int steps)
        {
            float value = 0;
            _getter(ref value);
            if (!label.MayBeMissing && !float.IsFinite(value))
            {
                throw new InvalidDataException(
                    $"Column '{label.Name}', {RowName.Of(row)}: the label is {value}, expected a finite number.");
            }

            labels.Targets(labels.Add())[0] = value;
        }
    }

    private sealed class TargetsGetter(DataViewRow row, DataViewSchema.Column source, SequenceLabel label, string? sequence) : LabelGetter
    {
        private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(source);
        private readonly bool _isOfSteps = label.Kind == SequenceLabelKind.StepTargets;
        private VBuffer<float> _value;

        protected override void Add(RowLabels labels, int steps)
        {
            _getter(ref _value);
            int count = _isOfSteps ? steps : 1;
            if (_value.Length != (long)count * label.Count)
                throw _isOfSteps ? WrongCount(row, label, sequence, _value.Length, steps) : new InvalidDataException(
                    $"Column '{label.Name}', {RowName.Of(row)}: {_value.Length} targets, expected {label.Count}.");
            var targets = labels.Targets(labels.Add(count));
            _value.CopyTo(targets);
            for (int i = 0; i < targets.Length; i++)
                if (_isOfSteps ? float.IsInfinity(targets[i]) : !label.MayBeMissing && !float.IsFinite(targets[i]))
                    throw new InvalidDataException($"Column '{label.Name}', {RowName.Of(row)}, "
                        + (_isOfSteps ? $"{(sequence is null ? "node" : "step")} {i / label.Count}, " : "")
                        + $"target {i % label.Count}: {targets[i]}, expected a finite number"
                        + (_isOfSteps ? ", or NaN for one that isn't counted." : "."));
                else if (i % label.Count >= label.Count - label.BinaryTargets && targets[i] is not (0 or 1))
                    throw new InvalidDataException($"Column '{label.Name}', {RowName.Of(row)}, step {i / label.Count}, feature "
                        + $"{i % label.Count}: {targets[i]}, expected 0 or 1, as of the last {label.BinaryTargets} of "
                        + $"{label.Count} features (BinaryFeatures).");
        }
    }
}
