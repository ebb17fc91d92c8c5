using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class ReadmeTests
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
            string path = Path.Combine(folder.FullName, "questions.tsv"), zip = Path.Combine(folder.FullName, "model.zip"), onnx = Path.Combine(folder.FullName, "model.onnx");
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
        // readme
        var ml = new MLContext(seed: 1);
        ml.Log += (_, e) => { if (e.Message.Contains("epoch")) Console.WriteLine(e.RawMessage); };
        var questions = ml.Data.LoadFromTextFile<Question>(path);
        var split = ml.Data.TrainTestSplit(questions, testFraction: 0.1);

        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words"))
            .Append(ml.Sequences().Classification(network: SequenceNetwork.Lstm(hidden: 32, bidirectional: true), epochs: 10))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));

        var model = pipeline.Fit(split.TrainSet);
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
        Console.WriteLine($"accuracy {metrics.MicroAccuracy:0.000}");

        ml.Model.Save(model, questions.Schema, zip);                // any program with Microsoft.ML.OnnxTransformer can load it
        model.OfType<SequencePredictionTransformer>().Single().ExportToOnnx(onnx);  // any ONNX Runtime can run it
        // readme
    }

    [TestMethod]
    public void The_pipeline_is_the_one_in_the_readme()
    {
        var source = File.ReadAllText(ThisFile()).Replace("\r\n", "\n").Split("        // readme\n")[1];
        var readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../README.md")).Replace("\r\n", "\n");
        var code = readme.Split("```csharp\n")[1].Split("```")[0];
        Assert.AreEqual(string.Join('\n', source.Split('\n').Select(line => line.Length > 8 ? line[8..] : line.Trim())), code);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
