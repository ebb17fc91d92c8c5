using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;
using OnnxFiles = MLSeqGraph.Onnx.Tests.Files;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Model files of other programs that read images.</summary>
[TestClass]
public class OnnxImageNetworkTests
{
    private static readonly MLContext Ml = new(1);

    private sealed class Row
    {
        public bool Label { get; set; }

        [VectorType(6 * 4)]
        public float[] Pixels { get; set; } = [];
    }

    /// <summary>Two convolutions, the mean over positions and an output of three classes, as other programs write them.</summary>
    internal static byte[] Model(int channels, Dim height, Dim width) => OnnxFiles.Model(13,
        [
            OnnxFiles.Node("Conv", "image first.weight first.bias", "first", ("pads", new long[] { 1, 1, 1, 1 }),
                ("kernel_shape", new long[] { 3, 3 })),
            OnnxFiles.Node("Relu", "first", "relu"),
            OnnxFiles.Node("Conv", "relu second.weight", "second", ("pads", new long[] { 1, 1, 1, 1 }), ("strides", new long[] { 2, 2 }),
                ("kernel_shape", new long[] { 3, 3 })),
            OnnxFiles.Node("GlobalAveragePool", "second", "mean"), OnnxFiles.Node("Flatten", "mean", "features", ("axis", 1)),
            OnnxFiles.Node("Gemm", "features classes.weight classes.bias", "logits"),
        ],
        [OnnxFiles.Input("image", ElementType.Float, "batch", channels, height, width)], ["logits"],
        ("first.weight", FiniteDifferences.Random(ElementType.Float, 1, 4, channels, 3, 3)),
        ("first.bias", FiniteDifferences.Random(ElementType.Float, 2, 4)),
        ("second.weight", FiniteDifferences.Random(ElementType.Float, 3, 5, 4, 3, 3)),
        ("classes.weight", FiniteDifferences.Random(ElementType.Float, 4, 5, 3)),
        ("classes.bias", FiniteDifferences.Random(ElementType.Float, 5, 3)));

    private static IDataView Images(int count)
    {
        var random = new Random(3);
        return Ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row
        {
            Label = i % 2 == 0,
            Pixels = [.. Enumerable.Range(0, 24).Select(pixel => random.NextSingle() + (pixel < 12 == (i % 2 == 0) ? 1 : 0))],
        }).ToArray());
    }

    private static SequencePredictionTransformer Train(OnnxImageOptions options, ImageShape? shape = null, bool standardize = true,
        byte[]? model = null, int epochs = 8) => Ml.Sequences().BinaryClassification(new SequenceBinaryClassificationTrainer.Options
        {
            Network = ImageNetwork.FromOnnx(model ?? Model(3, "height", "width"), shape ?? new(6, 4, 1), options), Epochs = epochs,
            SequenceColumnName = "Pixels", LearningRate = 0.02f, BatchSize = 8, Standardize = standardize, OutputVector = true,
        }).Fit(Images(48));

    [TestMethod]
    [DataRow(null, 3)]
    [DataRow("features", 5)]
    [DataRow("relu", 4)]
    [DataRow("mean", 5)]
    public void Any_value_inside_gives_the_features(string? output, int size)
    {
        using var model = Train(new() { OutputName = output });
        Assert.AreEqual(size, model.Info.VectorSize);
        Assert.IsGreaterThan(0.9, Ml.BinaryClassification.Evaluate(model.Transform(Images(24))).Accuracy);
    }

    [TestMethod]
    public void Frozen_weights_give_the_features_of_the_file()
    {
        using var trained = Train(new()
        {
            OutputName = "features", Tuning = FineTuning.None, Mean = [0.5f], Deviation = [2],
        }, standardize: false);
        var vectors = trained.Transform(Images(3)).GetColumn<float[]>("Vector").ToArray();
        var pixels = Images(3).GetColumn<float[]>("Pixels").ToArray();
        using var file = OnnxSession.Load(OnnxFile.ToBytes(ImportedModel.Load(Model(3, "height", "width")).ToGraph(["features"])));
        for (var row = 0; row < 3; row++)
        {
            float[] plane = [.. pixels[row].Select(pixel => (pixel - 0.5f) / 2)];
            var expected = file.Run(new Dictionary<string, TensorData>
            {
                ["image"] = TensorData.Create([.. plane, .. plane, .. plane], 1, 3, 6, 4),
            })["features"].As<float>();
            for (var i = 0; i < 5; i++)
                Assert.AreEqual(expected[i], vectors[row][i], 1e-5f);
        }
    }

    [TestMethod]
    public void Images_are_scaled_to_the_size_that_a_model_reads()
    {
        using var model = Train(new() { OutputName = "features" }, model: Model(3, 12, 12));
        Assert.IsGreaterThan(0.9, Ml.BinaryClassification.Evaluate(model.Transform(Images(24))).Accuracy);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
    }

    [TestMethod]
    public void What_is_no_network_of_such_images_is_refused()
    {
        void Refused(string part, OnnxImageOptions? options = null, ImageShape? shape = null, byte[]? model = null) =>
            StringAssert.Contains(Assert.ThrowsExactly<OnnxFileException>(() =>
                ImageNetwork.FromOnnx(model ?? Model(3, "height", "width"), shape ?? new(6, 4, 1), options)).Message, part);
        Refused("it has no output 'other', and no value inside it is called so", new() { OutputName = "other" });
        Refused("has 3 channels, the column's images 2; expected as many, or 1", shape: new(6, 4, 2));
        Refused("Mean has 3 numbers; expected 1, one per channel", new() { Mean = [1, 2, 3] });
        Refused("Deviation is [0]; expected numbers above 0", new() { Deviation = [0] });
        Refused("Mean is [NaN]; expected finite numbers", new() { Mean = [float.NaN] });
        Refused("has its channels last; expected [batch, channels, height, width]", model: Model(6, 4, 3));
        Refused("expected images alone", model: OnnxFiles.Encoder());
        Assert.ThrowsExactly<OnnxFileException>(() => ImageNetwork.FromOnnx("none.onnx", new(6, 4, 1)));
    }

    [TestMethod]
    public void A_real_residual_network_gives_features_that_tell_classes_apart()
    {
        var path = RealModels.InPackage("microsoft.ml.dnnimagefeaturizer.resnet18", "0.23.1", "ResNet18.onnx");
        using var model = Ml.Sequences().BinaryClassification(new SequenceBinaryClassificationTrainer.Options
        {
            // It reads pixels of 0 to 255, less their mean.
            Network = ImageNetwork.FromOnnx(path, new(6, 4, 1), new() { Tuning = FineTuning.None, Deviation = [0.02f] }),
            SequenceColumnName = "Pixels", Epochs = 10, BatchSize = 4, LearningRate = 0.01f,
        }).Fit(Images(16));
        Assert.IsGreaterThan(0.9, Ml.BinaryClassification.Evaluate(model.Transform(Images(16))).Accuracy);
    }
}
