using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Networks that tell masked patches of images, and trainers that start from them.</summary>
[TestClass]
public class MaskedPatchTests
{
    private static readonly MLContext Ml = new(1);
    private static readonly ImageShape Shape = new(6, 6, 2);

    private sealed class Row
    {
        public bool Label { get; set; }

        [VectorType(72)]
        public float[] Pixels { get; set; } = [];
    }

    // Waves across or down, of any phase: a patch follows from those beside it. The second channel is the negative.
    private static IDataView Waves(int count, int seed)
    {
        var random = new Random(seed);
        return Ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i =>
        {
            var phase = 6 * random.NextDouble();
            float Wave(int pixel) => (float)(10 + 3 * Math.Sin(phase + (i % 2 == 0 ? pixel % 6 : pixel / 6)));
            float[] pixels = [.. Enumerable.Range(0, 72).Select(k => k % 2 == 0 ? Wave(k / 2) : -Wave(k / 2))];
            return new Row { Label = i % 2 == 0, Pixels = pixels };
        }).ToArray());
    }

    private static SequenceNetwork Network(string name) => name == "ViT"
        ? ImageNetwork.VisionTransformer(Shape, 2, new() { Hidden = 16, Heads = 2, Layers = 2, FeedForwardSize = 32,
            Positions = PositionEncoding.Learned })
        : ImageNetwork.Mixer(Shape, 2, 16, 2, 16, 32, dropout: 0);

    private static MaskedPretrainingTrainer.Options Options(SequenceNetwork network, int epochs = 40) => new()
    {
        Network = network, SequenceColumnName = nameof(Row.Pixels), Epochs = epochs, BatchSize = 16, LearningRate = 1e-2f, Seed = 1,
        MaskedFraction = 0.4f, Target = ExecutionTarget.Cpu(1),
    };

    [TestMethod]
    [DataRow("ViT")]
    [DataRow("Mixer")]
    public void Hidden_pixels_are_told_and_classifiers_start_from_what_was_learned(string name)
    {
        var pretrained = Ml.Sequences().MaskedPretraining(Options(Network(name))).Fit(Waves(120, 1), Waves(40, 2));
        // A constant answer has 1, the pixels' variance.
        Assert.IsLessThan(0.2, pretrained.History!.Epochs[^1].ValidationLoss!.Value);
        Assert.AreEqual(0, pretrained.TokenCount);
        Assert.IsFalse(pretrained.Weights.Keys.Any(weight => weight.Contains("masked")));
        using var folder = new TemporaryFolder();
        pretrained.Save(folder.File("weights"));
        var few = Waves(12, 3);
        double Loss(PretrainedNetwork? from)
        {
            using var model = Ml.Sequences().BinaryClassification(new SequenceBinaryClassificationTrainer.Options
            {
                Network = Network(name), SequenceColumnName = nameof(Row.Pixels), Epochs = 4, BatchSize = 4, LearningRate = 2e-3f, Seed = 1,
                Pretrained = from, Target = ExecutionTarget.Cpu(1),
            }).Fit(few);
            Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
            return model.History.Epochs[^1].Loss;
        }
        var start = Loss(PretrainedNetwork.Load(folder.File("weights")));
        Assert.AreEqual(Loss(pretrained), start);
        Assert.AreNotEqual(Loss(null), start);
    }

    [TestMethod]
    public void The_same_patches_are_hidden_whatever_the_batch()
    {
        var column = SequenceColumn.FromData(Waves(20, 1), nameof(Row.Pixels), 2, null, default).WithImage(Shape);
        var drawn = new List<string>[] { [], [], [] };
        foreach (var (run, size, epoch) in ((int, int, int)[])[(0, 8, 1), (1, 3, 1), (2, 8, 2)])
        {
            var masked = new MaskedPatches(9, 0.4, seed: 3);
            using var source = new SequenceBatchSource(Waves(20, 1), new(column), new() { BatchSize = size, Shuffle = false });
            foreach (var batch in source.ReadEpoch(0, default))
            {
                masked.Draw(batch, epoch);
                Assert.AreEqual(batch.Batch * 4, masked.Places.Length);
                foreach (var place in masked.Places.Span)
                    Assert.AreEqual(1f, masked.Hidden.Span[(int)(place % batch.Batch * 9 + place / batch.Batch)]);
                for (var row = 0; row < batch.Batch; row++)
                {
                    var hidden = masked.Hidden.Span.Slice(row * 9, 9).ToArray();
                    Assert.AreEqual(4, hidden.Sum());
                    drawn[run].Add($"{batch.Positions.Span[row]}: {string.Join(' ', hidden)}");
                }
            }
        }
        CollectionAssert.AreEquivalent(drawn[0], drawn[1]);
        CollectionAssert.AreNotEquivalent(drawn[0], drawn[2]);
    }

    [TestMethod]
    public void Pixels_of_patches_are_those_of_the_image()
    {
        var graph = new Graph("patches");
        graph.Output("y", ImagePatches.Pixels(graph.Input("x", ElementType.Float, ["batch", 2, 4, 6]), 2));
        using var session = new OnnxSession(graph);
        float[] numbers = [.. Enumerable.Range(0, 96).Select(i => (float)i)];
        var y = session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Create(numbers, 2, 2, 4, 6) })["y"];
        CollectionAssert.AreEqual(new long[] { 6, 2, 8 }, y.Sizes.ToArray());
        // The patch below the first one of the second image: rows 2 and 3, columns 0 and 1, the channels of a pixel together.
        CollectionAssert.AreEqual(new float[] { 60, 84, 61, 85, 66, 90, 67, 91 }, y.As<float>()[56..64]);
    }

    [TestMethod]
    public void Bad_networks_and_columns()
    {
        var waves = Waves(8, 1);
        void Refuses(string expected, Action act) => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(act).Message, expected);
        Refuses("has no patches that can be masked: expected ImageNetwork.VisionTransformer or ImageNetwork.Mixer", () =>
            Ml.Images().MaskedPretraining(ImageNetwork.ConvNet(Shape), nameof(Row.Pixels)).Fit(waves));
        Refuses("reads an image as one patch", () =>
            Ml.Images().MaskedPretraining(ImageNetwork.Mixer(Shape, 6), nameof(Row.Pixels)).Fit(waves));
        Refuses("reads sequences of any length", () => Ml.Images().MaskedPretraining(SequenceNetwork.Lstm(), nameof(Row.Pixels)));
        Refuses("Column 'Pixels' is Vector<Single, 72>, but the network reads images of 5 x 5", () =>
            Ml.Images().MaskedPretraining(ImageNetwork.Mixer(new(5, 5), 1), nameof(Row.Pixels)).Fit(waves));
        Refuses("expected a vector of keys", () => Ml.Sequences().MaskedPretraining(nameof(Row.Pixels)).Fit(waves));
        var pretrained = Ml.Images().MaskedPretraining(Network("Mixer"), nameof(Row.Pixels), epochs: 1).Fit(waves);
        Refuses("is a network of images (MLP-Mixer): expected images", () => Ml.Sequences().BinaryClassification(
            new SequenceBinaryClassificationTrainer.Options { SequenceColumnName = nameof(Row.Pixels), Pretrained = pretrained })
            .Fit(waves));
        Refuses("(MLP-Mixer) doesn't fit the network (Vision Transformer)", () => Ml.Sequences().BinaryClassification(
            new SequenceBinaryClassificationTrainer.Options { SequenceColumnName = nameof(Row.Pixels), Pretrained = pretrained,
                Network = Network("ViT") }).Fit(waves));
    }
}
