using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>The rows of text files. Every cursor reads the files from the beginning; it holds one line.</summary>
internal sealed class TextView(IMultiStreamSource files, TextFormat format, TextColumn[] columns, DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(files, format, columns, schema, columnsNeeded.Select(column => column.Index).ToHashSet());

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly TextLines _lines;
        private readonly TextFormat _format;
        private readonly TextFields _fields;
        private readonly TextColumnReader[] _readers; // null for a column that is not needed
        private readonly int _lastNeeded;
        private long _position = -1;
        private bool _ended;

        public Cursor(IMultiStreamSource files, TextFormat format, TextColumn[] columns, DataViewSchema schema, HashSet<int> needed)
        {
            Schema = schema;
            _format = format;
            _lines = new TextLines(files, format, format.HasHeader);
            _fields = new TextFields(format);
            _readers = columns.Select((column, i) => needed.Contains(i) ? TextColumnReader.Create(column, format) : null).ToArray();
            int end = columns.Where((_, i) => needed.Contains(i)).SelectMany(column => column.Segments)
                .Select(segment => segment.End).Append(1).Max();
            _lastNeeded = (format.InputSize > 0 ? Math.Min(end, format.InputSize) : end) - 1;
        }

        public override DataViewSchema Schema { get; }

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            _ended |= _position + 1 >= _format.MaxRows || !_lines.MoveNext();
            if (_ended)
            {
                _position = -1;
                return false;
            }
            string line = _format.TrimWhitespace ? _lines.Text.TrimEnd() : _lines.Text;
            int fieldCount = _fields.Split(line, _lastNeeded);
            foreach (var reader in _readers)
                reader?.Read(_fields, fieldCount, _lines.Number);
            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => _readers[column.Index] is not null;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            var reader = _readers[column.Index]
                ?? throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the cursor was created");
            var getter = reader.Getter as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Invalid TValue in GetGetter: '{typeof(TValue)}', "
                    + $"expected type: '{column.Type.RawType}'.");
            return (ref TValue value) =>
            {
                CheckOnRow();
                getter(ref value);
            };
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
        {
            CheckOnRow();
            id = new DataViewRowId((ulong)_position, 0);
        };

        private void CheckOnRow()
        {
            if (_position < 0)
                throw new InvalidOperationException("Values can only be read after MoveNext returned true");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _lines.Dispose();
            base.Dispose(disposing);
        }
    }
}
