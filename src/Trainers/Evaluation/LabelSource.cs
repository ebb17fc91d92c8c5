using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The text that a label's keys were made of, where it is in the view: a transform that writes keys in its column's own place leaves the
/// text beneath, hidden. It tells labels that are missing from those that the keys don't know.
/// </summary>
internal sealed class LabelSource
{
    private readonly ValueGetter<ReadOnlyMemory<char>>? _text;
    private readonly ValueGetter<VBuffer<ReadOnlyMemory<char>>>? _texts;
    private ReadOnlyMemory<char> _one;
    private VBuffer<ReadOnlyMemory<char>> _all;

    internal LabelSource(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
            _texts = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        else
            _text = row.GetGetter<ReadOnlyMemory<char>>(column);
    }

    /// <summary>The column; null where there is none.</summary>
    internal static DataViewSchema.Column? Find(DataViewSchema schema, DataViewSchema.Column label)
    {
        var isVector = label.Type is VectorDataViewType;
        foreach (var column in schema.Reverse())
            if (column.Name == label.Name && column.Index < label.Index && column.Type is VectorDataViewType == isVector
                && (column.Type as VectorDataViewType)?.ItemType is TextDataViewType or null
                && (isVector || column.Type is TextDataViewType))
                return column;
        return null;
    }

    /// <summary>Whether the current row has no text there.</summary>
    /// <param name="step">The step; 0 where a row has one label.</param>
    internal bool IsEmpty(int step)
    {
        if (_text is not null)
        {
            _text(ref _one);
            return _one.Span.IsWhiteSpace();
        }
        _texts!(ref _all);
        return step >= _all.Length || _all.GetItemOrDefault(step).Span.IsWhiteSpace();
    }
}
