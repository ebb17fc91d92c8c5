using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Cuts sequences into windows of equal length, one row a window; the other columns are copied to each window of their row.
/// The windows of a sequence of T steps start at steps 0, stride, 2·stride, … as long as window and horizon fit into T; steps at its
/// end that no further stride reaches are in no window. Nothing is held in memory but the sequence being cut.
/// </summary>
/// <remarks>
/// | | |
/// |-|-|
/// | Input | vector of Single (steps × features), of keys, Int32 or Int64 |
/// | Output | fixed vector, [<c>WindowSteps</c>, features] of Single or <c>WindowSteps</c> tokens |
/// | Does this estimator need to look at the data? | No |
/// | Row to row | No, the number of rows changes |
/// | Can be saved | No, see <see cref="WindowCuttingTransformer"/> |
/// </remarks>
public sealed partial class WindowCuttingEstimator : IEstimator<WindowCuttingTransformer>
{
    private readonly Options _options;

    internal WindowCuttingEstimator(Options options) => _options = options.Checked();

    /// <summary>Checks the columns; there is nothing to learn.</summary>
    /// <exception cref="ArgumentException">The column of sequences is missing or of another type than expected.</exception>
    public WindowCuttingTransformer Fit(IDataView input)
    {
        var transformer = new WindowCuttingTransformer(_options);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var source = inputSchema.RequireSequence(_options.Input);
        var item = (PrimitiveDataViewType)source.ItemType;
        // Sizes and counts are no part of a shape: any will do.
        var type = source.IsKey ? new KeyDataViewType(item.RawType, 1) : item;
        return inputSchema.With(WindowLayout.Added(type, source.AnnotationsLike("KeyValues"), 1, _options));
    }
}

/// <summary>
/// Cuts sequences into windows (<see cref="WindowCuttingEstimator"/>). It is not part of a saved model: ML.NET saves only transformers
/// of its own. Save the model that was fitted on the windows, and cut new data the same way before giving it to the model.
/// </summary>
public sealed class WindowCuttingTransformer : ITransformer
{
    private readonly WindowCuttingEstimator.Options _options;

    internal WindowCuttingTransformer(WindowCuttingEstimator.Options options) => _options = options;

    /// <summary>False: a row in makes several rows out.</summary>
    public bool IsRowToRowMapper => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column of sequences is missing or of another type than expected.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new WindowLayout(inputSchema, _options).Schema;

    /// <summary>
    /// The windows of the input's sequences. Reading them throws an <see cref="InvalidDataException"/> that names column and row where a
    /// sequence is too short (and such are not skipped) or its length is not a multiple of the feature count.
    /// </summary>
    /// <exception cref="ArgumentException">The column of sequences is missing or of another type than expected.</exception>
    public IDataView Transform(IDataView input) => new WindowView(input, new WindowLayout(input.Schema, _options));

    /// <summary>Not possible.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw new InvalidOperationException("CutWindows makes several rows of one and is no row-to-row mapper.");

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException("CutWindows can't be saved in a model. Transform the data with it first, fit the other estimators "
            + "on the windows and save what that gives; cut new data with CutWindows in the program that uses it.");
}
