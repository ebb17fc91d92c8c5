using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The columns that a panel is read from.</summary>
/// <param name="Series">The series of a row; null where there is one.</param>
/// <param name="Time">The time of a row; null to count rows.</param>
/// <param name="Features">Single, or vectors of Single of known size.</param>
/// <param name="Carried">Columns with one value per series.</param>
internal sealed record PanelColumns(DataViewSchema.Column? Series, DataViewSchema.Column? Time, DataViewSchema.Column[] Features,
    DataViewSchema.Column[] Carried)
{
    /// <summary>The format of times that are text.</summary>
    public string? TimeFormat { get; init; }

    /// <summary>Whether a row that goes back in time is an error.</summary>
    public bool InOrder { get; init; }

    /// <summary>Features per step.</summary>
    public int FeatureCount => Features.Sum(WidthOf);

    /// <summary>All columns that are read.</summary>
    public IEnumerable<DataViewSchema.Column> Needed => new[] { Series, Time }.OfType<DataViewSchema.Column>().Concat(Features)
        .Concat(Carried).DistinctBy(column => column.Index);

    /// <summary>Numbers per row of a column.</summary>
    public static int WidthOf(DataViewSchema.Column feature) => feature.Type is VectorDataViewType vector ? vector.Size : 1;

    /// <summary>The column that one of a step's numbers is from.</summary>
    public string NameAt(int number)
    {
        foreach (var feature in Features)
            if ((number -= WidthOf(feature)) < 0)
                return feature.Name;
        throw new ArgumentOutOfRangeException(nameof(number));
    }

    /// <exception cref="ArgumentException">A column is of another type than expected.</exception>
    public void Check()
    {
        if (Series is { } series && !IsId(series.Type))
            throw new ArgumentException($"Column '{series.Name}' is {series.Type}: expected the series as text, a key or a whole number.");
        if (Time is { Type: TextDataViewType } text && TimeFormat is null)
            throw new ArgumentException($"Column '{text.Name}' is {text.Type}: expected the time as a number, a date or a time span, "
                + $"or the format of dates that are text in the option {nameof(ForecastColumns.TimeFormat)}, such as 'yyyy-MM'.");
        if (Time is { } time && !TimeKey.IsTime(time.Type) && time.Type is not TextDataViewType)
            throw new ArgumentException($"Column '{time.Name}' is {time.Type}: expected the time as a number, a date or a time span.");
        foreach (var feature in Features)
            if (!IsFeature(feature.Type))
                throw new ArgumentException($"Column '{feature.Name}' is {feature.Type}: expected a Single or a vector of Single of known "
                    + "size.");
    }

    private static bool IsFeature(DataViewType type)
    {
        var item = type is VectorDataViewType { IsKnownSize: true } vector ? vector.ItemType : type;
        return item is NumberDataViewType && item.RawType == typeof(float);
    }

    private static bool IsId(DataViewType type) =>
        type is TextDataViewType or KeyDataViewType
        || (type is NumberDataViewType && type.RawType != typeof(float) && type.RawType != typeof(double));
}
