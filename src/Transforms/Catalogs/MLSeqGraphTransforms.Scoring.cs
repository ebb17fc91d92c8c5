using Microsoft.ML;

namespace MLSeqGraph.Transforms;

// Scores sequences with deployed models.
public static partial class MLSeqGraphTransforms
{
    /// <summary>
    /// Scores sequences with a model file (<see cref="ModelFormat"/>), many at a time. The trainers aren't needed for it.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFile">The ONNX file.</param>
    /// <param name="inputColumnName">The column to read; by default the one the model was trained on.</param>
    /// <param name="options">Where and how to score.</param>
    /// <exception cref="Onnx.OnnxFileException">There is no such file, or it holds no whole ONNX model.</exception>
    /// <exception cref="InvalidDataException">The file is not a sequence model of MLSeqGraph, or was changed since it was
    /// written.</exception>
    public static SequenceScoringEstimator ApplySequenceModel(
        this TransformsCatalog catalog, string modelFile, string? inputColumnName = null,
        SequenceScoringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(modelFile);
        return new SequenceScoringEstimator(ModelFile.Read(modelFile, options?.AcceptEditedFiles ?? false), inputColumnName, options);
    }

    /// <summary>Scores sequences with a model, many at a time.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The bytes of the ONNX file.</param>
    /// <param name="inputColumnName">The column to read; by default the one the model was trained on.</param>
    /// <param name="options">Where and how to score.</param>
    /// <exception cref="Onnx.OnnxFileException">The bytes are no whole ONNX model.</exception>
    /// <exception cref="InvalidDataException">They are not a sequence model of MLSeqGraph, or were changed since they were
    /// written.</exception>
    public static SequenceScoringEstimator ApplySequenceModel(this TransformsCatalog catalog, byte[] model, string? inputColumnName = null,
        SequenceScoringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        return new SequenceScoringEstimator(
            new ModelFile(model, acceptEdited: options?.AcceptEditedFiles ?? false), inputColumnName, options);
    }
}
