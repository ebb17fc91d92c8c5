using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Files;

/// <summary>Exported files in ONNX Runtime alone, given what no file of ours is meant for: an error or NaN, never a guess or the end of
/// the process.</summary>
[TestClass]
public class FileLimitTests
{
    private static readonly MLContext Ml = new(1);

    private static readonly TemporaryFolder Folder = new();

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public string[] Words { get; set; } = [];

        public string Label { get; set; } = "";
    }

    [ClassCleanup]
    public static void Clean() => Folder.Dispose();

    private static SequenceNetwork Network(string name) => name switch
    {
        "lstm" => SequenceNetwork.Lstm(4),
        "gru" => SequenceNetwork.Gru(4, bidirectional: true),
        "rnn" => SequenceNetwork.Rnn(4),
        "scan" => SequenceNetwork.Recurrent(new MinimalGatedUnitOptions { Hidden = 4 }),
        _ => SequenceNetwork.Transformer(new() { Hidden = 8, Heads = 2, Layers = 1 }),
    };

    private static byte[] Export(string task, string column, string network, bool outputsVector = false)
    {
        using var model = EveryForm.Trainer(Ml, task, column, options =>
        {
            (options.Network, options.Epochs, options.OutputVector) = (Network(network), 1, outputsVector);
        }).Fit(EveryForm.Mapped(Ml, 12));
        return model.ToOnnx();
    }

    [TestMethod]
    [DataRow("lstm", "Classification")]
    [DataRow("gru", "Tagging")]
    [DataRow("rnn", "Binary")]
    [DataRow("scan", "Number")]
    [DataRow("transformer", "Classification")]
    public void Rows_with_lengths_out_of_range_have_scores_of_NaN(string network, string task)
    {
        using var session = OnnxSession.Load(Export(task, "Ragged", network, task != "Tagging"), ExecutionTarget.Cpu(1));
        var random = new Random(1);
        float[] features = [.. Enumerable.Range(0, 6 * 3 * 2).Select(_ => random.NextSingle())];
        IReadOnlyDictionary<string, TensorData> Run(params long[] lengths) => session.Run(new Dictionary<string, TensorData>
        {
            ["features"] = TensorData.Create(features, 6, 3, 2), ["lengths"] = TensorData.Vector(lengths),
        });
        var (right, wrong) = (Run(3, 1, 2, 3, 1, 2), Run(3, 0, -1, 4, long.MaxValue, 2));
        foreach (var name in right.Keys.Where(name => right[name].Type == ElementType.Float))
        {
            var width = (int)right[name].Count / 6;
            for (var row = 0; row < 6; row++)
            {
                var found = wrong[name].As<float>().AsSpan(row * width, width).ToArray();
                if (row is 0 or 5)
                    CollectionAssert.AreEqual(right[name].As<float>().AsSpan(row * width, width).ToArray(), found, $"{name}, row {row}");
                else
                    Assert.IsTrue(found.All(float.IsNaN), $"{name}, row {row}: {string.Join(' ', found)}");
            }
        }
    }

    [TestMethod]
    [DataRow("lstm")]
    [DataRow("gru")]
    [DataRow("rnn")]
    [DataRow("scan")]
    [DataRow("transformer")]
    public void A_batch_without_rows_is_an_error(string network)
    {
        RefuseNoRows(Export("Classification", "Keys", network), steps: 3);
        RefuseNoRows(Export("Classification", "Ragged", network), steps: 3);
    }

    [TestMethod]
    public void Texts_of_no_rows_are_an_error()
    {
        var rows = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(i => new Row { Text = i % 2 == 0 ? "a b" : "b", Label = "xy"[
            i % 2].ToString() }).ToArray());
        var model = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
            .Append(Ml.Transforms.Conversion.MapValueToKey("Features", "Words")).Append(Ml.Sequences().Classification(
                new SequenceClassificationTrainer.Options { Network = SequenceNetwork.Lstm(4), Epochs = 1 })).Fit(rows);
        Ml.Model.ExportToOnnx(model, rows, Folder.File("text.onnx"));
        RefuseNoRows(File.ReadAllBytes(Folder.File("text.onnx")), steps: 0);
    }

    [TestMethod]
    public void Generators_and_graphs_with_recurrent_operators_refuse_no_rows()
    {
        var texts = EveryForm.Mapped(Ml, 12);
        using (var model = Ml.Sequences().LanguageModel(new LanguageModelTrainer.Options
            { TokenColumnName = "Keys", Decoder = SequenceDecoder.Gru(4), EmbeddingSize = 4, Epochs = 1 }).Fit(texts))
            model.ExportToOnnx(Folder.File("lm"));
        foreach (var path in Directory.GetFiles(Folder.File("lm")))
            RefuseNoRows(File.ReadAllBytes(path), steps: 2);
        using var nodes = Ml.Graphs().NodeClassification(new NodeClassificationTrainer.Options
        {
            Edges = TwoCliques.ById(Ml), NodeIdColumnName = "Id", Epochs = 1,
            Network = GraphNetwork.Sage(4, aggregator: SageAggregator.Lstm),
        }).Fit(TwoCliques.View(Ml));
        RefuseNoRows(nodes.ToOnnx(), steps: 0);
    }

    // As any client without a check of its own calls a file.
    private static void RefuseNoRows(byte[] file, long steps)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var session = new InferenceSession(file, options);
        var inputs = session.InputMetadata.ToDictionary(input => input.Key, input =>
        {
            long[] sizes = [.. input.Value.Dimensions.Select((size, axis) => size >= 0 ? size
                : input.Value.SymbolicDimensions[axis] is "batch" or "nodes" or "edges" ? 0 : steps)];
            if (input.Value.ElementType == typeof(string))
                return OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, sizes);
            return OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, input.Value.ElementDataType, sizes);
        });
        var error = Assert.Throws<OnnxRuntimeException>(() => session.Run(new RunOptions(), inputs, session.OutputNames).Dispose());
        StringAssert.Contains(error.Message, "batch_has_a_row");
        foreach (var input in inputs.Values)
            input.Dispose();
    }

    [TestMethod]
    public void An_empty_word_is_a_word_wherever_it_stands()
    {
        string[][] words = [["a", "b"], ["", "a"], ["a", ""], ["b", "", ""], ["a"], ["b", "", "a"]];
        var rows = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 24).Select(i => new Row { Words = words[i % 6], Label = "xy"[
            i % 2].ToString() }).ToArray());
        var model = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Ml.Transforms.Conversion.MapValueToKey("Features", "Words"))
            .Append(Ml.Sequences().Classification(new SequenceClassificationTrainer.Options { Network = SequenceNetwork.Gru(4), Epochs = 2,
                LearningRate = 0.05f })).Fit(rows);
        Ml.Model.ExportToOnnx(model, rows, Folder.File("words.onnx")); // compares all rows with the pipeline
        using var session = OnnxSession.Load(Folder.File("words.onnx"), ExecutionTarget.Cpu(1));
        float[] Scores(params string[] row) =>
            session.Run(new Dictionary<string, TensorData> { ["Words"] = TensorData.Create(row, 1, row.Length) })["Score"].As<float>();
        float[][] expected = [.. model.Transform(rows).GetColumn<float[]>("Score").Take(6)];
        for (var row = 0; row < words.Length; row++)
        {
            var given = Scores(Array.ConvertAll(words[row], word => word.Length == 0 ? "\uFFFD" : word));
            for (var i = 0; i < given.Length; i++)
                Assert.AreEqual(expected[row][i], given[i], 1e-6f, $"row {row}");
        }
        CollectionAssert.AreEqual(Scores("a"), Scores("a", "", ""));
        CollectionAssert.AreNotEqual(Scores("a"), Scores("a", "\uFFFD"));
    }
}
