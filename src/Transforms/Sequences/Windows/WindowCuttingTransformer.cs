using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Cuts sequences into windows (<see cref="WindowCuttingEstimator"/>).</summary>
/// <remarks>
/// ML.NET has no saved form for a transformer that turns one row into several. To forecast, one window of a sequence is enough:
/// <see cref="LastWindow"/> gives it, works in prediction engines, and is saved with the model that was fitted on all windows:
/// <code>
/// var windows = ml.Transforms.CutWindows("Window", 48, "Load", horizon: 24).Fit(data);
/// var model = trainer.Fit(windows.Transform(data));
/// ml.Model.Save(new TransformerChain&lt;ITransformer&gt;(windows.LastWindow(), model), data.Schema, path);
/// </code>
/// </remarks>
public sealed class WindowCuttingTransformer : ITransformer
{
    private readonly WindowCuttingEstimator.Options _options;
    private readonly WindowLayout _fitted;

    internal WindowCuttingTransformer(WindowCuttingEstimator.Options options, WindowLayout fitted) =>
        (_options, _fitted) = (options, fitted);

    /// <summary>
    /// Whether each row gives exactly one: with <see cref="WindowCuttingEstimator.Options.LastWindowOnly"/> and without
    /// <see cref="WindowCuttingEstimator.Options.SkipShortSequences"/>.
    /// </summary>
    public bool IsRowToRowMapper => _options is { LastWindowOnly: true, SkipShortSequences: false };

    /// <summary>
    /// A transformer that takes only the last window of each sequence, the one to forecast from, without a target: one row per row. A
    /// sequence that is shorter than a window is an error.
    /// </summary>
    /// <remarks>
    /// Saved as ML.NET's OnnxTransformer, so a program that loads it needs Microsoft.ML.OnnxTransformer but no package of ours.
    /// Sequences of keys can't be saved.
    /// </remarks>
    public WindowCuttingTransformer LastWindow() => new(_options.OfLastWindow(), _fitted);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column of sequences is missing or of another type than expected.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new WindowLayout(inputSchema, _options).Schema;
    }

    /// <summary>
    /// The windows of the input's sequences. Reading throws an <see cref="InvalidDataException"/> that names column and row where a
    /// sequence is too short (and short ones aren't skipped) or its length is not a multiple of the feature count.
    /// </summary>
    /// <exception cref="ArgumentException">The column of sequences is missing or of another type than expected.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new WindowView(input, new WindowLayout(input.Schema, _options));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A row gives several: see <see cref="IsRowToRowMapper"/>.</exception>
    /// <exception cref="ArgumentException">The column of sequences is missing or of another type than expected.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!IsRowToRowMapper)
            throw new InvalidOperationException("CutWindows makes several rows of one and is no row-to-row mapper; LastWindow() of the "
                + "transformer is.");
        var layout = new WindowLayout(inputSchema, _options);
        return new RowMapping(inputSchema, [_options.Input], layout.AddedColumns, row => WindowReader.OpenLast(row, layout));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        var item = ((VectorDataViewType)_fitted.Source.Type).ItemType;
        if (!IsRowToRowMapper || _options.HasTarget || _options.StartColumnName is not null)
        {
            throw new NotSupportedException("CutWindows can't be saved in a model, since ML.NET has no form for several rows of one. "
                + "Put LastWindow() of the transformer in its place, which takes the window to forecast from, and save that with the model "
                + "that was fitted on the windows.");
        }

        if (item is KeyDataViewType)
        {
            throw new NotSupportedException($"CutWindows can't be saved in a model for column '{_fitted.Source.Name}', which is "
                + $"{_fitted.Source.Type}: ML.NET has no form for windows of keys. Cut them in the program that uses the model.");
        }

        LastWindowModel.Save(ctx, _options, _fitted.Source, _fitted.Width);
    }
}
