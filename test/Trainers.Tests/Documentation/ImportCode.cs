using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class ImportCode
{
    private static readonly MLContext ml = new(1);

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public string Label { get; set; } = "";
    }

    [TestMethod]
    public void A_model_is_read_and_written()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.onnx"), copy = folder.File("copy.onnx");
        File.WriteAllBytes(path, Onnx.Tests.Files.Encoder());
        // docs
        var model = ImportedModel.Load(path);
        Console.WriteLine(model.Report);                          // operators, shapes, weights by layer, what isn't supported and why
        OnnxFile.Save(model.ToGraph(), copy);                     // computes the same
        // docs
        Assert.AreEqual(13L, model.Report.Opset);
        Assert.HasCount(1, OnnxFile.Inspect(copy).Outputs);
    }

    [TestMethod]
    public void A_pre_trained_model_in_a_pipeline()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.onnx"), vocabulary = folder.File("vocab.txt");
        File.WriteAllBytes(path, RealModels.SentenceTransformer("MiniLM", "model.onnx"));
        File.WriteAllBytes(vocabulary, RealModels.SentenceTransformer("MiniLM", "vocab.txt"));
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i => new Row
        {
            Text = i % 2 == 0 ? $"a dog and {i} cats" : $"a car and {i} trains", Label = i % 2 == 0 ? "animals" : "vehicles",
        }));
        // docs
        var network = SequenceNetwork.FromOnnx(path, new() { Tuning = new() { Lora = new() { Rank = 8 } } });
        var pipeline = ml.Transforms.TokenizeText("Features", "Text", new()
            {
                Tokenizer = TextTokenizer.LoadWordPieces(vocabulary),             // the model's vocab.txt
                AddBeginToken = true, AddEndToken = true, MaximumLength = 128, Truncation = TextTruncation.End,
            })
            .Append(ml.Transforms.Conversion.MapValueToKey("Label"))
            .Append(ml.Sequences().Classification(network: network, epochs: 3));
        // docs
        using var trained = pipeline.Fit(rows).LastTransformer;
        Assert.HasCount(3, trained.History.Epochs);
    }
}
