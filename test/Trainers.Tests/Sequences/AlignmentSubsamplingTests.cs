using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;
using static MLSeqGraph.Trainers.Tests.AlignmentTests;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Labels without places, written by networks that give fewer frames than they read steps.</summary>
[TestClass]
public class AlignmentSubsamplingTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static readonly SequenceNetwork Conformer = SequenceNetwork.Conformer(new()
    {
        Hidden = 16, Heads = 2, Layers = 1, Kernel = 3, FeedForwardSize = 16, Subsampling = 2,
    });

    private static SequenceNetwork Halving(int declared = 2) => SequenceNetwork.Custom("convolution and LSTM", (network, x) =>
        new(network.Lstm(x.Subsample(12), new LstmOptions { Hidden = 12, Bidirectional = true }).Output), declared);

    // Each step twice or three times, so that half as many frames are enough.
    private static Row[] Longer(int count, int seed) => [.. Rows(count, seed).Select((row, i) => new Row
    {
        Features = [.. row.Features.Chunk(2).SelectMany((step, at) => Enumerable.Repeat(step, 2 + (i + at) % 2)).SelectMany(step => step)],
        Written = row.Written,
    })];

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Learns_from_half_as_many_frames(bool conformer)
    {
        using var model = Trainer(options => (options.Network, options.Epochs, options.LearningRate) =
            (conformer ? Conformer : Halving(), 16, conformer ? 0.005f : 0.02f)).Fit(Mapped(_ml, Longer(300, seed: 1)));
        var rows = Longer(60, seed: 2);
        var scored = model.Transform(Mapped(_ml, rows));
        Assert.IsLessThan(0.05, _ml.Sequences().EvaluateTranscription(scored).CharacterErrorRate);
        Assert.AreEqual(2, model.Info.Subsampling);

        uint[][] predicted = [.. scored.GetColumn<uint[]>("PredictedLabel")];
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        for (var row = 0; row < rows.Length; row++)
        {
            var frames = CtcFrames.FromProbabilities(scores[row], 4, 3);
            Assert.AreEqual((rows[row].Features.Length / 2 + 1) / 2, frames.Count, $"row {row}");
            CollectionAssert.AreEqual(predicted[row], frames.Greedy().Select(label => (uint)label + 1).ToArray());
            Assert.AreEqual(frames.Count, frames.Align([.. predicted[row].Select(label => (int)label - 1)]).Classes.Count);
            // Rows longer than it in its batch change nothing.
            var alone = model.Transform(Mapped(_ml, [rows[row]]));
            CollectionAssert.AreEqual(predicted[row], alone.GetColumn<uint[]>("PredictedLabel").Single());
            float[] score = [.. alone.GetColumn<float[]>("Score").Single()];
            for (var i = 0; i < score.Length; i++)
                Assert.AreEqual(scores[row][i], score[i], 1e-4, $"row {row}, score {i}");
        }
    }

    [TestMethod]
    public void Frames_are_dropped_out()
    {
        // Masks have the frames' shape, which follows from that of the steps.
        foreach (var network in (SequenceNetwork[])[Halving(), SequenceNetwork.Conformer(new()
        {
            Hidden = 16, Heads = 2, Layers = 1, Kernel = 3, FeedForwardSize = 16, Subsampling = 4, Dropout = 0.1f, AttentionDropout = 0.1f,
        })])
        {
            using var model = Trainer(options => (options.Network, options.OutputDropout, options.Epochs, options.BadRows) =
                (network, 0.1f, 4, BadRows.Skip)).Fit(Mapped(_ml, Longer(60, seed: 1)));
            Assert.IsLessThan(model.History.Epochs[0].Loss, model.History.Epochs[^1].Loss);
        }
    }

    [TestMethod]
    public void Stock_ML_NET_and_the_file_say_the_same()
    {
        var rows = Longer(40, seed: 1);
        using var model = Trainer(options => options.Network = Halving()).Fit(Mapped(_ml, rows));
        var view = Mapped(_ml, rows);
        var folder = Directory.CreateTempSubdirectory("mlseqgraph").FullName;
        string zip = Path.Combine(folder, "model.zip"), onnx = Path.Combine(folder, "model.onnx");
        _ml.Model.SaveWhole(model, view.Schema, zip);
        model.ExportToOnnx(onnx);
        uint[][] predicted = [.. model.Transform(view).GetColumn<uint[]>("PredictedLabel")];
        uint[][] loaded = [.. new MLContext().Model.Load(zip, out _).Transform(view).GetColumn<uint[]>("PredictedLabel")];
        using var read = new SequenceScoringTransformer(File.ReadAllBytes(onnx));
        uint[][] ofFile = [.. read.Transform(view).GetColumn<uint[]>("PredictedLabel")];
        for (var row = 0; row < rows.Length; row++)
        {
            CollectionAssert.AreEqual(predicted[row], loaded[row]);
            CollectionAssert.AreEqual(predicted[row], ofFile[row]);
        }
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    // ⌈5 / 2⌉ = 3 frames.
    [DataRow(5, new[] { "a", "b", "c" }, null)]
    [DataRow(5, new[] { "a", "a" }, null)]
    [DataRow(4, new[] { "a", "a" }, "2 labels, 1 of them equal to the one before, need 3 frames, but the 4 steps of column 'Features' "
        + "become 2, one for 2 steps; expected a frame for each label, and one more between two equal ones")]
    [DataRow(6, new[] { "a", "b", "c", "a" }, "4 labels, 0 of them equal to the one before, need 4 frames, but the 6 steps of column "
        + "'Features' become 3, one for 2 steps")]
    public void Labels_need_as_many_frames(int steps, string[] labels, string? message)
    {
        var rows = Longer(20, seed: 1);
        (rows[7].Features, rows[7].Written) = (rows[7].Features[..(2 * steps)], labels);
        var bad = Trainer(options => options.Network = Halving());
        if (message is null)
        {
            using var fits = bad.Fit(Mapped(_ml, rows));
            Assert.AreEqual(20, fits.History.Epochs[0].Rows);
            return;
        }
        var error = Assert.ThrowsExactly<InvalidDataException>(() => bad.Fit(Mapped(_ml, rows)));
        StringAssert.Contains(error.Message, "Column 'Label', row 7");
        StringAssert.Contains(error.Message, message);
        // Validation rows, too.
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => bad.Fit(Mapped(_ml, Longer(20, seed: 1)), Mapped(_ml, rows)))
            .Message, message);
        using var model = Trainer(options => (options.Network, options.BadRows) = (Halving(), BadRows.Skip)).Fit(Mapped(_ml, rows));
        Assert.AreEqual(19, model.History.Epochs[0].Rows);
    }

    [TestMethod]
    public void A_network_that_gives_others_than_it_says_is_an_error()
    {
        var rows = Mapped(_ml, Longer(20, seed: 1));
        string Message(SequenceNetwork network) => Assert.ThrowsExactly<GraphException>(() =>
            Trainer(options => options.Network = network).Fit(rows)).Message;
        StringAssert.Contains(Message(Halving(declared: 4)), "The network 'convolution and LSTM' gave 4 steps, of lengths [4, 1, 2, 3, 3], "
            + "for 7 of lengths [7, 1, 4, 5, 6]; expected 2, of lengths [2, 1, 1, 2, 2], as its Subsampling of 4 says");
        StringAssert.Contains(Message(Halving(declared: 1)), "expected as many steps as it reads, [time, batch, features], or its "
            + "Subsampling to say how many become one");
        StringAssert.Contains(Message(SequenceNetwork.Custom("no lengths", (network, x) =>
            new(new Sequence(network, x.Subsample(4).Steps, null)), 2)), "The network 'no lengths' gave Steps without Lengths");
        StringAssert.Contains(Message(SequenceNetwork.Conformer(new() { Hidden = 16, Subsampling = 3 })), "expected a factor of 2, 4 or 8");
    }

    [TestMethod]
    public void Labels_of_rows_take_any_and_labels_of_steps_none()
    {
        Row[] rows = [.. Longer(60, seed: 1).Select(row => new Row { Features = row.Features, Written = row.Written[..1] })];
        SequenceClassificationTrainer.Options of = new()
        {
            Network = Conformer, Epochs = 1, Pooling = Pooling.Mean, OutputAttention = true, LabelColumnName = "First",
            Target = ExecutionTarget.Cpu(1),
        };
        var view = _ml.Data.LoadFromEnumerable(rows.Select(row => new Classified { Features = row.Features, Letter = row.Written[0] }));
        var keyed = _ml.Transforms.Conversion.MapValueToKey("First", "Letter").Fit(view).Transform(view);
        using var model = _ml.Sequences().Classification(of).Fit(keyed);
        var attention = model.Transform(keyed).GetColumn<float[]>("Attention").First();
        var frames = (rows[0].Features.Length / 2 + 1) / 2;
        Assert.HasCount(frames * frames, attention);
        Assert.AreEqual(1, attention[..frames].Sum(), 1e-4);

        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Sequences().Tagging(new SequenceTaggingTrainer.Options
        {
            Network = Conformer, Epochs = 1,
        }).Fit(Mapped(_ml, rows)));
        StringAssert.Contains(error.Message, "The network 'Conformer' has Subsampling 2, but each step has a label");
    }

    private sealed class Classified
    {
        [VectorType(0, 2)]
        public float[] Features { get; set; } = [];

        public string Letter { get; set; } = "";
    }

    private SequenceAlignmentTrainer Trainer(Action<SequenceAlignmentTrainer.Options> change)
    {
        SequenceAlignmentTrainer.Options options = new()
        {
            Epochs = 2, BatchSize = 10, LearningRate = 0.02f, Target = ExecutionTarget.Cpu(1),
        };
        change(options);
        return _ml.Sequences().Alignment(options);
    }
}
