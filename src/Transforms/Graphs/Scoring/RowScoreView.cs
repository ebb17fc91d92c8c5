using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>A view of nodes or graphs with the columns that a model adds; all rows are scored together, once, when one of them is first asked for.</summary>
internal sealed class RowScoreView : SequentialDataView
{
    private readonly IDataView _input;
    private readonly GraphModelInfo _info;
    private readonly Lazy<float[]> _scores;

    internal RowScoreView(IDataView input, GraphModelInfo info, Func<float[]> score) : base(AddTo(input.Schema, info))
    {
        (_input, _info, _scores) = (input, info, new(score));
    }

    public override bool CanShuffle => false;

    public override long? GetRowCount() => _input.GetRowCount();

    /// <summary>The schema with <c>PredictedLabel</c> (of a classifier) and <c>Score</c> after its own columns.</summary>
    internal static DataViewSchema AddTo(DataViewSchema input, GraphModelInfo info)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        if (info.HasClasses)
            builder.AddColumn(SequenceModelFormat.PredictedLabel, new KeyDataViewType(typeof(uint), info.Outputs), KeyValues(info.Labels!));
        builder.AddColumn(SequenceModelFormat.Score,
            info.HasClasses || info.Outputs > 1 ? new VectorDataViewType(NumberDataViewType.Single, info.Outputs) : NumberDataViewType.Single,
            info.Labels?.Values is { } slots && slots.Count == info.Outputs ? SlotNames(slots) : null);
        return builder.ToSchema();
    }

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand)
    {
        var inner = _input.GetRowCursor(_input.Schema.Where(column => active[column.Index]));
        return new Cursor(this, active, inner);
    }

    private static DataViewSchema.Annotations? KeyValues(SequenceModelLabels labels)
    {
        if (labels is not { Type: { } type, Values: { } values })
            return null;
        var annotations = new DataViewSchema.Annotations.Builder();
        LabelType.Find(type)!.AddKeyValues(annotations, values);
        return annotations.ToAnnotations();
    }

    private static DataViewSchema.Annotations SlotNames(IReadOnlyList<string> slots)
    {
        ReadOnlyMemory<char>[] names = [.. slots.Select(slot => slot.AsMemory())];
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(names.Length, names).CopyTo(ref value));
        return annotations.ToAnnotations();
    }

    private sealed class Cursor(RowScoreView view, bool[] active, DataViewRowCursor inner) : SequentialCursor(view.Schema, active)
    {
        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        protected override bool MoveToNextRow() => inner.MoveNext();

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index < view._input.Schema.Count)
                return inner.GetGetter<TValue>(view._input.Schema[column.Index]);
            var outputs = view._info.Outputs;
            var scores = view._scores.Value;
            Span<float> Row() => scores.AsSpan((int)inner.Position * outputs, outputs);
            Delegate getter = column.Name == SequenceModelFormat.PredictedLabel
                ? (ValueGetter<uint>)((ref uint value) => value = (uint)ArgMax(Row()) + 1)
                : column.Type is VectorDataViewType
                    ? (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
                    {
                        var editor = VBufferEditor.Create(ref value, outputs);
                        Row().CopyTo(editor.Values);
                        value = editor.Commit();
                    })
                    : (ValueGetter<float>)((ref float value) => value = Row()[0]);
            return (ValueGetter<TValue>)getter;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
        }

        private static int ArgMax(ReadOnlySpan<float> scores)
        {
            var best = 0;
            for (var i = 1; i < scores.Length; i++)
                if (scores[i] > scores[best])
                    best = i;
            return best;
        }
    }
}
