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

    [TestMethod]
    public void A_network_is_pre_trained_on_images()
    {
        var ml = new MLContext(1);
        var random = new Random(1);
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new Image
        {
            Digit = i % 2 == 0 ? "0" : "1",
            Pixels = [.. Enumerable.Range(0, 64).Select(pixel => random.NextSingle() + (pixel % 8 < 4 == (i % 2 == 0) ? 8 : 0))],
        }).ToArray());
        var images = ml.Transforms.Conversion.MapValueToKey("Label", "Digit").Fit(rows).Transform(rows);
        // docs
        var network = ImageNetwork.VisionTransformer(new ImageShape(8, 8), patch: 2);
        PretrainedNetwork weights = ml.Images().MaskedPretraining(network, "Pixels", epochs: 20).Fit(images);
        var classifier = ml.Sequences().Classification(new SequenceClassificationTrainer.Options
        {
            Network = network, SequenceColumnName = "Pixels", Pretrained = weights,
        });
        // docs
        Assert.AreEqual(1, ml.Sequences().EvaluateClassification(classifier.Fit(images).Transform(images)).MicroAccuracy);
    }

    private sealed class Picture
    {
        public bool Label { get; set; }

        [Microsoft.ML.Transforms.Image.ImageType(6, 4)]
        public MLImage? Image { get; set; }
    }

    // Red above or below.
    private static MLImage Colored(bool isAbove) => MLImage.CreateFromPixels(4, 6, MLPixelFormat.Rgba32, [.. Enumerable.Range(0, 96)
        .Select(i => (byte)(i % 4 == 3 || (i % 4 == 0 && i < 48 == isAbove) ? 255 : 30))]);

    [TestMethod]
    public void Images_of_MLNET_are_classified()
    {
        var ml = new MLContext(1);
        var images = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 32).Select(i => new Picture
        {
            Label = i % 2 == 0, Image = Colored(i % 2 == 0),
        }).ToArray());
        // docs
        var pixels = ml.Transforms.ResizeImages("Resized", imageWidth: 8, imageHeight: 8, inputColumnName: "Image")
            .Append(ml.Transforms.ExtractPixels("Pixels", "Resized", interleavePixelColors: true));
        var pipeline = pixels.Append(ml.Images().BinaryClassification(ImageNetwork.ConvNet(new ImageShape(8, 8, 3)), "Label", "Pixels"));
        // docs
        using var folder = new TemporaryFolder();
        var model = pipeline.Fit(images);
        ml.Model.SaveWhole(model, images.Schema, folder.File("model.zip"));
        foreach (var view in (IDataView[])[model.Transform(images), ml.Model.Load(folder.File("model.zip"), out _).Transform(images)])
            Assert.AreEqual(1, ml.BinaryClassification.Evaluate(view).Accuracy);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ml.Images().BinaryClassification(ImageNetwork.ConvNet(new(6, 4,
            3)), "Label", "Image").Fit(images)).Message, "make it of the image with ResizeImages and ExtractPixels");
    }

    private sealed class Photograph
    {
        public bool Label { get; set; }

        [VectorType(24)]
        public float[] Pixels { get; set; } = [];
    }

    [TestMethod]
    public void A_model_file_reads_images()
    {
        var ml = new MLContext(1);
        var random = new Random(1);
        var images = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 64).Select(i => new Photograph
        {
            Label = i % 2 == 0,
            Pixels = [.. Enumerable.Range(0, 24).Select(pixel => random.NextSingle() + (pixel < 12 == (i % 2 == 0) ? 1 : 0))],
        }).ToArray());
        using var folder = new TemporaryFolder();
        var path = folder.File("features.onnx");
        File.WriteAllBytes(path, OnnxImageNetworkTests.Model(3, "height", "width"));
        // docs
        var network = ImageNetwork.FromOnnx(path, new ImageShape(6, 4, 1), new()
        {
            OutputName = "features",                                   // any value inside; by default the first output
            Tuning = new() { Frozen = ["first.*"] },                   // stays as it is; FineTuning.None: the output layer alone learns
        });
        var pipeline = ml.Images().BinaryClassification(network, "Label", "Pixels", epochs: 150);
        // docs
        using var model = pipeline.Fit(images);
        Assert.IsGreaterThan(0.7, ml.BinaryClassification.Evaluate(model.Transform(images)).Accuracy);
    }

    private sealed class Scene
    {
        [VectorType(64)]
        public float[] Pixels { get; set; } = [];

        public string Caption { get; set; } = "";

        public float[] Frames { get; set; } = [];

        public string Motion { get; set; } = "";
    }

    private static IDataView Scenes(MLContext ml) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, 24).Select(i => new Scene
    {
        Pixels = [.. Enumerable.Range(0, 64).Select(pixel => pixel % 8 < 4 == (i % 2 == 0) ? 1f : 0)],
        Caption = i % 2 == 0 ? "light on the left" : "light right",
        Frames = [.. Enumerable.Range(0, 64 * 3).Select(pixel => pixel % 8 == (i % 2 == 0 ? pixel / 64 : 5 - pixel / 64) ? 1f : 0)],
        Motion = i % 2 == 0 ? "right" : "left",
    }).ToArray());

    [TestMethod]
    public void Images_get_captions()
    {
        var ml = new MLContext(1);
        // docs
        var captioning = ml.Transforms.Text.TokenizeIntoWords("Words", "Caption")
            .Append(ml.Transforms.Conversion.MapValueToKey("Words"))
            .Append(ml.Images().Captioning(ImageNetwork.ConvNet(new ImageShape(8, 8), channels: 8),
                SequenceDecoder.Lstm(hidden: 32, attention: SourceAttention.Additive(32)), "Pixels", "Words"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Written", "PredictedLabel"));
        // docs
        var scenes = Scenes(ml);
        Assert.AreEqual("light on the left", string.Join(' ', captioning.Fit(scenes).Transform(scenes)
            .GetColumn<ReadOnlyMemory<char>[]>("Written").First()));
    }

    [TestMethod]
    public void Clips_are_classified()
    {
        var ml = new MLContext(1);
        // docs
        var network = ImageNetwork.Clip(ImageNetwork.ConvNet(new ImageShape(8, 8), channels: 8), SequenceNetwork.Lstm(hidden: 32));
        var motion = ml.Transforms.Conversion.MapValueToKey("Label", "Motion")
            .Append(ml.Sequences().Classification(sequenceColumnName: "Frames", network: network));
        // docs
        var clips = Scenes(ml);
        Assert.AreEqual(1, ml.Sequences().EvaluateClassification(motion.Fit(clips).Transform(clips)).MicroAccuracy);
    }
}
