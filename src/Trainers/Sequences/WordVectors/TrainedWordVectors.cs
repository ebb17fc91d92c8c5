using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Learned vectors of words in a pipeline: adds the column <c>Embedding</c>, Single [words × size].</summary>
public sealed class TrainedWordVectors : ITransformer
{
    private readonly WordVectorTransformer _transformer;

    internal TrainedWordVectors(string words, WordVectors vectors, TrainingHistory history)
    {
        _transformer = new(WordVectorEstimator.Embedding, words, vectors, new() { UnknownWord = UnknownWord.Zeros });
        History = history;
    }

    /// <summary>The vectors: nearest words, analogies, files.</summary>
    public WordVectors Vectors => _transformer.Vectors;

    /// <summary>The training history, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <summary>True: each row is computed from one row.</summary>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is missing or no vector of text.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _transformer.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is missing or no vector of text.</exception>
    public IDataView Transform(IDataView input) => _transformer.Transform(input);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is missing or no vector of text.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _transformer.GetRowToRowMapper(inputSchema);

    /// <summary>
    /// Writes the table as an ONNX file: <c>tokens</c> Int64 [batch, time], a word's place among <see cref="WordVectors.Words"/> from 1 or
    /// 0 for an unknown word, gives <c>Embedding</c> Single [batch, time, size]. The words stand in the metadata, as JSON.
    /// </summary>
    /// <returns>The largest difference of the file's vectors from these.</returns>
    /// <exception cref="TensorMismatchException">The file gives other vectors; none is written.</exception>
    /// <exception cref="IOException">The file can't be written; an older file of that name stays as it was.</exception>
    public double WriteOnnxTable(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        int words = Vectors.Words.Count, size = Vectors.Size;
        var graph = new Graph("word_vectors");
        var tokens = graph.Input(ModelFormat.Tokens, ElementType.Int64, ["batch", "time"]);
        var isKnown = Op.And(Op.Greater(tokens, graph.Scalar(0L)), Op.LessOrEqual(tokens, graph.Scalar((long)words)));
        var table = graph.Constant(TensorData.Create([.. new float[size], .. Vectors.All], words + 1, size), "table");
        graph.Output(WordVectorEstimator.Embedding, Op.Gather(table, Op.Where(isKnown, tokens, graph.Scalar(0L))));
        var bytes = OnnxFile.ToBytes(graph, new Dictionary<string, string> { ["words"] = JsonSerializer.Serialize(Vectors.Words) });
        using var session = OnnxSession.Load(bytes);
        var all = TensorData.Create([.. Enumerable.Range(1, words).Select(place => (long)place)], 1, words);
        var difference = TensorComparison.Between(WordVectorEstimator.Embedding, TensorData.Create(Vectors.All.ToArray(), 1, words, size),
            session.Run(new Dictionary<string, TensorData> { [ModelFormat.Tokens] = all })[WordVectorEstimator.Embedding]);
        difference.ThrowIfAbove(1e-4);
        AtomicFile.Write(path, stream => stream.Write(bytes));
        return difference.Difference;
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_transformer).Save(ctx);
}
