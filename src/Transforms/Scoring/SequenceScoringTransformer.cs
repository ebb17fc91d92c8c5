using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Scores sequences with a deployed model (<see cref="ModelFormat"/>), many at a time: rows are read ahead, put into batches of
/// similar length, and handed out in their order.
/// </summary>
/// <remarks>
/// <para>Adds, by task:</para>
/// <list type="table">
/// <listheader><term>Task</term><description>Columns</description></listheader>
/// <item><term><see cref="ModelTask.Classification"/></term><description><c>PredictedLabel</c>, a key with the label's KeyValues;
/// <c>Score</c>, a vector of Single with a slot per class.</description></item>
/// <item><term><see cref="ModelTask.Binary"/></term><description><c>PredictedLabel</c>, Boolean; <c>Score</c>, Single, the logit;
/// <c>Probability</c>, Single.</description></item>
/// <item><term><see cref="ModelTask.Tagging"/></term><description><c>PredictedLabel</c>, a vector of keys, one per step; <c>Score</c>, a
/// vector of Single, steps × classes.</description></item>
/// <item><term><see cref="ModelTask.Alignment"/></term><description><c>PredictedLabel</c>, a vector of keys, as many as were found;
/// <c>Score</c>, a vector of Single, steps × (classes + 1), the last one's the blank's.</description></item>
/// <item><term><see cref="ModelTask.Span"/></term><description><c>PredictedLabel</c>, a vector of two Int64, the first and the last step,
/// counted from 0; <c>Score</c>, a vector of two Single, the probability of each; <c>Probability</c>, Single, their product.
/// </description></item>
/// <item><term><see cref="ModelTask.Regression"/></term><description><c>Score</c>, Single, or a vector of Single for several
/// outputs.</description></item>
/// <item><term><see cref="ModelTask.StepRegression"/></term><description><c>Score</c>, a vector of Single, steps × outputs.
/// </description></item>
/// </list>
/// <para>The model runs only if one of these columns is read. The data is read by two cursors, so it has to give its rows in the same
/// order each time. Any number of cursors and prediction engines may be used at once, each by one thread.</para>
/// <para><c>ml.Model.Save</c> stores it in the form of ML.NET's own transformers, so that <c>ml.Model.Load</c> reads it in any program
/// that references Microsoft.ML.OnnxTransformer. Loaded that way it scores one row at a time, and a Single <c>Score</c> or
/// <c>Probability</c> is a vector of size 1. <c>ml.Model.LoadSequenceGraph</c> reads it back as this transformer.</para>
/// </remarks>
public class SequenceScoringTransformer : ModelTransformer
{
    private readonly SequenceScorer _scorer;
    private readonly SequenceScoringOptions _options;

    /// <summary>Loads a deployed model.</summary>
    /// <param name="model">The bytes of the ONNX file.</param>
    /// <param name="options">How to score.</param>
    /// <param name="inputColumn">The column to read, instead of the one the model was trained on.</param>
    /// <exception cref="OnnxFileException">It is not an ONNX model, or ONNX Runtime can't run it.</exception>
    /// <exception cref="InvalidDataException">It is not a sequence model of MLSeqGraph.</exception>
    /// <exception cref="ArgumentException">The column is missing or not what the model reads.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
#pragma warning disable RS0022 // no protected member is of use to others
    public SequenceScoringTransformer(byte[] model, SequenceScoringOptions? options = null, SequenceColumn? inputColumn = null)
        : this(new ModelFile(model, acceptEdited: options?.AcceptEditedFiles ?? false), options,
            inputColumn is null ? null : ModelInput.Of(inputColumn))
    {
    }
#pragma warning restore RS0022

    internal SequenceScoringTransformer(ModelFile file, SequenceScoringOptions? options, ModelInput? input = null)
        : base(file.Of(ModelRows.Sequences).Info, file.Bytes)
    {
        File = file;
        _options = options = (options ?? new SequenceScoringOptions()).Checked();
        if (input is not null)
        {
            ScoringInput.CheckSame(file.Info.Input, input);
            input = input with { Padding = file.Info.Input.Padding };
        }
        _scorer = new SequenceScorer(new SequenceModel(file, options.Target, options.Log), input ?? file.Info.Input, options);
    }

    /// <summary>The file it was loaded from.</summary>
    internal ModelFile File { get; }

    internal Action<string>? Log => _options.Log;

    /// <summary>The column that is read.</summary>
    public string InputColumnName => _scorer.Input.Column;

    internal sealed override string MainColumn => InputColumnName;

    internal sealed override PreparedRows Prepare(IDataView rows) => new PreparedSequences(rows, this);

    /// <summary>The columns that are read of data of this schema.</summary>
    internal SequenceColumns Bind(DataViewSchema schema) => _scorer.Bind(schema);

    /// <inheritdoc/>
    public sealed override ExecutionTarget Target => _scorer.Model.Target;

    /// <inheritdoc/>
    public sealed override string? FallbackReason => _scorer.Model.FallbackReason;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input column is missing or not what the model reads.</exception>
    public sealed override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _scorer.Bind(inputSchema);
        return _scorer.Columns.AddTo(inputSchema);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input column is missing or not what the model reads.</exception>
    public sealed override IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _scorer.Map(input.Schema).Map(input);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input column is missing or not what the model reads.</exception>
    public sealed override IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _scorer.Map(inputSchema).Rows();
    }

    private protected sealed override void Save(ModelSaveContext context) =>
        OnnxTransformerChain.Save(context, _scorer.Model, _scorer.Input, _scorer.Options.BadRows);

    private protected sealed override ModelTransformer With(Precision precision) => Rounded(precision);

    /// <summary>The same with the large weights in another precision.</summary>
    internal SequenceScoringTransformer Rounded(Precision precision) => new(In(precision), _options, _scorer.Input);

    private protected sealed override void Unload() => _scorer.Dispose();
}
