using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.CommandLine;

/// <summary>A file of series as a view, with the columns under the file's names.</summary>
internal sealed class SeriesView(SeriesTable table) : SequentialDataView(SchemaOf(table))
{
    public override long? GetRowCount() => table.Columns.Rows.Length;

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand) => new Cursor(table, Schema, active);

    private static DataViewSchema SchemaOf(SeriesTable table)
    {
        var schema = new DataViewSchema.Builder();
        if (table.Series is { } series)
            schema.AddColumn(table.Name(series), TextDataViewType.Instance);
        if (table.Time is { } time)
            schema.AddColumn(table.Name(time), table.TimeFormat is null ? NumberDataViewType.Double : TextDataViewType.Instance);
        foreach (var column in table.Values.Concat(table.Known))
            schema.AddColumn(table.Name(column), NumberDataViewType.Single);
        return schema.ToSchema();
    }

    private sealed class Cursor(SeriesTable table, DataViewSchema schema, bool[] active) : SequentialCursor(schema, active)
    {
        private readonly int[] _columns = [.. new[] { table.Series, table.Time }.OfType<int>(), .. table.Values, .. table.Known];
        private int _row = -1;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_row, 0);

        protected override bool MoveToNextRow() => ++_row < table.Columns.Rows.Length;

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column)
        {
            var field = _columns[column.Index];
            Delegate getter = column.Type switch
            {
                TextDataViewType => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
                    value = table.Columns.Rows[_row].Values[field].Trim().AsMemory()),
                _ when typeof(TValue) == typeof(double) => (ValueGetter<double>)((ref double value) =>
                    value = double.Parse(table.Columns.Rows[_row].Values[field], CultureInfo.InvariantCulture)),
                _ => (ValueGetter<float>)((ref float value) => value = SeriesTable.Number(table.Columns.Rows[_row], field)),
            };
            return (ValueGetter<TValue>)getter;
        }
    }
}
