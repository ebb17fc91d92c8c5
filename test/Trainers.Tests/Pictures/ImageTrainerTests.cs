using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Networks for images through the one path: trained, exported, saved, scored, and refused where sizes don't fit.</summary>
[TestClass]
public class ImageTrainerTests
{
    private static readonly ImageShape Shape = new(4, 6, 2);
    private static readonly MLContext Ml = new(1);

    private static readonly Dictionary<string, Func<ImageAugmentation?, SequenceNetwork>> Networks = new()
    {
        ["ConvNet"] = augmentation => ImageNetwork.ConvNet(Shape, 4, 2, 0.1f, augmentation),
        ["ResNet"] = augmentation => ImageNetwork.ResNet(Shape, 4, 2, 1, augmentation),
        ["Vision Transformer"] = augmentation => ImageNetwork.VisionTransformer(Shape, 2, new()
        {
            Hidden = 8, Heads = 2, Layers = 2, FeedForwardSize = 8, Positions = PositionEncoding.Learned,
        }, augmentation),
        ["MLP-Mixer"] = augmentation => ImageNetwork.Mixer(Shape, 2, 8, 1, 4, 8, 0, augmentation),
        ["from ONNX"] = augmentation => ImageNetwork.FromOnnx(OnnxImageNetworkTests.Model(2, 8, 12), Shape, augmentation: augmentation),
        ["own"] = augmentation => ImageNetwork.Custom("own", Shape, (network, images) =>
            Op.Squeeze(Op.GlobalAveragePool(Op.Relu(network.Convolution(images, 6, [3, 3]))), 2, 3), augmentation),
    };

    private static IEnumerable<object[]> Cases => Networks.Keys.Select(name => new object[] { name });

    private sealed class Row
    {
        public string Class { get; set; } = "";

        public float[] Pixels { get; set; } = [];
    }

    // Bright above or below, in either channel.
    private static IDataView Images(int count, int height = 4, int width = 6, int channels = 2, params int[] dimensions)
    {
        var random = new Random(5);
        var rows = Enumerable.Range(0, count).Select(i => new Row
        {
            Class = i % 2 == 0 ? "above" : "below",
            Pixels = [.. Enumerable.Range(0, height * width * channels).Select(element =>
                random.NextSingle() + (element / (width * channels) < height / 2 == (i % 2 == 0) ? 1 : 0))],
        });
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single,
            dimensions.Length > 0 ? dimensions : [height * width * channels]);
        var view = Ml.Data.LoadFromEnumerable(rows.ToArray(), schema);
        return Ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Class)).Fit(view).Transform(view);
    }

    private static SequenceClassificationTrainer.Options Options(SequenceNetwork network) => new()
    {
        Network = network, SequenceColumnName = nameof(Row.Pixels), Epochs = 12, BatchSize = 8, LearningRate = 1e-2f,
    };

    private static float[][] Scores(IDataView scored) => [.. scored.GetColumn<float[]>("Score")];

    private static void AreClose(float[][] expected, float[][] actual)
    {
        foreach (var (one, other) in expected.Zip(actual))
            for (var i = 0; i < one.Length; i++)
                Assert.AreEqual(one[i], other[i], 1e-5f);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Trained_exported_saved_and_scored(string name)
    {
        var images = Images(40);
        var trained = Ml.Images().Classification(Networks[name](new() { Shift = 1 }), imageColumnName: nameof(Row.Pixels), epochs: 1)
            .Fit(images);
        Assert.IsNull(trained.Info.Input.LengthsName);
        Assert.AreEqual(Shape, trained.Info.Input.Image);
        trained = Ml.Sequences().Classification(Options(Networks[name](new() { FlipHorizontally = true }))).Fit(images);
        var scored = trained.Transform(images);
        Assert.IsGreaterThan(0.9, Ml.Sequences().EvaluateClassification(scored).MicroAccuracy);
        using var folder = new TemporaryFolder();
        string onnx = Path.Combine(folder.Path, "model.onnx"), zip = Path.Combine(folder.Path, "model.zip");
        trained.ExportToOnnx(onnx);
        using (var session = OnnxSession.Load(onnx))
            Assert.AreEqual("features [batch, 24, 2]", string.Join(", ", session.Inputs.Select(input => $"{input.Name} {input.Shape}")));
        AreClose(Scores(scored), Scores(Ml.Transforms.ApplySequenceModel(onnx).Fit(images).Transform(images)));
        Ml.Model.SaveWhole(trained, images.Schema, zip);
        AreClose(Scores(scored), Scores(new MLContext().Model.Load(zip, out _).Transform(images)));
        AreClose(Scores(scored), Scores(new MLContext().Model.LoadSequenceGraph(zip, out _).Transform(images)));
    }

    [TestMethod]
    public void Dimensions_may_be_those_of_the_image()
    {
        var network = Networks["own"](null);
        IDataView plain = Images(12), shaped = Images(12, 4, 6, 2, 4, 6, 2), pixels = Images(12, 4, 6, 2, 24, 2);
        AreClose(Scores(Ml.Sequences().Classification(Options(network)).Fit(plain).Transform(plain)),
            Scores(Ml.Sequences().Classification(Options(network)).Fit(shaped).Transform(pixels)));
    }

    [TestMethod]
    public void Attention_of_pixels_is_a_rollout()
    {
        var options = Options(Networks["Vision Transformer"](null));
        (options.OutputAttention, options.Epochs) = (true, 1);
        var images = Images(6);
        foreach (var row in Ml.Sequences().Classification(options).Fit(images).Transform(images).GetColumn<float[]>("Attention"))
        {
            Assert.HasCount(24 * 24, row);
            for (var pixel = 0; pixel < 24; pixel++)
            {
                Assert.AreEqual(1, row.Skip(24 * pixel).Take(24).Sum(), 1e-4f);
                // pixels of one patch: (0, 0) and (1, 1)
                Assert.AreEqual(row[24 * pixel], row[24 * pixel + 7]);
            }
        }
    }

    [TestMethod]
    public void A_number_and_a_truth_are_predicted_too()
    {
        var images = Images(20);
        var sums = Ml.Transforms.CustomMapping<Row, Target>((row, target) => (target.Sum, target.IsBright) =
            (row.Pixels.Sum() / 10, row.Pixels[0] > 1), null).Fit(images).Transform(images);
        Ml.Images().Regression(Networks["own"](null), nameof(Target.Sum), nameof(Row.Pixels), epochs: 1).Fit(sums);
        Ml.Images().BinaryClassification(Networks["own"](null), nameof(Target.IsBright), nameof(Row.Pixels), epochs: 1).Fit(sums);
    }

    [TestMethod]
    public void Bad_images()
    {
        var network = Networks["ConvNet"](null);
        Refused<ArgumentException>("Column 'Pixels' is Vector<Single, 50>, but the network reads images of 4 x 6 pixels of 2 channels: "
            + "expected a vector of 48 Single", () => Ml.Sequences().Classification(Options(network)).Fit(Images(8, 5, 5)));
        Refused<ArgumentException>("Column 'Pixels' is Vector<Single, 72>, but the network reads images of 4 x 6 pixels of 2", () =>
            Ml.Sequences().Classification(Options(network)).Fit(Images(8, 4, 6, 3)));
        Refused<ArgumentException>("Vector<Single, 6, 4, 2>, but the network reads images of 4 x 6 pixels of 2 channels", () =>
            Ml.Sequences().Classification(Options(network)).Fit(Images(8, 6, 4, 2, 6, 4, 2)));
        Refused<ArgumentException>("Column 'Class' is String, but the network reads images", () =>
            Ml.Sequences().Classification(new SequenceClassificationTrainer.Options
        {
            Network = network, SequenceColumnName = nameof(Row.Class),
        }).Fit(Images(8)));
        var options = Options(network);
        options.Epochs = 1;
        var trained = Ml.Sequences().Classification(options).Fit(Images(8));
        Refused<ArgumentException>("reads images of 4 x 6 pixels of 2 channels", () => Scores(trained.Transform(Images(8, 5, 5))));
        Refused<ArgumentException>("reads sequences of any length; expected one of ImageNetwork", () =>
            Ml.Images().Classification(SequenceNetwork.Lstm()));
    }

    [TestMethod]
    public void Bad_options()
    {
        Refused<ArgumentException>("A patch of 3 x 3 pixels doesn't divide an image of 4 x 6 pixels", () =>
            ImageNetwork.VisionTransformer(Shape, 3));
        Refused<ArgumentException>("A patch of 5 x 5 pixels", () => ImageNetwork.Mixer(Shape, 5));
        Refused<ArgumentException>("an image of 0 x 6 pixels of 1 channel, expected at least 1 x 1 pixel", () =>
            ImageNetwork.ConvNet(new(0, 6)));
        Refused<ArgumentException>("Shift of ImageAugmentation is 4; expected at least 0 and fewer pixels than a side", () =>
            ImageNetwork.ConvNet(Shape, augmentation: new() { Shift = 4 }));
        Refused<ArgumentException>("Cutout of ImageAugmentation is -1", () =>
            ImageNetwork.ResNet(Shape, augmentation: new() { Cutout = -1 }));
        Refused<GraphException>("expected at least 1 channel and 1 stage; got 0 and 2", () =>
            Ml.Sequences().Classification(Options(ImageNetwork.ConvNet(Shape, 0))).Fit(Images(8)));
        Refused<GraphException>("The network 'ConvNet' reads images of 4 x 6 pixels of 2 channels, [24, batch, 2]; got", () =>
        {
            var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
            ImageNetwork.ConvNet(Shape).Encode(new(network, network.Input("x", ElementType.Float, ["time", "batch", 2]), null));
        });
    }

    private static void Refused<T>(string expected, Action action) where T : Exception =>
        StringAssert.Contains(Assert.Throws<T>(action).Message, expected);

    private sealed class Target
    {
        public float Sum { get; set; }

        public bool IsBright { get; set; }
    }
}
