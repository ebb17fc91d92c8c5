using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The base class of estimators that fit a model with hidden states to a column of sequences, all of which are in memory while it is
/// fitted.
/// </summary>
/// <typeparam name="TTransformer">The fitted model in a pipeline.</typeparam>
public abstract class StateSpaceEstimator<TTransformer> : IEstimator<TTransformer> where TTransformer : SequenceScoringTransformer
{
    private readonly MLContext _ml;
    private readonly StateSpaceOptions _options;

    private protected StateSpaceEstimator(MLContext ml, StateSpaceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_ml, _options) = (ml, options);
    }

    /// <summary>The input's columns and those the fitted model adds.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireSequence(_options.SequenceColumnName);
        return inputSchema.With(OutputColumns(inputSchema));
    }

    /// <summary>Fits the model.</summary>
    /// <param name="input">The rows.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or an option is out of its range.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or one is bad: the message names column and row.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    /// <exception cref="MLSeqGraph.Onnx.TensorMismatchException">The model to deploy gives other values than the fitted one.</exception>
    /// <exception cref="MLSeqGraph.Onnx.ExecutionTargetException">The target can't be used.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Validate();
        var name = GetType().Name;
        using var channel = ((IHostEnvironment)_ml).Register(name).Start("Training");
        input.Schema.Require(_options.SequenceColumnName);
        var column = Bound(SequenceColumn.FromData(input, _options.SequenceColumnName, _options.FeatureCount, _options.VocabularySize,
            _options.CancellationToken));
        var rows = Read(input, new(column, FindLabel(input.Schema)), channel);
        void Log(string line) => channel.Info(MessageSensitivity.None, "{0}", line);
        return Fit(rows, input.Schema, new() { Target = _options.Target, BadRows = _options.BadRows, Log = LogScoring }, Log);
    }

    /// <summary>The columns that the fitted model adds.</summary>
    private protected abstract Microsoft.ML.DataViewSchema OutputColumns(SchemaShape inputSchema);

    /// <summary>The label; null for none.</summary>
    private protected virtual SequenceLabel? FindLabel(DataViewSchema schema) => null;

    /// <summary>The column as the model reads it.</summary>
    private protected virtual SequenceColumn Bound(SequenceColumn column) => column;

    /// <summary>Fits to rows in memory.</summary>
    private protected abstract TTransformer Fit(SequenceRows rows, DataViewSchema schema, SequenceScoringOptions scoring,
        Action<string> log);

    /// <summary>A row as observations.</summary>
    private protected static ObservedSequence Observed(SequenceRows rows, int row) => rows.Columns.Sequence.Kind.IsReal()
        ? ObservedSequence.OfValues(Array.ConvertAll(rows.Features(row).ToArray(), value => (double)value),
            rows.Columns.Sequence.FeatureCount)
        : ObservedSequence.OfSymbols(Array.ConvertAll(rows.Tokens(row).ToArray(), token => token - 1));

    private SequenceRows Read(IDataView input, SequenceColumns columns, IChannel channel)
    {
        var (rows, skipped) = (new SequenceRows(columns), new SkippedRows());
        using var cursor = input.GetRowCursor([.. columns.Of(input.Schema)]);
        var reader = new SequenceReader(cursor, columns);
        while (cursor.MoveNextOrThrow())
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            reader.TryAddTo(rows, _options.BadRows, skipped);
        }
        if (rows.Count == 0)
            throw new InvalidDataException("The training data has no rows"
                + (skipped.Count > 0 ? $" but {skipped.Count} that can't be read. The first: {skipped.First}" : "."));
        if (skipped.Count > 0)
            channel.Warning(MessageSensitivity.None, "{0}",
                SkippedRows.Line(skipped.Count, "training rows can't be read and are left out", skipped.First));
        return rows;
    }

    private void LogScoring(string message)
    {
        using var channel = ((IHostEnvironment)_ml).Register(GetType().Name).Start("Scoring");
        channel.Warning(MessageSensitivity.None, "{0}", message);
    }
}
