using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Groups features into vectors (<see cref="FeatureVectorGroupingEstimator"/>). ML.NET has no saved form for a transformer that
/// makes one row of several: save the model that was fitted on the vectors, and group new data in the program that uses it.
/// </summary>
public sealed class FeatureVectorGroupingTransformer : ITransformer
{
    private readonly FeatureVectorGroupingEstimator.Options _options;

    internal FeatureVectorGroupingTransformer(FeatureVectorGroupingEstimator.Options options, int featureCount) =>
        (_options, FeatureCount) = (options, featureCount);

    /// <summary>Size of the vectors.</summary>
    public int FeatureCount { get; }

    /// <summary>False: several rows in make one out.</summary>
    public bool IsRowToRowMapper => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type than expected.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        FeatureTripleReader.Check(inputSchema, _options);
        var node = inputSchema[_options.NodeColumnName];
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(node.Name, node.Type, node.Annotations);
        builder.AddColumn(_options.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, FeatureCount));
        foreach (var carried in _options.CarriedColumnNames.Select(name => inputSchema.Require(name)))
            builder.AddColumn(carried.Name, carried.Type, carried.Annotations);
        return builder.ToSchema();
    }

    /// <summary>
    /// One row per node. Reading throws an <see cref="InvalidDataException"/> that names the column and row of a value that is missing,
    /// out of range, not finite or repeated.
    /// </summary>
    /// <exception cref="ArgumentException">A column is missing or of another type than expected.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var schema = GetOutputSchema(input.Schema);
        var view = typeof(FeatureVectorView<>).MakeGenericType(schema[0].Type.RawType);
        return (IDataView)Activator.CreateInstance(view, schema, input, _options, FeatureCount)!;
    }

    /// <summary>Not possible.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw new InvalidOperationException("GroupIntoFeatureVectors makes one row of several and is no row-to-row mapper.");

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException("GroupIntoFeatureVectors can't be saved in a model, since ML.NET has no form for one row of "
            + "several. Transform the data with it first, fit the other estimators on the vectors and save what that gives; group new data "
            + "with GroupIntoFeatureVectors in the program that uses it.");
}
