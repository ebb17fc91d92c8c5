using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>A column whose values within a series are all the same.</summary>
internal abstract class CarriedColumn(DataViewSchema.Column source) : SeriesColumn(source)
{
    /// <summary>Takes the value of the cursor's row.</summary>
    /// <param name="series">The series; new ones come in the order of their numbers.</param>
    /// <param name="name">The series' name in errors.</param>
    /// <exception cref="InvalidDataException">It differs from an earlier row of the series.</exception>
    public abstract void Observe(int series, Func<string> name);
}

/// <inheritdoc/>
internal sealed class CarriedColumn<T>(DataViewRow row, DataViewSchema.Column source) : CarriedColumn(source)
{
    private static readonly ColumnValues<T> Values = ColumnValues.Of<T>();
    private readonly ValueGetter<T> _getter = row.GetGetter<T>(source);
    private readonly List<(T Value, long Row)> _first = [];
    private T _value = default!;

    public override void Observe(int series, Func<string> name)
    {
        _getter(ref _value);
        if (series == _first.Count)
        {
            _first.Add((Values.Copy(_value), row.Position));
            return;
        }

        var (value, first) = _first[series];
        if (!Values.Equals(_value, value))
        {
            throw new InvalidDataException($"Column '{Source.Name}' differs within {name()}: {Text(value)} in row {first}, "
                + $"{Text(_value)} in {RowName.Of(row)}; a carried column has one value per {name().Split(' ')[0]}.");
        }
    }

    public override ValueGetter<TValue> CreateGetter<TValue>(Func<int> series) =>
        (ValueGetter<TValue>)(Delegate)(ValueGetter<T>)((ref T value) => value = series() is >= 0 and var known
            ? Values.Copy(_first[known].Value) : Missing());

    // NaN for numbers, the missing value for keys and text.
    private T Missing() => Source.Type is VectorDataViewType
        ? throw new InvalidDataException($"Column '{Source.Name}': a node without rows has no vector there; expected a row for each.")
        : typeof(T) == typeof(float) ? (T)(object)float.NaN : typeof(T) == typeof(double) ? (T)(object)double.NaN : default!;

    public override string Describe(int series) => Text(_first[series].Value);
}
