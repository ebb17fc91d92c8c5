using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Scores sequences with deployed models.</summary>
public static class SequenceScoringCatalog
{
    /// <summary>
    /// Scores sequences with a model file (<see cref="SequenceModelFormat"/>), many at a time. Needs nothing of what trained it.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFile">The ONNX file.</param>
    /// <param name="inputColumnName">The column to read; by default the one the model was trained on.</param>
    /// <param name="options">Where and how to score.</param>
    /// <exception cref="Onnx.OnnxFileException">There is no such file, or it holds no whole ONNX model.</exception>
    /// <exception cref="InvalidDataException">The file is not a sequence model of MLSeqGraph.</exception>
    public static SequenceScoringEstimator ApplySequenceModel(
        this TransformsCatalog catalog, string modelFile, string? inputColumnName = null,
        SequenceScoringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(modelFile);
        return new SequenceScoringEstimator(SequenceModelFile.Read(modelFile), inputColumnName, options);
    }

    /// <summary>Scores sequences with a model, many at a time.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The bytes of the ONNX file.</param>
    /// <param name="inputColumnName">The column to read; by default the one the model was trained on.</param>
    /// <param name="options">Where and how to score.</param>
    /// <exception cref="Onnx.OnnxFileException">The bytes are no whole ONNX model.</exception>
    /// <exception cref="InvalidDataException">They are not a sequence model of MLSeqGraph.</exception>
    public static SequenceScoringEstimator ApplySequenceModel(this TransformsCatalog catalog, byte[] model, string? inputColumnName = null,
        SequenceScoringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        return new SequenceScoringEstimator(SequenceModelFile.Read(model), inputColumnName, options);
    }

    /// <summary>
    /// Reads a model saved by <c>ml.Model.Save</c>, with each <see cref="SequenceScoringTransformer"/> in it as such again;
    /// <c>ml.Model.Load</c>
    /// gives ML.NET's own transformers in their place, which score one row at a time.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="filePath">The file.</param>
    /// <param name="inputSchema">The schema of the model's input, null where none was saved.</param>
    /// <param name="options">Where and how to score.</param>
    /// <exception cref="InvalidDataException">The file is no model saved by ML.NET, is cut off, or holds no model of
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
