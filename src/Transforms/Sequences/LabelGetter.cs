using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Reads the label of a row and checks it.</summary>
internal abstract class LabelGetter
{
    /// <summary>A getter for a row of a view whose schema the label was bound to.</summary>
    public static LabelGetter Create(DataViewRow row, SequenceLabel label)
    {
        var source = row.Schema.Require(label.Name);
        if (label.Type is BooleanDataViewType)
            return new BooleanGetter(row, source);
        if (label.Kind == SequenceLabelKind.Targets)
            return label.Type is VectorDataViewType ? new TargetsGetter(row, source, label) : new TargetGetter(row, source, label);
        if (label.Kind == SequenceLabelKind.StepTargets)
            return new StepTargetsGetter(row, source, label);
        if (label.Kind == SequenceLabelKind.Span)
            return SpanGetter.Create(row, source, label);
        var item = label.Type is VectorDataViewType vector ? vector.ItemType.RawType : label.Type.RawType;
        return item == typeof(uint) ? OfKey<uint>(row, source, label)
            : item == typeof(byte) ? OfKey<byte>(row, source, label)
            : item == typeof(ushort) ? OfKey<ushort>(row, source, label)
            : OfKey<ulong>(row, source, label);
    }

    /// <summary>Writes the label of the cursor's row into a row that already has its sequence.</summary>
    public abstract void Write(SequenceRows rows, int added);

    private static LabelGetter OfKey<T>(DataViewRow row, DataViewSchema.Column source, SequenceLabel label)
        where T : struct, IBinaryInteger<T> =>
        label.Kind switch
        {
            SequenceLabelKind.Class => new ClassGetter<T>(row, source, label),
            SequenceLabelKind.Labels => new LabelsGetter<T>(row, source, label),
            _ => new StepClassesGetter<T>(row, source, label),
        };

    private static bool TryGetClass<T>(T key, int classes, out int index) where T : struct, IBinaryInteger<T>
    {
        ulong number = ulong.CreateTruncating(key);
        index = (int)(number - 1);
        return number >= 1 && number <= (ulong)classes;
    }

    private static string Fault<T>(T key, int classes) where T : struct, IBinaryInteger<T> =>
        T.IsZero(key) ? "the label is missing, or a value that MapValueToKey has not seen; expected "
            + (classes == 1 ? "a label: the column knows one class at most, as where no row has any" : $"one of {classes} classes")
            : $"the label is key {key}, expected 1 to {classes}";

    private sealed class BooleanGetter(DataViewRow row, DataViewSchema.Column source) : LabelGetter
    {
        private readonly ValueGetter<bool> _getter = row.GetGetter<bool>(source);

        public override void Write(SequenceRows rows, int added)
        {
            bool value = false;
            _getter(ref value);
            rows.Class(added) = value ? 1 : 0;
        }
    }

    private sealed class ClassGetter<T>(DataViewRow row, DataViewSchema.Column source, SequenceLabel label) : LabelGetter
        where T : struct, IBinaryInteger<T>
    {
        private readonly ValueGetter<T> _getter = row.GetGetter<T>(source);

        public override void Write(SequenceRows rows, int added)
        {
            T key = default;
            _getter(ref key);
            if (!TryGetClass(key, label.Count, out rows.Class(added)))
                throw new InvalidDataException($"Column '{label.Name}', {RowName.Of(row)}: {Fault(key, label.Count)}.");
        }
    }

    private sealed class StepClassesGetter<T>(DataViewRow row, DataViewSchema.Column source, SequenceLabel label) : LabelGetter
        where T : struct, IBinaryInteger<T>
    {
        private readonly ValueGetter<VBuffer<T>> _getter = row.GetGetter<VBuffer<T>>(source);
        private VBuffer<T> _value;

        public override void Write(SequenceRows rows, int added)
        {
            _getter(ref _value);
            var classes = rows.StepClasses(added);
            if (_value.Length != classes.Length)
            {
                throw new InvalidDataException($"Column '{label.Name}', {RowName.Of(row)}: {_value.Length} labels, but column "
                    + $"'{rows.Columns.Sequence.Name}' has {classes.Length} steps; expected one label per step.");
            }

            for (int step = 0; step < classes.Length; step++)
            {
                T key = _value.GetItemOrDefault(step);
                if (!TryGetClass(key, label.Count, out classes[step]))
                    throw new InvalidDataException($"Column '{label.Name}', {RowName.Of(row)}, step {step}: {Fault(key, label.Count)}.");
            }
        }
    }

    private sealed class LabelsGetter<T>(DataViewRow row, DataViewSchema.Column source, SequenceLabel label) : LabelGetter
        where T : struct, IBinaryInteger<T>
    {
        private readonly ValueGetter<VBuffer<T>> _getter = row.GetGetter<VBuffer<T>>(source);
        private VBuffer<T> _value;

        public override void Write(SequenceRows rows, int added)
        {
            _getter(ref _value);
            var labels = rows.SetLabels(added, _value.Length);
            for (int i = 0; i < labels.Length; i++)
            {
                T key = _value.GetItemOrDefault(i);
                if (!TryGetClass(key, label.Count, out labels[i]))
                    throw new InvalidDataException($"Column '{label.Name}', {RowName.Of(row)}, label {i}: {Fault(key, label.Count)}.");
            }

            int needed = CtcFrames.Needed(labels), steps = rows.Length(added), each = label.Subsampling;
            int frames = (steps + each - 1) / each;
            if (needed <= frames)
                return;
            var (found, name) = ($"'{rows.Columns.Sequence.Name}'", each == 1 ? "step" : "frame");
            throw new InvalidDataException($"Column '{label.Name}', {RowName.Of(row)}: {labels.Length} labels, "
                + $"{needed - labels.Length} of them equal to the one before, need {needed} {name}s, but "
                + (each == 1 ? $"column {found} has {steps}" : $"the {steps} steps of column {found} become {frames}, one for {each} steps")
                + $"; expected a {name} for each label, and one more between two equal ones.");
        }
    }

    private sealed class TargetGetter(DataViewRow row, DataViewSchema.Column source, SequenceLabel label) : LabelGetter
    {
        private readonly ValueGetter<float> _getter = row.GetGetter<float>(source);

        public override void Write(SequenceRows rows, int added)
        {
            float value = 0;
            _getter(ref value);
            if (!float.IsFinite(value))
            {
                throw new InvalidDataException(
                    $"Column '{label.Name}', {RowName.Of(row)}: the label is {value}, expected a finite number.");
            }

            rows.Targets(added)[0] = value;
        }
    }

    private sealed class TargetsGetter(DataViewRow row, DataViewSchema.Column source, SequenceLabel label) : LabelGetter
    {
        private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(source);
        private VBuffer<float> _value;

        public override void Write(SequenceRows rows, int added)
        {
            _getter(ref _value);
            if (_value.Length != label.Count)
            {
                throw new InvalidDataException(
                    $"Column '{label.Name}', {RowName.Of(row)}: {_value.Length} targets, expected {label.Count}.");
            }

            var targets = rows.Targets(added);
            _value.CopyTo(targets);
            for (int i = 0; i < targets.Length; i++)
            {
                if (!float.IsFinite(targets[i]))
                {
                    throw new InvalidDataException(
                        $"Column '{label.Name}', {RowName.Of(row)}, target {i}: {targets[i]}, expected a finite number.");
                }
            }
        }
    }

    private sealed class StepTargetsGetter(DataViewRow row, DataViewSchema.Column source, SequenceLabel label) : LabelGetter
    {
        private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(source);
        private VBuffer<float> _value;

        public override void Write(SequenceRows rows, int added)
        {
            _getter(ref _value);
            var targets = rows.Targets(added);
            if (_value.Length != targets.Length)
                throw new InvalidDataException($"Column '{label.Name}', {RowName.Of(row)}: {_value.Length} targets, but column "
                    + $"'{rows.Columns.Sequence.Name}' has {rows.Length(added)} steps; expected {targets.Length}, {label.Count} per step.");
            _value.CopyTo(targets);
            for (int i = 0; i < targets.Length; i++)
                if (float.IsInfinity(targets[i]))
                    throw new InvalidDataException($"Column '{label.Name}', {RowName.Of(row)}, step {i / label.Count}, target "
                        + $"{i % label.Count}: {targets[i]}, expected a finite number, or NaN for one that isn't counted.");
        }
    }
}
