using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class SeriesGenerationCode
{
    [TestMethod]
    public void A_pen_writes_a_text()
    {
        var ml = new MLContext(1);
        var lines = Strokes.View(ml, Strokes.Make(60));
        using var folder = new TemporaryFolder();
        var path = folder.File("steps.onnx");
        // docs
        var pipeline = ml.Transforms.TokenizeText("Letters", "Word", new TextTokenizationOptions { Kind = TextTokenizerKind.Characters })
            .Append(ml.Sequences().SeriesGeneration("Pen", textColumnName: "Letters", featureCount: 3, binaryFeatures: 1, epochs: 60));
        var model = pipeline.Fit(lines);
        var tokenizer = model.OfType<TextTransformer>().Single().Tokenizer;
        model.LastTransformer.ExportStepsToOnnx(path);

        using var generator = SeriesGenerator.Load(path);                         // of MLSeqGraph.Onnx
        var written = generator.Generate([tokenizer.EncodeKeys("cab")], new() { Bias = 1, Seed = 1 });
        Console.WriteLine($"{written[0].Steps.Length / 3} movements, ended by itself: {written[0].Ended}");
        // docs
        Assert.IsTrue(written[0].Ended);
        model.LastTransformer.Dispose();
    }
}
