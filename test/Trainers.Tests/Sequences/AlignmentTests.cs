using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Connectionist temporal classification in a pipeline: bumps in a series are written down.</summary>
[TestClass]
public class AlignmentTests
{
    private readonly MLContext _ml = new(seed: 1);

    internal sealed class Row
    {
        [VectorType(0, 2)]
        public float[] Features { get; set; } = [];

        public string[] Written { get; set; } = [];

        public float Weight { get; set; } = 1;
    }

    [TestMethod]
    public void Learns_what_is_written_without_being_told_where()
    {
        var train = Mapped(Rows(300, seed: 1));
        using var model = Trainer(options => (options.Epochs, options.LearningRate) = (12, 0.02f)).Fit(train);
        var scored = model.Transform(Mapped(Rows(100, seed: 2)));
        var metrics = _ml.Sequences().EvaluateTranscription(scored);
        Assert.IsLessThan(0.05, metrics.CharacterErrorRate, $"{metrics}");
        Assert.IsGreaterThan(0.8, model.History.Epochs[^1].Metrics["exact"]);

        // The column of scores has the blank last: greedily read it gives the predicted labels.
        uint[][] predicted = [.. scored.GetColumn<uint[]>("PredictedLabel")];
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        foreach (var (labels, score) in predicted.Zip(scores))
        {
            var frames = CtcFrames.FromProbabilities(score, 4, 3);
            CollectionAssert.AreEqual(labels, frames.Greedy().Select(label => (uint)label + 1).ToArray());
            CollectionAssert.IsSubsetOf(labels.Select(label => (int)label - 1).ToArray(),
                frames.Align([.. labels.Select(label => (int)label - 1)]).Classes.ToArray());
        }
    }

    [TestMethod]
    public void Empty_labels_are_learnt_too()
    {
        Row[] rows = [.. Rows(60, seed: 1), .. Enumerable.Range(0, 20).Select(_ => new Row { Features = new float[16] })];
        using var model = Trainer(options => options.Epochs = 8).Fit(Mapped(rows));
        Assert.IsEmpty(model.Transform(Mapped(rows[60..61])).GetColumn<uint[]>("PredictedLabel").Single());
    }

    [TestMethod]
    public void Rows_count_by_their_weights()
    {
        var rows = Rows(60, seed: 1);
        foreach (var row in rows[30..])
            (row.Weight, row.Written) = (0, ["a", "a", "a"]);
        using var model = Trainer(options => (options.Epochs, options.ExampleWeightColumnName) = (25, "Weight")).Fit(Mapped(rows));
        var metrics = _ml.Sequences().EvaluateTranscription(model.Transform(Mapped(Rows(40, seed: 2))));
        Assert.IsLessThan(0.2, metrics.CharacterErrorRate);
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_weights()
    {
        float[][] Scores()
        {
            using var model = Trainer().Fit(Mapped(Rows(20, seed: 1)));
            return [.. model.Transform(Mapped(Rows(5, seed: 2))).GetColumn<float[]>("Score")];
        }
        var (one, two) = (Scores(), Scores());
        for (var row = 0; row < one.Length; row++)
            CollectionAssert.AreEqual(one[row], two[row]);
    }

    [TestMethod]
    [DataRow(new[] { "a", "b", "c", "a", "b", "c", "a", "b", "c" }, "9 labels, 0 of them equal to the one before, need 9 steps, but column "
        + "'Features' has 8")]
    [DataRow(new[] { "a", "a", "b", "b", "c", "c" }, "6 labels, 3 of them equal to the one before, need 9 steps, but column "
        + "'Features' has 8")]
    [DataRow(new[] { "a", "_" }, "label 1: the label is missing, or a value that MapValueToKey has not seen")]
    public void Labels_that_do_not_fit_are_errors(string[] labels, string message)
    {
        var rows = Rows(20, seed: 1);
        (rows[7].Features, rows[7].Written) = (rows[7].Features[..16], labels);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Trainer().Fit(Mapped(rows)));
        StringAssert.Contains(error.Message, "Column 'Label', row 7");
        StringAssert.Contains(error.Message, message);
        var notices = new List<string>();
        using var model = Trainer(options => options.BadRows = MLSeqGraph.Transforms.BadRows.Skip).Fit(Mapped(rows));
        Assert.AreEqual(19, model.History.Epochs[0].Rows);
    }

    [TestMethod]
    public void Bad_columns_are_errors()
    {
        var rows = Rows(20, seed: 1);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Trainer(options => options.LabelColumnName = "Written")
            .Fit(Mapped(rows))).Message, "Column 'Written' is Vector<String>: expected a vector of keys, the labels in their order");
        foreach (var row in rows)
            row.Written = [];
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Trainer().Fit(Mapped(rows))).Message,
            "Column 'Label': none of the 20 training rows has a label");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Trainer(options => options.OutputVector = true)
            .Fit(Mapped(Rows(20, seed: 1)))).Message, "OutputVector is set");
    }

    [TestMethod]
    public void A_network_that_gives_fewer_steps_is_an_error()
    {
        var shorter = SequenceNetwork.Custom("halves", (network, x) => new(new Sequence(network, Op.Slice(x.Steps, 0, 1), null)));
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => Trainer(options => options.Network = shorter)
            .Fit(Mapped(Rows(20, seed: 1)))).Message, "The network 'halves' gave Steps");
    }

    private SequenceAlignmentTrainer Trainer(Action<SequenceAlignmentTrainer.Options>? change = null)
    {
        SequenceAlignmentTrainer.Options options = new()
        {
            Network = SequenceNetwork.Lstm(12, bidirectional: true), Epochs = 2, BatchSize = 10, LearningRate = 0.02f,
            Target = ExecutionTarget.Cpu(1),
        };
        change?.Invoke(options);
        return _ml.Sequences().Alignment(options);
    }

    private IDataView Mapped(Row[] rows) => Mapped(_ml, rows);

    internal static IDataView Mapped(MLContext ml, Row[] rows)
    {
        var keys = ml.Data.LoadFromEnumerable<Row>([new() { Written = ["a", "b", "c"] }]);
        return ml.Transforms.Conversion.MapValueToKey("Label", "Written").Fit(keys).Transform(ml.Data.LoadFromEnumerable(rows));
    }

    // Up (a), down (b) or both at once (c) for 2 to 4 steps each, with rests of 1 to 4 steps between them.
    internal static Row[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var (features, written) = (new List<float>(), new List<string>());
            void Steps(int steps, float first, float second)
            {
                for (var step = 0; step < steps; step++)
                    features.AddRange([first + 0.1f * random.NextSingle(), second + 0.1f * random.NextSingle()]);
            }
            Steps(2, 0, 0);
            for (var letters = random.Next(1, 5); letters > 0; letters--)
            {
                var letter = random.Next(3);
                written.Add("abc"[letter].ToString());
                Steps(random.Next(2, 5), letter == 1 ? -1 : 1, letter == 0 ? 0 : 1);
                Steps(random.Next(1, 5), 0, 0);
            }
            return new Row { Features = [.. features], Written = [.. written] };
        })];
    }
}
