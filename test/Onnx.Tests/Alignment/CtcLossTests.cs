namespace MLSeqGraph.Onnx.Tests;

/// <summary>The loss against the sum over all paths, with kernels and with standard operators.</summary>
[TestClass]
public class CtcLossTests
{
    [TestMethod]
    [DataRow(0, true)]
    [DataRow(0, false)]
    [DataRow(1, true)]
    [DataRow(2, false)]
    [DataRow(2, true)]
    public void Equals_the_sum_over_all_paths(int blank, bool kernels)
    {
        var rows = Rows(blank, classes: 3, most: 3, time: 5);
        var logits = FiniteDifferences.Random(ElementType.Float, 4, rows.Length, 5, 3);
        for (var i = 0; i < logits.Count; i++)
            logits.As<float>()[i] *= 3;
        var losses = Losses(logits, rows, blank, kernels);
        for (var row = 0; row < rows.Length; row++)
        {
            var sum = Alignments.Paths(rows[row].Frames, 3).Where(path => Alignments.Collapse(path, blank).SequenceEqual(rows[row].Labels))
                .Sum(path => Math.Exp(Alignments.LogProbability(logits, row, path)));
            if (sum == 0)
                Assert.AreEqual(float.PositiveInfinity, losses[row], $"row {row}");
            else
                Assert.AreEqual(-Math.Log(sum), losses[row], 2e-6 * Math.Max(1, -Math.Log(sum)), $"row {row}");
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    public void Gradients_are_finite_differences(int blank)
    {
        CtcRowCase[] rows = [.. Rows(blank, classes: 4, most: 3, time: 4).Where(row => row.IsPossible)];
        FiniteDifferences.Check(v => Op.CtcLoss(v[0], v[1], v[2], v[3], blank), Feed(
            FiniteDifferences.Random(ElementType.Double, 6, rows.Length, 4, 4), rows),
            [["batch", "time", 4], ["batch", "labels"], ["batch"], ["batch"]]);
    }

    [TestMethod]
    [DataRow(3, 2, 1, 1)]
    [DataRow(40, 12, 30, 5)]
    [DataRow(131, 41, 9, 4)]
    [DataRow(6, 60, 5, 3)]
    public void Kernels_equal_standard_operators(int time, int labels, int classes, int batch)
    {
        var random = new Random(time);
        CtcRowCase[] rows = [.. Enumerable.Range(0, batch).Select(row =>
        {
            var frames = row == 0 ? time : random.Next(1, time + 1);
            return new CtcRowCase(frames, [.. Enumerable.Range(0, Math.Min(labels, frames / 2))
                .Select(_ => (long)random.Next(1, classes + 1))]);
        })];
        var logits = FiniteDifferences.Random(ElementType.Float, 8, batch, time, classes + 1);
        for (var i = 0; i < logits.Count; i++)
            logits.As<float>()[i] *= 5;
        var exact = TensorData.Create(Array.ConvertAll(logits.As<float>(), x => (double)x), [.. logits.Sizes]);
        Value Loss(Value[] v) => Op.CtcLoss(v[0], v[1], v[2], v[3]);
        FiniteDifferences.CheckKernels(Loss, Feed(logits, rows), Loss, Feed(exact, rows));
    }

    [TestMethod]
    public void Improbable_paths_stay_numbers()
    {
        // The labels' path has e^-20000 of the probability of others, in a direction that the forward pass sees last.
        var logits = TensorData.Zeros(ElementType.Float, 1, 400, 3);
        for (var frame = 0; frame < 400; frame++)
            logits.As<float>()[frame * 3] = 50;
        CtcRowCase[] rows = [new(400, [.. Enumerable.Range(0, 400).Select(i => 1L + i % 2)])];
        foreach (var kernels in (bool[])[true, false])
            Assert.AreEqual(20000, Losses(logits, rows, 0, kernels)[0], 0.1);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void What_is_not_a_number_or_infinite_is_seen(bool kernels)
    {
        var logits = FiniteDifferences.Random(ElementType.Float, 4, 3, 2, 3);
        logits.As<float>()[7] = float.NaN;
        logits.As<float>()[12] = float.NegativeInfinity;
        var losses = Losses(logits, [new(2, [1]), new(2, [1]), new(2, [2])], 0, kernels);
        CollectionAssert.AreEqual(new[] { false, true, false }, Array.ConvertAll(losses, float.IsNaN));
        Assert.IsTrue(float.IsFinite(losses[2]));
    }

    [TestMethod]
    [DataRow(true, 3L, 2L, 2L, "label 1: 3; expected a class from 0 to 2 other than the blank, 0")]
    [DataRow(true, -1L, 2L, 2L, "label 1: -1; expected a class")]
    [DataRow(true, 0L, 2L, 2L, "label 1: 0, the blank; expected a class")]
    [DataRow(true, 1L, 6L, 2L, "6 frames, expected 0 to 5")]
    [DataRow(true, 1L, 5L, 3L, "3 labels, expected 0 to 2")]
    [DataRow(false, 3L, 2L, 2L, "ctc_labels_are_classes")]
    [DataRow(false, -1L, 2L, 2L, "ctc_labels_are_classes")]
    [DataRow(false, 0L, 2L, 2L, "ctc_labels_are_classes")]
    [DataRow(false, 1L, 6L, 2L, "ctc_labels_are_classes")]
    [DataRow(false, 1L, 5L, 3L, "ctc_labels_are_classes")]
    public void Wrong_labels_and_lengths_are_errors(bool kernels, long label, long frames, long labels, string message)
    {
        var logits = FiniteDifferences.Random(ElementType.Float, 4, 1, 5, 3);
        TensorData[] feed = [logits, TensorData.Create([2L, label], 1, 2), TensorData.Vector(frames), TensorData.Vector(labels)];
        var error = Assert.Throws<Exception>(() => Run(feed, 0, kernels));
        StringAssert.Contains(error.Message, message);
    }

    [TestMethod]
    public void Wrong_shapes_are_errors()
    {
        var graph = new Graph("test");
        var (logits, labels) = (graph.Input("x", ElementType.Float, ["batch", "time", 4]),
            graph.Input("y", ElementType.Int64, ["batch", "labels"]));
        var lengths = graph.Input("n", ElementType.Int64, ["batch"]);
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => Op.CtcLoss(logits, labels, lengths, lengths, 4)).Message,
            "a blank from 0 to 3, not 4");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => Op.CtcLoss(logits, lengths, lengths, lengths)).Message,
            "labels [batch, labels] Int64");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => Op.CtcLoss(labels, labels, lengths, lengths)).Message,
            "logits [batch, time, classes]");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => Op.CtcLoss(logits, labels, lengths, labels)).Message,
            "lengths [batch] Int64");
    }

    // All targets of up to so many labels, with all numbers of frames.
    private static CtcRowCase[] Rows(int blank, int classes, int most, int time)
    {
        long[] known = [.. Enumerable.Range(0, classes).Where(number => number != blank).Select(number => (long)number)];
        IEnumerable<long[]> targets = [[]];
        var all = targets.ToList();
        for (var length = 1; length <= most; length++)
            all.AddRange(targets = [.. targets.SelectMany(target => known.Select(label => (long[])[.. target, label]))]);
        return [.. all.SelectMany(target => Enumerable.Range(0, time + 1).Select(frames => new CtcRowCase(frames, target)))];
    }

    private static TensorData[] Feed(TensorData logits, CtcRowCase[] rows)
    {
        var most = rows.Max(row => row.Labels.Length);
        // What stands past the labels isn't read.
        return [logits, TensorData.Create([.. rows.SelectMany(row => row.Labels.Concat(Enumerable.Repeat(-7L, most - row.Labels.Length)))],
            rows.Length, most), TensorData.Vector([.. rows.Select(row => (long)row.Frames)]),
            TensorData.Vector([.. rows.Select(row => (long)row.Labels.Length)])];
    }

    private static float[] Losses(TensorData logits, CtcRowCase[] rows, int blank, bool kernels) => Run(Feed(logits, rows), blank, kernels);

    private static float[] Run(TensorData[] feed, int blank, bool kernels)
    {
        if (kernels && !KernelLibrary.IsOn())
            Assert.Inconclusive($"Kernels are not used: {KernelLibrary.Reason}.");
        var graph = new Graph("test") { UsesKernels = kernels };
        Value[] inputs = [.. feed.Select((tensor, i) => graph.Input($"x{i}", tensor.Type, Shape.Of(tensor.Sizes)))];
        graph.Output("loss", Op.CtcLoss(inputs[0], inputs[1], inputs[2], inputs[3], blank));
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(1));
        return session.Run(inputs.Select((input, i) => (input.Name, feed[i])).ToDictionary())["loss"].As<float>();
    }
}

/// <summary>A row of a batch: its frames and its labels.</summary>
internal sealed record CtcRowCase(int Frames, long[] Labels)
{
    internal bool IsPossible => Frames >= Labels.Length + Enumerable.Range(1, Math.Max(0, Labels.Length - 1))
        .Count(i => Labels[i] == Labels[i - 1]);
}
