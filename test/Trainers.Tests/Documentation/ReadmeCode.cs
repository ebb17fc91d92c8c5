using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class ReadmeCode
{
    private sealed class Question
    {
        [LoadColumn(0)]
        public string Label { get; set; } = "";

        [LoadColumn(1)]
        public string Text { get; set; } = "";
    }

    [TestMethod]
    public void The_pipeline_runs()
    {
        var folder = Directory.CreateTempSubdirectory("mlseqgraph");
        try
        {
            string path = Path.Combine(folder.FullName, "questions.tsv"), zip = Path.Combine(folder.FullName, "model.zip"),
                onnx = Path.Combine(folder.FullName, "model.onnx");
            File.WriteAllLines(path, Waves.Words(200, seed: 1).Select(row => $"{row.Label}\t{row.Text}"));
            Run(path, zip, onnx);
            Assert.IsTrue(new FileInfo(zip).Length > 0 && new FileInfo(onnx).Length > 0);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Run(string path, string zip, string onnx)
    {
        // docs
        var ml = new MLContext(seed: 1);
        ml.Log += (_, e) => { if (e.Message.Contains("epoch")) Console.WriteLine(e.RawMessage); };
        var questions = ml.Data.LoadFromTextFile<Question>(path);
        var split = ml.Data.TrainTestSplit(questions, testFraction: 0.1);

        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words", maximumNumberOfKeys: 5000))  // rarer words become "unknown"
            .Append(ml.Sequences().Classification(network: SequenceNetwork.Lstm(hidden: 32, bidirectional: true), epochs: 10))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));

        var model = pipeline.Fit(split.TrainSet);
        var metrics = ml.Sequences().EvaluateClassification(model.Transform(split.TestSet));
        Console.WriteLine($"accuracy {metrics.MicroAccuracy:0.000}");

        ml.Model.SaveWhole(model, questions.Schema, zip);           // like ml.Model.Save, but never leaves a partial file; any program with
                                                                    // Microsoft.ML.OnnxTransformer can load it
        model.OfType<SequencePredictionTransformer>().Single().ExportToOnnx(onnx);  // any ONNX Runtime can run it
        // docs
    }

    private sealed class Link
    {
        [LoadColumn(0)]
        public string From { get; set; } = "";

        [LoadColumn(1)]
        public string To { get; set; } = "";
    }

    private sealed class Paper
    {
        public string Id { get; set; } = "";

        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public string Topic { get; set; } = "";
    }

    [TestMethod]
    public void The_graph_pipeline_runs()
    {
        using var folder = new TemporaryFolder();
        var linksPath = folder.File("links.tsv");
        File.WriteAllLines(linksPath, ["p0\tp1", "p1\tp2", "p3\tp4"]);
        var ml = new MLContext(1);
        var nodes = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 5)
            .Select(i => new Paper { Id = $"p{i}", Features = [i, 1], Topic = i switch { 2 => "", < 3 => "logic", _ => "graphs" } }));
        Assert.HasCount(5, Predict(ml, nodes, linksPath).GetColumn<float[]>("Score").ToArray());
    }

    private static IDataView Predict(MLContext ml, IDataView nodes, string linksPath)
    {
        // docs
        var edges = new GraphEdgeColumns(ml.Data.LoadFromTextFile<Link>(linksPath)) { SourceColumnName = "From", TargetColumnName = "To" };
        var papers = ml.Transforms.Conversion.MapValueToKey("Label", "Topic")
            .Append(ml.Graphs().NodeClassification(edges, network: GraphNetwork.Gat(), nodeIdColumnName: "Id"));
        var predicted = papers.Fit(nodes).Transform(nodes);         // every node, including those without a label
        // docs
        return predicted;
    }

    private sealed class SentencePair
    {
        public string German { get; set; } = "";

        public string English { get; set; } = "";
    }

    [TestMethod]
    public void The_translation_runs()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(1);
        string[] german = ["ein Hund", "eine Katze", "der Hund", "die Katze"], english = ["a dog", "a cat", "the dog", "the cat"];
        var sentences = ml.Data.LoadFromEnumerable(german.Zip(english, (from, to) => new SentencePair { German = from, English = to }));
        Assert.HasCount(3, Translate(ml, sentences, folder.Path)[0]);
    }

    private static IReadOnlyList<IReadOnlyList<GeneratedSequence>> Translate(MLContext ml, IDataView sentences, string folder)
    {
        // docs
        var bytePairs = new TextTokenizationOptions { Kind = TextTokenizerKind.BytePairEncoding, MaximumSize = 4000 };
        var translation = ml.Transforms.TokenizeText("Source", "German", bytePairs)
            .Append(ml.Transforms.TokenizeText("Target", "English", bytePairs))
            .Append(ml.Sequences().Translation(epochs: 15));        // Transformers; or recurrent networks with attention
        var fitted = translation.Fit(sentences);
        fitted.LastTransformer.ExportToOnnx(folder);                // encoder.onnx, decoder.onnx, greedy.onnx
        TextTokenizer[] tokenizers = [.. fitted.OfType<TextTransformer>().Select(text => text.Tokenizer)];

        using var generator = SequenceGenerator.Load(Path.Combine(folder, "decoder.onnx"), Path.Combine(folder, "encoder.onnx"));
        var source = GenerationInput.FromSources([tokenizers[0].EncodeKeys("ein Hund")]);
        var best = generator.BeamSearch(source, new() { Width = 5, Best = 3 });
        Console.WriteLine(tokenizers[1].DecodeKeys(best[0][0].Tokens));
        // docs
        return best;
    }
}
