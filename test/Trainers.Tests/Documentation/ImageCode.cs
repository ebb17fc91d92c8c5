using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class ImageCode
{
    private sealed class Image
    {
        public string Digit { get; set; } = "";

        [VectorType(64)]
        public float[] Pixels { get; set; } = [];
    }

    [TestMethod]
    public void Images_are_classified()
    {
        var ml = new MLContext(1);
        var random = new Random(1);
        var images = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Image
        {
            Digit = i % 2 == 0 ? "0" : "1",
            Pixels = [.. Enumerable.Range(0, 64).Select(pixel => random.NextSingle() + (pixel % 8 < 4 == (i % 2 == 0) ? 8 : 0))],
        }).ToArray());
        // docs
        var network = ImageNetwork.ConvNet(new ImageShape(8, 8), augmentation: new ImageAugmentation { Shift = 1 });
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", "Digit")
            .Append(ml.Images().Classification(network, imageColumnName: "Pixels", epochs: 40));
        var model = pipeline.Fit(images);
        var metrics = ml.Sequences().EvaluateClassification(model.Transform(images));
        // docs
        Assert.AreEqual(1, metrics.MicroAccuracy);
    }
}
