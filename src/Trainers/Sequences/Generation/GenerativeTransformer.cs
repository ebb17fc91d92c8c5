using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The base class of trained language models and translators. They read rows ahead and predict many at a time, are saved with
/// <c>ml.Model.Save</c>, export ONNX models and keep their training history. Safe for use by several threads.
/// </summary>
/// <remarks>
/// <c>ml.Model.Load</c> gives ML.NET's own transformers in place of this type, with a mapping of this assembly between them that predicts
/// one row at a time on the CPU; its memory is freed when nothing refers to the loaded model any more. The program that loads the
/// model needs a reference to MLSeqGraph.Trainers; it need not register anything. <c>ml.Model.LoadSequenceGraph</c> restores this
/// type. Views are read by two cursors, so they have to give their rows in the same order each time.
/// </remarks>
public abstract class GenerativeTransformer : ModelTransformer, ITrained
{
    private readonly GenerativePayload _payload;

    private protected GenerativeTransformer(GenerativePayload payload, SequenceScoringOptions scoring)
        : base(payload.Info, payload.Models.Greedy)
    {
        (_payload, Scoring) = (payload, scoring.Checked());
        Generator = payload.Models.Load(Scoring.Target, Scoring.AcceptEditedFiles);
        if (FallbackReason is { } reason)
            Scoring.Log?.Invoke(reason);
    }

    /// <summary>The training history, epoch by epoch. The loss is in nats per token: its exponential is the perplexity.</summary>
    public TrainingHistory History => _payload.History;

    /// <summary>How closely the deployed models agreed with the trained network.</summary>
    public ModelVerification Verification => Info.Verification!;

    /// <summary>
    /// Writes token sequences, with all options of generation: ids as the model uses them, which for keys are the keys' numbers.
    /// </summary>
    public SequenceGenerator Generator { get; }

    /// <inheritdoc/>
    public sealed override ExecutionTarget Target => Generator.Model.Decoder.Target;

    /// <inheritdoc/>
    public sealed override string? FallbackReason => Generator.Model.Decoder.FallbackReason;

    /// <summary>How rows are scored.</summary>
    internal SequenceScoringOptions Scoring { get; }

    /// <summary>
    /// Writes the models into a folder: <c>decoder.onnx</c> and, for a translator or with further inputs, <c>encoder.onnx</c>, which
    /// <see cref="SequenceGenerator"/> runs; and <c>greedy.onnx</c>, which writes the most likely tokens by itself: a translator takes
    /// <c>source</c> [batch, source], a language model a prompt <c>tokens</c> [batch, prompt]. They were compared with the trained
    /// network when they were made.
    /// </summary>
    /// <exception cref="IOException">A file can't be written; an older file of that name stays as it was.</exception>
    /// <param name="path">The folder, which is created if it doesn't exist.</param>
    /// <param name="options">What else is said of the model, and how it is written; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The operator set is outside the range.</exception>
    /// <exception cref="NotSupportedException">
    /// The operator set lacks an operation of the model, or the options ask for another precision, which takes rows to compare on.
    /// </exception>
    /// <exception cref="InvalidDataException">The model was saved by an earlier version, without metadata to put this into.</exception>
    public sealed override void ExportToOnnx(string path, OnnxExportOptions? options) => _payload.Models.Export(path, options);

    /// <summary>The bytes of the ONNX files by their names.</summary>
    /// <param name="options">What else is said of the model, and how it is written; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The operator set is outside the range.</exception>
    /// <exception cref="NotSupportedException">
    /// The operator set lacks an operation of the model, or the options ask for another precision, which takes rows to compare on.
    /// </exception>
    /// <exception cref="InvalidDataException">The model was saved by an earlier version, without metadata to put this into.</exception>
    public IReadOnlyDictionary<string, byte[]> ToOnnxFiles(OnnxExportOptions? options = null) =>
        _payload.Models.Files.ToDictionary(file => file.Key, file => (byte[])[.. ExportedModel.Apply(file.Value, options)]);

    /// <inheritdoc/>
    public sealed override DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Windows(inputSchema).Rows().OutputSchema;

    /// <inheritdoc/>
    public sealed override IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Windows(input.Schema).Map(input);
    }

    /// <inheritdoc/>
    public sealed override IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Windows(inputSchema).Rows();

    /// <summary>Predicts rows, in batches of similar lengths.</summary>
    /// <param name="rows">What is read; a row without tokens or picture has a missing prediction.</param>
    /// <exception cref="ObjectDisposedException">The models were unloaded.</exception>
    internal GenerativeRow[] Predict(IReadOnlyList<GenerativeInput> rows)
    {
        GenerativeInput[] whole = [.. rows.Where(row => row.CanBeRead)];
        var predicted = whole.Length == 0 ? [] : Run(whole, Scoring.CancellationToken);
        var next = 0;
        return [.. rows.Select(row => row.CanBeRead ? predicted[next++] : Missing)];
    }

    /// <summary>The getter of an added column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="current">Gives the prediction for the current row.</param>
    internal abstract Delegate Getter(DataViewSchema.Column column, Func<GenerativeRow> current);

    private protected static ValueGetter<VBuffer<float>> Numbers(Func<float[]> current) => (ref VBuffer<float> value) =>
    {
        var numbers = current();
        var editor = VBufferEditor.Create(ref value, numbers.Length);
        numbers.CopyTo(editor.Values);
        value = editor.Commit();
    };

    /// <summary>The prediction for a row that can't be read.</summary>
    private protected abstract GenerativeRow Missing { get; }

    private protected abstract GenerativeRow[] Run(IReadOnlyList<GenerativeInput> rows, CancellationToken cancellationToken);

    private protected abstract DataViewSchema AddedColumns();

    /// <summary>Appends the same mapping to a saved chain.</summary>
    private protected abstract void AddTo(SavedChain chain, byte[] payload);

    /// <summary>Puts rows of similar lengths into batches, within the given numbers of rows and padded steps.</summary>
    /// <param name="rows">The steps that each row has.</param>
    /// <param name="mostRows">The most rows in a batch.</param>
    /// <param name="mostSteps">The most steps in a batch, padding included; a batch has at least one row.</param>
    private protected static IEnumerable<int[]> Batches(IReadOnlyList<int> rows, int mostRows, long mostSteps)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderBy(row => rows[row])];
        for (var first = 0; first < order.Length;)
        {
            var end = first + 1;
            while (end < order.Length && end - first < mostRows && (end + 1L - first) * rows[order[end]] <= mostSteps)
                end++;
            yield return order[first..end];
            first = end;
        }
    }

    private protected sealed override void Unload() => Generator.Dispose();

    private protected sealed override long Size => _payload.Models.Bytes;

    private protected sealed override ModelTransformer With(Precision precision) =>
        (_payload with { Models = _payload.Models.To(precision) }).ToTransformer(Scoring);

    private WindowMapping Windows(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        TokenReader.Bind(schema, Info);
        return new(schema, [.. Info.Inputs.Select(input => input.Column).Distinct()], AddedColumns(),
            (row, _) => () => new GenerativeWindow(this, row),
            (column, current) => Getter(column, () => ((GenerativeWindow)current()).Row),
            new(Math.Min(Scoring.BatchRows, Scoring.ReadAheadRows), Scoring.ReadAheadRows, CancellationToken: Scoring.CancellationToken,
                Log: Scoring.Log));
    }

    private protected sealed override void Save(ModelSaveContext context)
    {
        var columns = new DataViewSchema.Builder();
        foreach (var input in Info.Inputs.DistinctBy(input => input.Column))
            columns.AddColumn(input.Column, OnnxTransformerChain.TypeOf(input));
        var chain = new SavedChain(columns.ToSchema());
        SavedTokens.AddTo(chain, Info);
        AddTo(chain, _payload.ToBytes());
        ((ICanSaveModel)chain.ToTransformer()).Save(context);
    }
}
