using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Groups a panel into sequences (<see cref="SequenceGroupingEstimator"/>). ML.NET has no saved form for a transformer that
/// makes one row of several: save the model that was fitted on the sequences, and group new data before giving it to the model.
/// </summary>
public sealed class SequenceGroupingTransformer : ITransformer
{
    private readonly SequenceGroupingEstimator.Options _options;

    internal SequenceGroupingTransformer(SequenceGroupingEstimator.Options options) => _options = options;

    /// <summary>False: several rows in make one out.</summary>
    public bool IsRowToRowMapper => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type than expected.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new PanelLayout(inputSchema, _options).Schema;
    }

    /// <summary>
    /// The sequences of a panel. Reading throws an <see cref="InvalidDataException"/> that names columns, series and rows where a
    /// series or time is missing, a series has two rows at one time, or a carried column differs within a series.
    /// </summary>
    /// <exception cref="ArgumentException">A column is missing or of another type than expected.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new PanelView(input, new PanelLayout(input.Schema, _options));
    }

    /// <summary>Not possible.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw new InvalidOperationException("GroupIntoSequences makes one row of several and is no row-to-row mapper.");

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException("GroupIntoSequences can't be saved in a model, since ML.NET has no form for one row of several. "
            + "Transform the data with it first, fit the other estimators on the sequences and save what that gives; "
            + "group new data with GroupIntoSequences in the program that uses it.");
}
