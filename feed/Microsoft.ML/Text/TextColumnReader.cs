using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Holds the value of one column in the current line.</summary>
internal abstract class TextColumnReader
{
    public abstract Delegate Getter { get; }

    /// <summary>Reads the value out of the fields of a line of so many fields.</summary>
    public abstract void Read(TextFields fields, int fieldCount, long line);

    public static TextColumnReader Create(TextColumn column, TextFormat format) =>
        (TextColumnReader)Generic.Call(typeof(TextColumnReader), nameof(CreateFor), column.ItemType.RawType, column, format);

    private static TextColumnReader CreateFor<T>(TextColumn column, TextFormat format)
    {
        var parser = TextValue.Parser<T>(column.ItemType, format.DecimalMarker, format.MissingRealsAsNaNs);
        // A field that is not in the line at all counts as empty, so it can be NaN too.
        bool readMissing = format.MissingRealsAsNaNs && (typeof(T) == typeof(float) || typeof(T) == typeof(double));
        return column.Type is VectorDataViewType
            ? new Vector<T>(column, parser, readMissing)
            : new Scalar<T>(column, parser, readMissing);
    }

    private sealed class Scalar<T>(TextColumn column, TextParser<T> parser, bool readMissing) : TextColumnReader
    {
        private T _value;

        public override Delegate Getter => (ValueGetter<T>)((ref T value) => value = _value);

        public override void Read(TextFields fields, int fieldCount, long line)
        {
            int index = column.Segments[0].Min;
            int position = fields.PositionOf(index);
            bool present = position < fields.Count && fields.Index(position) == index;
            var text = present ? fields.Text(position) : default;
            _value = default;
            if ((present || readMissing) && !parser(text, out _value))
                throw new InvalidOperationException($"Could not parse value {text} in line {line}, column {column.Name}");
        }
    }

    private sealed class Vector<T>(TextColumn column, TextParser<T> parser, bool readMissing) : TextColumnReader
    {
        private T[] _values = [];
        private int[] _indices = [];
        private int _size;
        private int _count;

        public override Delegate Getter => (ValueGetter<VBuffer<T>>)Get;

        public override void Read(TextFields fields, int fieldCount, long line)
        {
            _size = column.SizeIn(fieldCount);
            _count = 0;
            if (_values.Length < _size)
            {
                _values = new T[_size];
                _indices = new int[_size];
            }
            int offset = 0;
            foreach (var segment in column.Segments)
            {
                int end = segment.IsVariable ? Math.Max(segment.Min, fieldCount) : segment.End;
                int position = fields.PositionOf(segment.Min);
                for (; position < fields.Count && fields.Index(position) < end; position++)
                    Add(offset + fields.Index(position) - segment.Min, fields.Text(position), line);
                // Empty fields are kept when they are to be NaN, so what is missing is past the last one.
                for (int index = Math.Max(segment.Min, fields.Count); readMissing && index < end; index++)
                    Add(offset + index - segment.Min, default, line);
                offset += end - segment.Min;
            }
        }

        private void Add(int slot, ReadOnlyMemory<char> text, long line)
        {
            if (!parser(text, out _values[_count]))
                throw new InvalidOperationException($"Could not parse value {text} in slot {slot} of column {column.Name} in line {line}");
            _indices[_count++] = slot;
        }

        // As in ML.NET, at most half the slots filled makes a sparse vector.
        private void Get(ref VBuffer<T> destination)
        {
            bool sparse = _count <= _size / 2;
            var editor = VBufferEditor.Create(ref destination, _size, sparse ? _count : _size);
            if (sparse)
            {
                _values.AsSpan(0, _count).CopyTo(editor.Values);
                _indices.AsSpan(0, _count).CopyTo(editor.Indices);
            }
            else
            {
                editor.Values.Clear();
                for (int i = 0; i < _count; i++)
                    editor.Values[_indices[i]] = _values[i];
            }
            destination = editor.Commit();
        }
    }
}
