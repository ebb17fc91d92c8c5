using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>One value per series, kept while the rows of a panel are read.</summary>
internal abstract class SeriesColumn(DataViewSchema.Column? source)
{
    public DataViewSchema.Column Source => source!.Value;

    /// <summary>The column that tells the series apart.</summary>
    public static SeriesColumn CreateId(DataViewRow row, DataViewSchema.Column source) => Create(typeof(SeriesIds<>), row, source);

    /// <summary>A column that is the same within a series.</summary>
    public static SeriesColumn CreateCarried(DataViewRow row, DataViewSchema.Column source) => Create(typeof(CarriedColumn<>), row, source);

    /// <summary>Makes the getter of the series' value, for an output column of the source's type.</summary>
    /// <param name="series">Gives the current series when the getter is called.</param>
    public abstract ValueGetter<TValue> CreateGetter<TValue>(Func<int> series);

    /// <summary>The series' value as text, for errors.</summary>
    public abstract string Describe(int series);

    private static SeriesColumn Create(Type type, DataViewRow row, DataViewSchema.Column source) =>
        (SeriesColumn)Activator.CreateInstance(type.MakeGenericType(source.Type.RawType),
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, [row, source], null)!;

    protected static string Text<T>(T value) => value switch
    {
        ReadOnlyMemory<char> text => $"'{text}'",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value}",
    };
}

/// <summary>Numbers the series in the order in which they first occur.</summary>
internal abstract class SeriesIds(DataViewSchema.Column? source) : SeriesColumn(source)
{
    /// <summary>The number of the series of the cursor's row.</summary>
    public abstract int Current();

    /// <summary>The number of series so far.</summary>
    public abstract int Count { get; }
}

/// <inheritdoc/>
internal sealed class SeriesIds<T>(DataViewRow row, DataViewSchema.Column source) : SeriesIds(source) where T : notnull
{
    private static readonly ColumnValues<T> Values = ColumnValues.Of<T>();
    private readonly ValueGetter<T> _getter = row.GetGetter<T>(source);
    private readonly Dictionary<T, int> _numbers = new(Values);
    private readonly List<T> _ids = [];

    public override int Count => _ids.Count;

    public override int Current()
    {
        T id = default!;
        _getter(ref id);
        if (_numbers.TryGetValue(id, out int number))
            return number;
        if (id is ReadOnlyMemory<char> { IsEmpty: true } || (Source.Type is KeyDataViewType && Values.Equals(id, default)))
            throw new InvalidDataException($"Column '{Source.Name}', {RowName.Of(row)}: the series is missing, expected a value.");
        id = Values.Copy(id);
        _numbers.Add(id, _ids.Count);
        _ids.Add(id);
        return _ids.Count - 1;
    }

    public override ValueGetter<TValue> CreateGetter<TValue>(Func<int> series) =>
        (ValueGetter<TValue>)(Delegate)(ValueGetter<T>)((ref T value) => value = _ids[series()]);

    public override string Describe(int series) => Text(_ids[series]);
}

/// <summary>All rows are of one series, which no column names.</summary>
internal sealed class OneSeries() : SeriesIds(null)
{
    public override int Count => 1;

    public override int Current() => 0;

    public override ValueGetter<TValue> CreateGetter<TValue>(Func<int> series) => throw new NotSupportedException();

    public override string Describe(int series) => "";
}

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
