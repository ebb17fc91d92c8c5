using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The scores of the row that a cursor or mapper is at.</summary>
internal delegate ReadOnlySpan<float> RowScores();

/// <summary>The columns that a model of nodes or graphs adds: <c>PredictedLabel</c> (of a classifier) and <c>Score</c>.</summary>
internal static class GraphScoreColumns
{
    internal static DataViewSchema Of(GraphModelInfo info)
    {
        var builder = new DataViewSchema.Builder();
        if (info.HasClasses)
            builder.AddColumn(SequenceModelFormat.PredictedLabel, new KeyDataViewType(typeof(uint), info.Outputs), KeyValues(info.Labels!));
        builder.AddColumn(SequenceModelFormat.Score,
            info.HasClasses || info.Outputs > 1 ? new VectorDataViewType(NumberDataViewType.Single, info.Outputs) : NumberDataViewType.Single,
            info.Labels?.Values is { } slots && slots.Count == info.Outputs ? SlotNames(slots) : null);
        return builder.ToSchema();
    }

    /// <summary>The getter of one of them.</summary>
    internal static Delegate Getter(DataViewSchema.Column column, RowScores scores)
    {
        if (column.Name == SequenceModelFormat.PredictedLabel)
            return (ValueGetter<uint>)((ref uint value) => value = (uint)ArgMax(scores()) + 1);
        if (column.Type is not VectorDataViewType)
            return (ValueGetter<float>)((ref float value) => value = scores()[0]);
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            var row = scores();
            var editor = VBufferEditor.Create(ref value, row.Length);
            row.CopyTo(editor.Values);
            value = editor.Commit();
        });
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

    private static int ArgMax(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best])
                best = i;
        return best;
    }
}
