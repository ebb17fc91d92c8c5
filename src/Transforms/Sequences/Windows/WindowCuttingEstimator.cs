using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Cuts sequences into windows of equal length, one row per window; the other columns are copied to each window of their row.
/// The windows of a sequence of T steps start at steps 0, stride, 2·stride, … as long as window and horizon fit into T; steps at its
/// end may be in no window. Only the sequence being cut is in memory.
/// </summary>
/// <remarks>
/// | | |
/// |-|-|
/// | Input | vector of Single (steps × features), of keys, Int32 or Int64 |
/// | Output | fixed vector, [<c>WindowSteps</c>, features] of Single or <c>WindowSteps</c> tokens |
/// | Does this estimator need to look at the data? | No |
/// | Row to row | No, the number of rows changes; yes with <c>LastWindowOnly</c> |
/// | Can be saved | <see cref="WindowCuttingTransformer.LastWindow"/> can |
/// </remarks>
public sealed partial class WindowCuttingEstimator : IEstimator<WindowCuttingTransformer>
{
    private readonly Options _options;

    internal WindowCuttingEstimator(Options options) => _options = options.Checked();

    /// <summary>Checks the columns; there is nothing to learn.</summary>
    /// <exception cref="ArgumentException">The column of sequences is missing or of another type than expected.</exception>
    public WindowCuttingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new(_options, new WindowLayout(input.Schema, _options));
    }

    /// <summary>What the windows add to a schema.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <remarks>
    /// A shape doesn't tell how many features a step has: where neither <see cref="Options.FeatureCount"/> nor
    /// <see cref="Options.TargetFeatures"/> does, one is taken, and a target one step ahead is promised to be a Single.
    /// </remarks>
    /// <exception cref="ArgumentException">The column of sequences is missing or of another type than expected.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var source = inputSchema.RequireSequence(_options.Input);
        var item = (PrimitiveDataViewType)source.ItemType;
        // Sizes and counts aren't part of a shape, so any will do.
        var type = source.IsKey ? new KeyDataViewType(item.RawType, 1) : item;
        return inputSchema.With(WindowLayout.Added(type, source.AnnotationsLike("KeyValues"), _options.FeatureCount ?? 1,
            _options));
    }
}
