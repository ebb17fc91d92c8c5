using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

// What is read of the data to describe a column, and what is said of one of another type.
public sealed partial class SequenceColumn
{
    private static long Largest<T>(IDataView data, DataViewSchema.Column column, CancellationToken cancellationToken)
        where T : struct, IConvertible, IComparable<T>
    {
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        T? largest = null;
        bool hasRows = false;
        while (cursor.MoveNext())
        {
            hasRows = true;
            cancellationToken.ThrowIfCancellationRequested();
            getter(ref value);
            foreach (T item in value.GetValues())
            {
                if (largest is null || item.CompareTo(largest.Value) > 0)
                    largest = item;
            }

            // Elements that a sparse vector omits are 0.
            if (!value.IsDense && largest?.CompareTo(default) is null or < 0)
                largest = default(T);
        }

        if (!hasRows)
            throw new InvalidDataException($"The data has no rows: there is no vocabulary of column '{column.Name}' to learn.");
        return largest?.ToInt64(CultureInfo.InvariantCulture) ?? -1;
    }

    private static ArgumentException WrongType(DataViewSchema.Column column)
    {
        var item = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        string advice = item switch
        {
            TextDataViewType when column.Type is VectorDataViewType => "; map words with MapValueToKey",
            TextDataViewType => "; make keys of it with TokenizeText",
            NumberDataViewType or BooleanDataViewType when column.Type is VectorDataViewType => "; convert it with ConvertType",
            _ => "",
        };
        return new ArgumentException(
            $"Column '{column.Name}' is {column.Type}: expected a vector of keys, Int32, Int64 or Single{advice}.");
    }
}
