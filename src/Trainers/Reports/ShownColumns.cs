using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers;

/// <summary>Columns by which a reader recognizes a row: those of texts and numbers, as text.</summary>
internal sealed class ShownColumns
{
    private const int Most = 3, MostValues = 12;

    /// <param name="schema">The columns of the view.</param>
    /// <param name="names">Those to show; null for the first of texts.</param>
    /// <param name="beside">Columns that are shown anyhow.</param>
    /// <exception cref="ArgumentException">A column is missing, or can't be shown.</exception>
    internal ShownColumns(DataViewSchema schema, IReadOnlyList<string>? names, params string?[] beside)
    {
        Columns = names is null
            ? [.. schema.Where(column => !column.IsHidden && column.Type is TextDataViewType && !beside.Contains(column.Name)).Take(Most)]
            : [.. names.Select(name => schema.GetColumnOrNull(name) is not { } column
                ? throw new ArgumentException($"The view has no column '{name}' to show; it has {string.Join(", ",
                    schema.Where(one => !one.IsHidden).Select(one => one.Name))}.")
                : CanShow(column.Type) ? column : throw new ArgumentException($"Column '{name}' is {column.Type}; expected texts, numbers, "
                    + "true or false, or a vector of some, to show."))];
    }

    internal IReadOnlyList<DataViewSchema.Column> Columns { get; }

    internal Func<string[]> Open(DataViewRow row)
    {
        Func<string>[] readers = [.. Columns.Select(column => Reader(row, column))];
        return () => [.. readers.Select(read => read())];
    }

    private static bool CanShow(DataViewType type) =>
        (type is VectorDataViewType vector ? vector.ItemType : type) is TextDataViewType or NumberDataViewType or BooleanDataViewType;

    private static Func<string> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        var item = column.Type is VectorDataViewType vector ? vector.ItemType.RawType : column.Type.RawType;
        return (Func<string>)typeof(ShownColumns).GetMethod(column.Type is VectorDataViewType ? nameof(Many) : nameof(One),
                System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(item).Invoke(null, [row, column])!;
    }

    private static Func<string> One<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return Text(value);
        };
    }

    private static Func<string> Many<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> values = default;
        var most = typeof(T) == typeof(ReadOnlyMemory<char>) ? 5 * MostValues : MostValues;
        return () =>
        {
            getter(ref values);
            return string.Join(' ', values.DenseValues().Take(most).Select(Text)) + (values.Length > most ? $" … ({values.Length})" : "");
        };
    }

    private static string Text<T>(T value) => value switch
    {
        float number => number.ToString("g4", CultureInfo.InvariantCulture),
        double number => number.ToString("g4", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };
}
