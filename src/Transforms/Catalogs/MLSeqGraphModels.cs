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
    /// <exception cref="NotSupportedException">A transformer in it can't be saved; of ML.NET's own some throw an
    /// <see cref="InvalidOperationException"/>.</exception>
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
    /// Writes a fitted pipeline around a model of sequences, graphs, nodes or links as one ONNX file: what it does before the model is in
    /// the file, so that its inputs are columns of the pipeline's own input, texts as they are, and its output <c>PredictedLabel</c> is
    /// the name of the class.
    /// </summary>
    /// <remarks>
    /// <para>In the file go TokenizeIntoWords and MapValueToKey before tokens and categories, <c>TokenizeText</c> of words, characters and
    /// byte pairs, NormalizeMinMax and NormalizeMeanVariance of a fixed number of features (nodes' among them), CopyColumns; behind the
    /// model MapKeyToValue. What makes labels or other columns that the model doesn't read is left out. Of pairs of texts and pieces of
    /// words the vocabulary and rules stand in the metadata as JSON, and the file reads ids. Texts are [batch] String; texts that are split
    /// already [batch, time], filled up with empty ones; of graphs [graphs], of nodes [nodes]. A class has its number in
    /// <c>PredictedClass</c>; tags past a row's tokens are empty texts. An empty text counts as one unknown word; one with more tokens than
    /// allowed is an error at a node <c>text_has_at_most_N_tokens</c>.</para>
    /// <para>Texts need operator set 20 or 21, characters alone 18. What <c>TokenizeText</c> does takes operators of ONNX Runtime's own
    /// (Tokenizer, and MurmurHash3 for bytes), which all its builds for the CPU have. The file is compared with the pipeline on the first
    /// 500 rows, of nodes on all: labels must be the same, and scores within 1e-6, relative to max(1, |score|). With weights of 16 bits
    /// (<see cref="OnnxExportOptions.Precision"/>) scores must be within 0.005 and with weights of 8 bits within 0.1, and 99.5 % of the
    /// labels the same; the metadata says how many are.</para>
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The fitted pipeline, or a part of it that ends with the model.</param>
    /// <param name="rows">Rows of its input, such as the training rows: they tell the columns, and the file is compared on them.</param>
    /// <param name="filePath">The file.</param>
    /// <param name="options">How it is written; null for the defaults.</param>
    /// <exception cref="ArgumentException">The pipeline has no model of sequences or graphs, or several, or there are no rows.</exception>
    /// <exception cref="NotSupportedException">It does what no file can; the message names column and transformer.</exception>
    /// <exception cref="TensorMismatchException">The file differs from the pipeline.</exception>
    /// <exception cref="IOException">The file can't be written; an older file of the name is as it was.</exception>
    /// <example>
    /// <code>
    /// ml.Model.ExportToOnnx(model, questions, "questions.onnx");   // Text → PredictedLabel, in any ONNX Runtime
    /// </code>
    /// </example>
    public static void ExportToOnnx(this ModelOperationsCatalog catalog, ITransformer model, IDataView rows, string filePath,
        OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        ExportedModel.Write(filePath, PipelineExport.ToBytes(model, rows, options), options);
    }

    /// <summary>
    /// Reads a model saved by <c>ml.Model.Save</c> and restores the models of sequences and graphs, language models and translators in it;
    /// <c>ml.Model.Load</c> gives ML.NET's own transformers in their place, which score one row at a time. What was saved of nodes and
    /// links are tables of predictions and embeddings by id, which stay as ML.NET loads them. Bad rows are treated as the saved model did,
    /// unless <see cref="SequenceScoringOptions.BadRows"/> is set.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="filePath">The file.</param>
    /// <param name="inputSchema">The schema of the model's input, null where none was saved.</param>
    /// <param name="options">Where and how to score.</param>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    /// <exception cref="InvalidDataException">The file is not a model saved by ML.NET, is cut off, or holds no model of
    /// MLSeqGraph.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or the stream can't seek.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public static ITransformer LoadSequenceGraph(this ModelOperationsCatalog catalog, string filePath, out DataViewSchema inputSchema,
        SequenceScoringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        using var stream = TextFile.OpenFile(filePath, expected: "a model saved by ml.Model.Save or SaveWhole");
        return SavedModel.Load(catalog, stream, $"'{filePath}'", options, out inputSchema);
    }

    /// <param name="catalog">The catalog.</param>
    /// <param name="stream">A stream that can seek.</param>
    /// <param name="inputSchema">The schema of the model's input, null where none was saved.</param>
    /// <param name="options">Where and how to score.</param>
    /// <inheritdoc cref="LoadSequenceGraph(ModelOperationsCatalog, string, out DataViewSchema, SequenceScoringOptions?)"
    ///     path="/*[not(self::param)]"/>
    public static ITransformer LoadSequenceGraph(this ModelOperationsCatalog catalog, Stream stream, out DataViewSchema inputSchema,
        SequenceScoringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new ArgumentException("The stream can't seek, and an archive is read from its end: copy it into a MemoryStream.",
                nameof(stream));
        return SavedModel.Load(catalog, stream, "The stream", options, out inputSchema);
    }
}
