using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;
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
    private static Row[] WaveRows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var phase = 6 * random.NextDouble();
            float Wave(int pixel) => (float)(10 + 3 * Math.Sin(phase + (i % 2 == 0 ? pixel % 6 : pixel / 6)));
            float[] pixels = [.. Enumerable.Range(0, 72).Select(k => k % 2 == 0 ? Wave(k / 2) : -Wave(k / 2))];
            return new Row { Label = i % 2 == 0, Pixels = pixels };
        })];
    }

    private static IDataView Waves(int count, int seed) => Ml.Data.LoadFromEnumerable(WaveRows(count, seed));

    // Where a number of an image stands: its patch, of 3 x 3, and its place among the patch's 8 numbers, channels of a pixel together.
    private static (int Patch, int Number) PlaceOf(int k)
    {
        int y = k / 2 / 6, x = k / 2 % 6;
        return (y / 2 * 3 + x / 2, (y % 2 * 2 + x % 2) * 2 + k % 2);
    }

    private static SequenceNetwork Network(string name) => name == "ViT"
        ? ImageNetwork.VisionTransformer(Shape, 2, new() { Hidden = 16, Heads = 2, Layers = 2, FeedForwardSize = 32,
            Positions = PositionEncoding.Learned })
        : ImageNetwork.Mixer(Shape, 2, 16, 2, 16, 32, dropout: 0);

    private static MaskedPretrainingTrainer.Options Options(SequenceNetwork network, int epochs) => new()
    {
        Network = network, SequenceColumnName = nameof(Row.Pixels), Epochs = epochs, BatchSize = 16, LearningRate = 1e-2f, Seed = 1,
        MaskedFraction = 0.4f, Target = ExecutionTarget.Cpu(1),
    };

    [TestMethod]
    [DataRow("ViT")]
    [DataRow("Mixer")]
    public void Hidden_pixels_of_other_images_are_told_better_than_by_means(string name)
    {
        var options = Options(Network(name), epochs: 30);
        var pretrained = Ml.Sequences().MaskedPretraining(options).Fit(Waves(120, 1), Waves(40, 2));
        var (constant, channels, numbers) = Means(options);
        Assert.IsTrue(constant is > 0.8 and < 1.2, $"Pixels have variance 1: {constant}");
        var best = new[] { constant, channels, numbers }.Min();
        Assert.IsLessThan(0.25 * best, pretrained.History!.Epochs[^1].ValidationLoss!.Value);
        // Nor was it there from the start.
        Assert.IsGreaterThan(0.5 * best, pretrained.History.Epochs[0].ValidationLoss!.Value);
        Assert.AreEqual(0, pretrained.TokenCount);
    }

    // The loss over the same hidden pixels of predictions that learn nothing: the training pixels' mean of the channel, the mean over an
    // image's visible pixels of the channel, and the mean over its visible patches of the same pixel.
    private static (double Constant, double Channels, double Numbers) Means(MaskedPretrainingTrainer.Options options)
    {
        float[][] training = [.. WaveRows(120, 1).Select(row => row.Pixels)], images = [.. WaveRows(40, 2).Select(row => row.Pixels)];
        double[] mean = new double[2], deviation = new double[2];
        for (var channel = 0; channel < 2; channel++)
        {
            double[] all = [.. training.SelectMany(image => image.Where((_, k) => k % 2 == channel).Select(value => (double)value))];
            mean[channel] = all.Average();
            deviation[channel] = Math.Sqrt(all.Average(value => value * value) - mean[channel] * mean[channel]);
        }
        var masked = new MaskedPatches(9, options.MaskedFraction, options.Seed);
        var column = SequenceColumn.FromData(Waves(40, 2), nameof(Row.Pixels), 2, null, default).WithImage(Shape);
        using var source = new SequenceBatchSource(Waves(40, 2), new(column), new() { BatchSize = 16, Shuffle = false });
        List<double> constant = [], channels = [], numbers = [];
        foreach (var batch in source.ReadEpoch(0, default))
        {
            masked.Draw(batch, 0);
            for (var row = 0; row < batch.Batch; row++)
            {
                var hidden = masked.Hidden.Span.Slice(row * 9, 9).ToArray();
                var image = images[batch.Positions.Span[row]];
                double[] scaled = [.. image.Select((value, k) => (value - mean[k % 2]) / deviation[k % 2])];
                int[] visible = [.. Enumerable.Range(0, 72).Where(k => hidden[PlaceOf(k).Patch] == 0)];
                for (var k = 0; k < 72; k++)
                {
                    if (hidden[PlaceOf(k).Patch] == 0)
                        continue;
                    double Square(double told) => (scaled[k] - told) * (scaled[k] - told);
                    constant.Add(Square(0));
                    channels.Add(Square(visible.Where(other => other % 2 == k % 2).Average(other => scaled[other])));
                    numbers.Add(Square(visible.Where(other => PlaceOf(other).Number == PlaceOf(k).Number).Average(other => scaled[other])));
                }
            }
        }
        Assert.HasCount(40 * 4 * 8, constant);
        return (constant.Average(), channels.Average(), numbers.Average());
    }

    [TestMethod]
    [DataRow("ViT")]
    [DataRow("Mixer")]
    public void Hidden_patches_alone_are_compared_and_the_network_does_not_see_them(string name)
    {
        var column = SequenceColumn.FromData(Waves(2, 1), nameof(Row.Pixels), 2, null, default).WithImage(Shape);
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation, seed: 3);
        network.Graph.Output("loss", new MaskedPatchModel(new(column, null, 16), (PatchImageNetwork)Network(name), 0).Train(network).Loss);
        using var session = new OnnxSession(network.Graph);
        var hidden = new float[2, 9];
        foreach (var (row, patch) in ((int, int)[])[(0, 1), (0, 5), (1, 0), (1, 5), (1, 8)])
            hidden[row, patch] = 1;
        long[] places = [.. Enumerable.Range(0, 18).Where(place => hidden[place % 2, place / 2] == 1).Select(place => (long)place)];
        var parameters = network.Parameters;
        float[] pixels = [.. WaveRows(2, 1).SelectMany(row => row.Pixels.Select(value => value / 10))];
        double Loss(float[] images)
        {
            var inputs = network.ParameterValues.Keys.ToDictionary(key => key, key => parameters[key].Value);
            inputs[column.InputName] = TensorData.Create(images, 2, 36, 2);
            inputs["masked_places"] = TensorData.Create(places, places.Length);
            inputs["masked_patches"] = TensorData.Create([.. hidden.Cast<float>()], 2, 9);
            return session.Run(inputs)["loss"].As<float>()[0];
        }
        float[] Changed(int row, int patch, float change) =>
            [.. pixels.Select((value, k) => k / 72 == row && PlaceOf(k % 72).Patch == patch ? value + change : value)];

        // The squares of the pixels themselves say nothing of what the network reads: a change d of 8 of the 40 numbers that it doesn't see
        // makes L(d) + L(-d) - 2 L(0) = 2 d² 8 / 40. What it sees changes what it tells.
        var start = Loss(pixels);
        for (var place = 0; place < 18; place++)
        {
            var (row, patch) = (place / 9, place % 9);
            var bend = Loss(Changed(row, patch, 0.5f)) + Loss(Changed(row, patch, -0.5f)) - 2 * start;
            if (hidden[row, patch] == 1)
                Assert.AreEqual(0.1, bend, 1e-4, $"image {row}, patch {patch}");
            else
                Assert.IsGreaterThan(1e-6, Math.Abs(Loss(Changed(row, patch, 0.5f)) - start), $"image {row}, patch {patch}");
        }

        // A network that always tells the same has no more to say of visible patches.
        float[] told = [1, -1, 0.5f, -0.5f, 0.25f, 2, 0, -2];
        Array.Clear(parameters["masked/output/weight"].Value.As<float>());
        told.CopyTo(parameters["masked/output/bias"].Value.As<float>(), 0);
        double Expected(float[] images) => images.Select((value, k) => (Square: Math.Pow(value - told[PlaceOf(k % 72).Number], 2),
            IsHidden: hidden[k / 72, PlaceOf(k % 72).Patch] == 1)).Where(one => one.IsHidden).Average(one => one.Square);
        start = Loss(pixels);
        Assert.AreEqual(Expected(pixels), start, 1e-5);
        for (var place = 0; place < 18; place++)
        {
            var changed = Changed(place / 9, place % 9, 0.5f);
            if (hidden[place / 9, place % 9] == 0)
                Assert.AreEqual(start, Loss(changed));
            else
                Assert.AreNotEqual(start, Loss(changed));
            Assert.AreEqual(Expected(changed), Loss(changed), 1e-5);
        }
    }

    [TestMethod]
    [DataRow("ViT")]
    [DataRow("Mixer")]
    public void Classifiers_start_from_what_was_learned(string name)
    {
        var pretrained = Ml.Sequences().MaskedPretraining(Options(Network(name), epochs: 2)).Fit(Waves(32, 1));
        Assert.IsFalse(pretrained.Weights.Keys.Any(weight => weight.Contains("masked")));
        using var folder = new TemporaryFolder();
        pretrained.Save(folder.File("weights"));
        var read = PretrainedNetwork.Load(folder.File("weights"));
        CollectionAssert.AreEquivalent(pretrained.Weights.Keys.ToArray(), read.Weights.Keys.ToArray());
        foreach (var (weight, tensor) in pretrained.Weights)
            CollectionAssert.AreEqual(tensor.As<float>(), read.Weights[weight].As<float>(), weight);

        // Steps too small to change a number leave each weight in the file as pre-training left it; no other network begins so.
        string[] learned = [.. pretrained.Weights.Where(weight => weight.Value.Sizes.Count > 1).Select(weight => weight.Key)];
        Assert.IsGreaterThan(4, learned.Length);
        foreach (var from in (PretrainedNetwork?[])[read, null])
        {
            using var start = Ml.Sequences().BinaryClassification(new SequenceBinaryClassificationTrainer.Options
            {
                Network = Network(name), SequenceColumnName = nameof(Row.Pixels), Epochs = 1, BatchSize = 12, LearningRate = 1e-20f,
                Seed = 1, Pretrained = from, Target = ExecutionTarget.Cpu(1),
            }).Fit(Waves(12, 3));
            Assert.IsLessThanOrEqualTo(1e-4, start.Info.Verification!.LargestDifference);
            var file = Tensors(start);
            foreach (var weight in learned)
                Assert.AreEqual(from is not null, file.Contains(Sorted(pretrained.Weights[weight].As<float>())), weight);
        }
    }

    // The numbers of each tensor of a deployed model, which may lie there transposed.
    private static HashSet<string> Tensors(SequencePredictionTransformer model) => [.. ModelProto.Parser.ParseFrom(model.ToOnnx()).Graph
        .Initializer.Where(tensor => tensor.DataType == (int)ElementType.Float)
        .Select(tensor => Sorted(MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray()))];

    private static string Sorted(float[] numbers) =>
        string.Join(' ', numbers.Order().Select(value => BitConverter.SingleToInt32Bits(value)));

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
