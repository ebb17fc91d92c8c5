using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The checked columns of a panel, and those of the sequences made from it.</summary>
internal sealed class PanelLayout
{
    public PanelLayout(DataViewSchema input, SequenceGroupingEstimator.Options options)
    {
        Series = input.Require(options.SeriesColumnName);
        if (!IsId(Series.Type))
            throw new ArgumentException($"Column '{Series.Name}' is {Series.Type}: expected the series as text, a key or a whole number.");
        Time = input.Require(options.TimeColumnName);
        if (!TimeKey.IsTime(Time.Type))
            throw new ArgumentException($"Column '{Time.Name}' is {Time.Type}: expected the time as a number, a date or a time span.");
        Features = [.. options.FeatureColumnNames.Select(name => input.Require(name, "FeatureColumnName"))];
        foreach (var feature in Features)
        {
            if (!IsFeature(feature.Type))
            {
                throw new ArgumentException(
                    $"Column '{feature.Name}' is {feature.Type}: expected a Single or a vector of Single of known size.");
            }
        }

        Carried = [.. options.CarriedColumnNames.Select(name => input.Require(name, "CarriedColumnName"))];
        FeatureCount = Features.Sum(feature => feature.Type is VectorDataViewType vector ? vector.Size : 1);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(Series.Name, Series.Type, Series.Annotations);
        schema.AddColumn(options.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, 0, FeatureCount));
        schema.AddColumns(Carried.Select(column => new DataViewSchema.DetachedColumn(column)));
        Schema = schema.ToSchema();
    }

    public DataViewSchema.Column Series { get; }

    public DataViewSchema.Column Time { get; }

    public DataViewSchema.Column[] Features { get; }

    public DataViewSchema.Column[] Carried { get; }

    /// <summary>Features per step.</summary>
    public int FeatureCount { get; }

    /// <summary>The series, the sequence, then the carried columns.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>All columns that are read.</summary>
    public IEnumerable<DataViewSchema.Column> Needed => [Series, Time, .. Features, .. Carried];

    private static bool IsFeature(DataViewType type)
    {
        var item = type is VectorDataViewType { IsKnownSize: true } vector ? vector.ItemType : type;
        return item is NumberDataViewType && item.RawType == typeof(float);
    }

    private static bool IsId(DataViewType type) =>
        type is TextDataViewType or KeyDataViewType
        || (type is NumberDataViewType && type.RawType != typeof(float) && type.RawType != typeof(double));
}
