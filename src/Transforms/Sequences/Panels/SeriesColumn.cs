using System.Globalization;
using System.Reflection;
using Microsoft.ML;

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
