using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The checked columns of a panel, and those of the sequences made from it.</summary>
internal sealed class PanelLayout
{
    public PanelLayout(DataViewSchema input, SequenceGroupingEstimator.Options options)
    {
        var series = input.Require(options.SeriesColumnName);
        var time = input.Require(options.TimeColumnName);
        Columns = new(series, time, [.. options.FeatureColumnNames.Select(name => input.Require(name, "FeatureColumnName"))],
            [.. options.CarriedColumnNames.Select(name => input.Require(name, "CarriedColumnName"))]);
        Columns.Check();
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(series.Name, series.Type, series.Annotations);
        schema.AddColumn(options.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, 0, Columns.FeatureCount));
        schema.AddColumns(Columns.Carried.Select(column => new DataViewSchema.DetachedColumn(column)));
        Schema = schema.ToSchema();
    }

    public PanelColumns Columns { get; }

    /// <summary>The series, the sequence, then the carried columns.</summary>
    public DataViewSchema Schema { get; }
}
