using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A deployed model of sequences, nodes, graphs or links, or one that writes sequences, in a pipeline: the base class of all of them.
/// Safe for use by several threads.
/// </summary>
public abstract class ModelTransformer : ITransformer, IDisposable
{
    private readonly byte[] _bytes;

    /// <param name="info">What the model is.</param>
    /// <param name="bytes">The ONNX file of the model that predicts by itself.</param>
    private protected ModelTransformer(ModelInfo info, byte[] bytes) => (Info, _bytes) = (info, bytes);

    /// <summary>
    /// What the model's metadata says: task, columns, classes, and how closely the deployed model agreed with the trained network.
    /// </summary>
    public ModelInfo Info { get; }

    /// <summary>Where the model scores: the target asked for, or the one that <see cref="ExecutionTarget.Auto"/> chose.</summary>
    public abstract ExecutionTarget Target { get; }

    /// <summary>
    /// Why <see cref="ExecutionTarget.Auto"/> fell back to the CPU; null where it didn't or another target was asked for.
    /// </summary>
    public abstract string? FallbackReason { get; }

    /// <summary>Whether a row can be scored by itself, as prediction engines need.</summary>
    public virtual bool IsRowToRowMapper => true;

    /// <summary>
    /// Writes the model as an ONNX file, whose inputs and outputs <see cref="ModelFormat"/> lists, with metadata for ML.NET's columns. It
    /// was compared with the trained network when it was made.
    /// </summary>
    /// <exception cref="IOException">The file can't be written; an older file of that name stays as it was.</exception>
    public void ExportToOnnx(string path) => ExportToOnnx(path, null);

    /// <param name="path">The file.</param>
    /// <param name="options">What else is said of the model, and how it is written; null for the defaults.</param>
    /// <inheritdoc cref="ExportToOnnx(string)"/>
    /// <exception cref="ArgumentOutOfRangeException">The operator set is outside the range.</exception>
    /// <exception cref="NotSupportedException">
    /// The operator set lacks an operation of the model, or the options ask for another precision, which takes rows to compare on.
    /// </exception>
    public virtual void ExportToOnnx(string path, OnnxExportOptions? options) => ExportedModel.Write(path, ToOnnx(options), options);

    /// <summary>
    /// Writes the model as an ONNX file whose large weights are kept in another precision, after it was compared on given rows with the
    /// model in single precision. Of a model that writes sequences all files are written, after the decoder was compared; rows for which
    /// other tokens are written count in <see cref="PrecisionReport.SameLabels"/>.
    /// </summary>
    /// <param name="path">The file; of a model that writes sequences the folder.</param>
    /// <param name="precision">The precision.</param>
    /// <param name="rows">Rows with the columns that the model reads, those of the label too where the metric needs them.</param>
    /// <param name="metric">A metric of scored rows, such as the accuracy of an evaluator; null for none.</param>
    /// <param name="tolerance">
    /// Largest difference of a value of <c>Score</c>, relative to max(1, |value|); null for
    /// <see cref="PrecisionReport.ToleranceOf"/>.
    /// </param>
    /// <exception cref="TensorMismatchException">The models differ by more; no file is written.</exception>
    /// <exception cref="NotSupportedException">A weight isn't finite.</exception>
    /// <exception cref="IOException">The file can't be written; an older file of the name is as it was.</exception>
    /// <exception cref="ArgumentException">There are no rows, or a column is missing or not what the model reads.</exception>
    public PrecisionReport ExportToOnnx(
        string path, Precision precision, IDataView rows, Func<IDataView, double>? metric = null, double? tolerance = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(rows);
        using var rounded = With(precision);
        var report = PrecisionCheck.Compare(precision, rows, this, rounded, metric, tolerance);
        rounded.ExportToOnnx(path);
        return report with { Bytes = rounded.Size, BytesInSingle = Size };
    }

    /// <summary>The bytes of the ONNX file; of a model that writes sequences that of <c>greedy.onnx</c>.</summary>
    public byte[] ToOnnx() => [.. _bytes];

    /// <param name="options">What else is said of the model, and how it is written; null for the defaults.</param>
    /// <inheritdoc cref="ToOnnx()"/>
    /// <exception cref="ArgumentOutOfRangeException">The operator set is outside the range.</exception>
    /// <exception cref="NotSupportedException">
    /// The operator set lacks an operation of the model, or the options ask for another precision, which takes rows to compare on.
    /// </exception>
    public byte[] ToOnnx(OnnxExportOptions? options) => [.. ExportedModel.Apply(_bytes, options)];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or not what the model reads.</exception>
    public abstract DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or not what the model reads.</exception>
    public abstract IDataView Transform(IDataView input);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or not what the model reads.</exception>
    /// <exception cref="NotSupportedException">A row can't be scored by itself: see <see cref="IsRowToRowMapper"/>.</exception>
    public virtual IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException(
        $"One of the {Info.Rows.Name()} can't be scored by itself: its prediction depends on the nodes around it. Use Transform on a "
            + $"view of all of them.");

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        Save(ctx);
    }

    /// <summary>The main column that it reads.</summary>
    internal virtual string MainColumn => Info.Input.Column;

    /// <summary>Columns that tell which nodes have edges: files read them as indices, whatever made them.</summary>
    internal virtual IEnumerable<string> EdgeColumns => [];

    /// <summary>Rows that stand before it in a pipeline, to compare the pipeline's file on; null where pipelines around it have no
    /// file.</summary>
    internal virtual PreparedRows? Prepare(IDataView rows) => null;

    private protected abstract void Save(ModelSaveContext context);

    private protected abstract void Unload();

    /// <summary>Bytes of all files of the model.</summary>
    private protected virtual long Size => _bytes.LongLength;

    /// <summary>The same with the large weights in another precision.</summary>
    private protected abstract ModelTransformer With(Precision precision);

    /// <summary>The file with the large weights in another precision.</summary>
    private protected ModelFile In(Precision precision) => new(OnnxFile.Convert(_bytes, precision));

    /// <summary>Unloads the model, after the scoring in progress. Scoring later throws an
    /// <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        Unload();
        GC.SuppressFinalize(this);
    }
}
