using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Clips of any number of frames: a class each, and a class per frame.</summary>
[TestClass]
public class ClipTests
{
    private static readonly ImageShape Shape = new(4, 4);
    private static readonly MLContext Ml = new(1);

    private sealed class Row
    {
        public float[] Frames { get; set; } = [];

        [KeyType(2)]
        public uint Class { get; set; }

        [KeyType(2)]
        public uint[] OfFrames { get; set; } = [];
    }

    // A bright row of pixels moves down, or up; its half is the frame's class.
    private static IDataView Clips(int count, int extra = 0)
    {
        var random = new Random(2);
        return Ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i =>
        {
            int[] places = [.. Enumerable.Range(0, 3 + i % 2).Select(frame => i % 4 < 2 ? frame : 3 - frame)];
            return new Row
            {
                Frames = [.. places.SelectMany(place => Enumerable.Range(0, 16).Select(pixel => 0.3f * random.NextSingle()
                    + (pixel / 4 == place ? 1 : 0))), .. new float[extra]],
                Class = (uint)(i % 4 / 2),
                OfFrames = [.. places.Select(place => (uint)(place / 2) + 1)],
            };
        }).ToArray());
    }

    private static readonly TransformerOptions Small = new() { Hidden = 8, Heads = 2, Layers = 1, FeedForwardSize = 8 };

    private static SequenceNetwork Network(string name) => name == "ConvNet, LSTM"
        ? ImageNetwork.Clip(ImageNetwork.ConvNet(Shape, 4, 1, 0.1f, new() { Shift = 1 }), SequenceNetwork.Lstm(8))
        : ImageNetwork.Clip(ImageNetwork.VisionTransformer(Shape, 2, Small), SequenceNetwork.Transformer(Small));

    private static float[] All(IDataView scored) => [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)];

    [TestMethod]
    [DataRow("ConvNet, LSTM")]
    [DataRow("ViT, Transformer")]
    public void Classes_of_clips_and_of_frames(string name)
    {
        var clips = Clips(40);
        foreach (var trainer in (IEstimator<SequencePredictionTransformer>[])[
            Ml.Sequences().Classification(new SequenceClassificationTrainer.Options
            {
                Network = Network(name), SequenceColumnName = nameof(Row.Frames), LabelColumnName = nameof(Row.Class), Epochs = 20,
                BatchSize = 8, LearningRate = 1e-2f,
            }),
            Ml.Sequences().Tagging(new SequenceTaggingTrainer.Options
            {
                Network = Network(name), SequenceColumnName = nameof(Row.Frames), LabelColumnName = nameof(Row.OfFrames), Epochs = 20,
                BatchSize = 8, LearningRate = 1e-2f,
            })])
        {
            var trained = trainer.Fit(clips);
            var scored = trained.Transform(clips);
            Assert.IsGreaterThan(0.9, trained.Info.Task == ModelTask.Tagging
                ? Ml.Sequences().EvaluateTagging(scored, nameof(Row.OfFrames)).MicroAccuracy
                : Ml.Sequences().EvaluateClassification(scored, nameof(Row.Class)).MicroAccuracy);
            Assert.IsLessThan(1e-4, trained.Info.Verification!.LargestDifference);
            using var folder = new TemporaryFolder();
            Ml.Model.SaveWhole(trained, clips.Schema, folder.File("model.zip"));
            var loaded = All(new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(clips));
            foreach (var (one, other) in All(scored).Zip(loaded))
                Assert.AreEqual(one, other, 1e-5f);
        }
    }

    [TestMethod]
    public void Bad_clips()
    {
        var options = new SequenceClassificationTrainer.Options
        {
            Network = Network("ConvNet, LSTM"), SequenceColumnName = nameof(Row.Frames), LabelColumnName = nameof(Row.Class), Epochs = 1,
        };
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => Ml.Sequences().Classification(options).Fit(Clips(8, 3))).Message,
            "Column 'Frames', row 0: 51 values, expected a multiple of 16");
        var none = Ml.Data.LoadFromEnumerable(new Row[] { new() { OfFrames = [1] } });
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => Ml.Sequences().Classification(options).Fit(none)).Message,
            "Column 'Frames', row 0: the sequence is empty");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => ImageNetwork.Clip(SequenceNetwork.Lstm(), SequenceNetwork.Lstm()))
            .Message, "expected one of ImageNetwork");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => ImageNetwork.Clip(ImageNetwork.ConvNet(Shape),
            ImageNetwork.ConvNet(Shape))).Message, "doesn't read sequences of vectors");
        options.FeatureCount = 8;
        StringAssert.Contains(Assert.Throws<GraphException>(() => Ml.Sequences().Classification(options).Fit(Clips(8))).Message,
            "reads frames of 4 x 4 pixels of 1 channel, 16 numbers each");
    }
}
