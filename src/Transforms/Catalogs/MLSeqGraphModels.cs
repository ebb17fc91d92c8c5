using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Saves and loads models, beside ML.NET's own in <see cref="MLContext.Model"/>.</summary>
public static class MLSeqGraphModels
{
    /// <summary>
    /// Saves a model as <c>ml.Model.Save</c> does, but whole or not at all: if the process ends or the disk fills up meanwhile, an older
    /// file of that name stays as it was.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">The schema of its input; null to save none.</param>
    /// <param name="filePath">The file.</param>
    /// <exception cref="IOException">The file can't be written; the message names it.</exception>
    /// <example>
    /// <code>
    /// ml.Model.SaveWhole(model, data.Schema, "model.zip");
    /// </code>
    /// </example>
    public static void SaveWhole(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string filePath)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        AtomicFile.Write(filePath, stream => catalog.Save(model, inputSchema, stream));
    }

    /// <summary>
    /// Reads a model saved by <c>ml.Model.Save</c> and restores each <see cref="SequenceScoringTransformer"/> in it;
    /// <c>ml.Model.Load</c>
    /// gives ML.NET's own transformers in their place, which score one row at a time.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="filePath">The file.</param>
    /// <param name="inputSchema">The schema of the model's input, null where none was saved.</param>
    /// <param name="options">Where and how to score.</param>
    /// <exception cref="InvalidDataException">The file is not a model saved by ML.NET, is cut off, or holds no model of
    /// MLSeqGraph.</exception>
    public static ITransformer LoadSequenceGraph(this ModelOperationsCatalog catalog, string filePath, out DataViewSchema inputSchema,
        SequenceScoringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        using var stream = File.OpenRead(filePath);
        return SavedModel.Load(catalog, stream, $"'{filePath}'", options, out inputSchema);
    }

    /// <param name="catalog">The catalog.</param>
    /// <param name="stream">A stream that can seek.</param>
    /// <param name="inputSchema">The schema of the model's input, null where none was saved.</param>
    /// <param name="options">Where and how to score.</param>
    /// <inheritdoc cref="LoadSequenceGraph(ModelOperationsCatalog, string, out DataViewSchema, SequenceScoringOptions?)"/>
    public static ITransformer LoadSequenceGraph(this ModelOperationsCatalog catalog, Stream stream, out DataViewSchema inputSchema,
        SequenceScoringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(stream);
        return SavedModel.Load(catalog, stream, "The stream", options, out inputSchema);
    }
}
