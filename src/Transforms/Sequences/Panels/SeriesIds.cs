using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

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
