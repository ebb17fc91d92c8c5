using Microsoft.ML;
using MLSeqGraph.Onnx;

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
        var trainer = ml.Sequences().SeriesGeneration("Pen", textColumnName: "Text", featureCount: 3, binaryFeatures: 1, epochs: 30);
        var model = trainer.Fit(lines);
        model.ExportStepsToOnnx(path);

        using var generator = SeriesGenerator.Load(path);                // or model.ToGenerator()
        var written = generator.Generate([[3L, 1, 2]], new() { Bias = 1, Seed = 1 });     // tokens as the column's keys count, from 1
        Console.WriteLine($"{written[0].Steps.Length / 3} movements, ended by itself: {written[0].Ended}");
        // docs
        Assert.IsTrue(written[0].Ended);
        model.Dispose();
    }
}
