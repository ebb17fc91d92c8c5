using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>A deployed model of nodes, graphs or links in a pipeline: what all kinds of them can.</summary>
public abstract class GraphModelTransformer : ITransformer, IDisposable
{
    private protected GraphModelTransformer(GraphModel model) => Model = model;

    private protected GraphModel Model { get; }

    /// <summary>
    /// What the model's metadata says: task, features, classes, and how closely the deployed model agreed with the trained
    /// network.
    /// </summary>
    public ModelInfo Info => Model.Info;

    /// <summary>Where the model scores.</summary>
    public ExecutionTarget Target => Model.Target;

    /// <summary>Whether a row can be scored by itself, as a prediction engine asks for.</summary>
    public abstract bool IsRowToRowMapper { get; }

    /// <summary>Writes the network as an ONNX file, whose inputs and outputs <see cref="ModelFormat"/> lists.</summary>
    /// <exception cref="IOException">The file can't be written; an older file of the name is as it was.</exception>
    public void ExportToOnnx(string path) => AtomicFile.Write(path, stream => stream.Write(Model.Bytes));

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
        $"One of the {Info.Rows} can't be scored by itself: its prediction depends on the nodes around it. Use Transform on a "
            + $"view of all of them.");

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        Save(ctx);
    }

    private protected abstract void Save(ModelSaveContext context);

    /// <summary>Unloads the model.</summary>
    public void Dispose()
    {
        Model.Dispose();
        GC.SuppressFinalize(this);
    }
}
