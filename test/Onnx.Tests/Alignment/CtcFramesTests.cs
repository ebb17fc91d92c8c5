namespace MLSeqGraph.Onnx.Tests;

/// <summary>Labels and alignments against all paths, one by one.</summary>
[TestClass]
public class CtcFramesTests
{
    private const int Time = 5, Classes = 3;

    [TestMethod]
    [TestCategory("Oracle")]
    [OracleData("CTCAlignment")]
    public void Alignment(string file)
    {
        var oracle = OracleCase.Load(file);
        var (logits, labels) = (oracle.Inputs["logits"], oracle.Inputs["labels"]);
        int rows = (int)logits.Shape[0], time = (int)logits.Shape[1], classes = (int)logits.Shape[2], most = (int)labels.Shape[1];
        var (paths, logs) = (new List<float>(), new List<float>());
        for (var row = 0; row < rows; row++)
        {
            var (frames, count) = ((int)Length("input_lengths", time), (int)Length("label_lengths", most));
            float[] scores = [.. logits.Data.Skip(row * time * classes).Take(frames * classes).Select(x => (float)x)];
            var path = CtcFrames.FromLogits(scores, classes, oracle.Setting("blank", 0))
                .Align([.. labels.Data.Skip(row * most).Take(count).Select(x => (int)x)]);
            paths.AddRange(path.Classes.Select(number => (float)number).Concat(Enumerable.Repeat(-1f, time - frames)));
            logs.Add((float)path.LogProbability);

            double Length(string name, double all) => oracle.Inputs.TryGetValue(name, out var lengths) ? lengths.Data[row] : all;
        }
        oracle.AssertClose("path", oracle.Outputs["path"], TensorData.Create(paths.ToArray(), rows, time), 0, 0);
        oracle.AssertClose("log_prob", oracle.Outputs["log_prob"], TensorData.Create(logs.ToArray(), rows));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void The_best_path_is_the_best_of_all(int blank)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var logits = Logits(seed);
            var frames = CtcFrames.FromLogits(logits.As<float>(), Classes, blank);
            foreach (var labels in Targets(blank))
            {
                var best = Alignments.Paths(Time, Classes).Where(path => Alignments.Collapse(path, blank).SequenceEqual(labels))
                    .MaxBy(path => Alignments.LogProbability(logits, 0, path))!;
                var found = frames.Align([.. labels.Select(label => (int)label)]);
                CollectionAssert.AreEqual(best, found.Classes.ToArray());
                Assert.AreEqual(Alignments.LogProbability(logits, 0, best), found.LogProbability, 1e-5);
                for (var i = 0; i < labels.Length; i++)
                    Assert.IsTrue(found.Classes.Skip(found.Labels[i].Start).Take(found.Labels[i].End - found.Labels[i].Start)
                        .All(number => number == labels[i]) && found.Labels[i].End > found.Labels[i].Start);
            }
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void A_wide_beam_finds_the_most_probable_labels_of_all(int blank)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var logits = Logits(seed);
            var all = Alignments.Paths(Time, Classes).GroupBy(path => string.Join(' ', Alignments.Collapse(path, blank)))
                .ToDictionary(group => group.Key,
                    group => Math.Log(group.Sum(path => Math.Exp(Alignments.LogProbability(logits, 0, path)))));
            var found = CtcFrames.FromLogits(logits.As<float>(), Classes, blank).BeamSearch(new() { Width = 1000 });
            Assert.HasCount(all.Count, found);
            foreach (var one in found)
                Assert.AreEqual(all[string.Join(' ', one.Labels)], one.LogProbability, 1e-5);
            Assert.AreEqual(all.MaxBy(labels => labels.Value).Key, string.Join(' ', found[0].Labels));
        }
    }

    [TestMethod]
    public void A_model_weighs_what_follows()
    {
        var model = new NgramModel([[0, 1, 0], [0, 1], [1, 0]], 2, order: 2);
        var logits = Logits(3);
        var options = new CtcBeamOptions { Width = 1000, Model = model, ModelWeight = 0.7, LabelBonus = 0.3 };
        var found = CtcFrames.FromLogits(logits.As<float>(), Classes, 1).BeamSearch(options);
        foreach (var one in found)
        {
            int[] numbers = [.. one.Labels.Select(label => label > 1 ? label - 1 : label)];
            var log = Enumerable.Range(0, numbers.Length).Sum(i => model.LogProbabilities(numbers[..i])[numbers[i]])
                + model.LogProbabilities(numbers)[2];
            Assert.AreEqual(one.LogProbability + 0.7 * log + 0.3 * numbers.Length, one.Score, 1e-9);
        }
        CollectionAssert.AreEqual(found.OrderByDescending(one => one.Score).ToArray(), found.ToArray());
    }

    [TestMethod]
    public void A_beam_of_one_is_no_worse_than_nothing()
    {
        var frames = CtcFrames.FromProbabilities([0.4f, 0.6f, 0.4f, 0.6f], 2, 1);
        // Each frame's best is the blank, but three of four paths write the label.
        CollectionAssert.AreEqual(Array.Empty<int>(), frames.Greedy());
        CollectionAssert.AreEqual(new[] { 0 }, frames.BeamSearch()[0].Labels.ToArray());
        Assert.AreEqual(Math.Log(0.64), frames.BeamSearch()[0].LogProbability, 1e-6);
        Assert.HasCount(1, frames.BeamSearch(new() { Width = 1 }));
        Assert.HasCount(1, CtcFrames.FromProbabilities([], 2, 1).BeamSearch());
    }

    [TestMethod]
    public void Greedy_merges_repeats_before_blanks()
    {
        int[] path = [0, 1, 1, 0, 1, 2, 2, 1, 0];
        float[] logits = [.. path.SelectMany(number => Enumerable.Range(0, Classes).Select(i => i == number ? 5f : 0))];
        CollectionAssert.AreEqual(new[] { 1, 1, 2, 1 }, CtcFrames.FromLogits(logits, Classes, 0).Greedy());
    }

    [TestMethod]
    public void Probabilities_of_an_n_gram_model_add_up_to_1()
    {
        var model = new NgramModel([[0, 1, 2, 1], [], [2, 2]], 3, order: 3);
        foreach (var prefix in (int[][])[[], [0], [0, 1], [1, 1, 1], [2, 2]])
            Assert.AreEqual(1, model.LogProbabilities(prefix).Sum(Math.Exp), 1e-12);
        // By hand, order 1: 6 labels and 3 ends, 4 different ones: p(0) = (1 + 4 / 4) / (9 + 4).
        Assert.AreEqual(Math.Log(2.0 / 13), new NgramModel([[0, 1, 2, 1], [], [2, 2]], 3, order: 1).LogProbabilities([])[0], 1e-12);
    }

    [TestMethod]
    public void Bad_arguments_are_errors()
    {
        var frames = CtcFrames.FromLogits([0, 0, 0, 0, 0, 0, 0, 0, 0], Classes, 0);
        Fails("Label 1 is 0, the blank; expected a class from 0 to 2", () => frames.Align([1, 0]));
        Fails("Label 0 is 3; expected a class from 0 to 2", () => frames.Align([3]));
        Fails("4 labels, 0 of them equal to the one before, need 4 frames; there are 3", () => frames.Align([1, 2, 1, 2]));
        Fails("3 labels, 1 of them equal to the one before, need 4 frames; there are 3", () => frames.Align([1, 1, 2]));
        Fails("No path", () => CtcFrames.FromProbabilities([1, 0], 2, 0).Align([1]));
        Fails("The blank is 3 of 3 classes; expected 0 to 2", () => CtcFrames.FromLogits([0, 0, 0], 3, 3));
        Fails("4 numbers aren't whole frames of 3 classes", () => CtcFrames.FromLogits([0, 0, 0, 0], 3, 0));
        Fails("got NaN", () => CtcFrames.FromLogits([0, 0, float.NaN], 3, 0));
        Fails("Expected probabilities, 0 to 1; got -1", () => CtcFrames.FromProbabilities([0, 0, -1], 3, 0));
        Fails("Width is 0", () => frames.BeamSearch(new() { Width = 0 }));
        Fails("ModelWeight is -1", () => frames.BeamSearch(new() { ModelWeight = -1 }));
        Fails("LabelBonus is NaN", () => frames.BeamSearch(new() { LabelBonus = double.NaN }));
        Fails("The model knows 5 labels; expected 2", () => frames.BeamSearch(new() { Model = new NgramModel([], 5) }));
        Fails("Sequence 1 has the label 2; expected 0 to 1", () => new NgramModel([[0], [2]], 2));
        Fails("The order is 0; expected 1 to 16", () => new NgramModel([], 2, 0));
    }

    private static void Fails(string message, Action action) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(action).Message, message);

    private static TensorData Logits(int seed)
    {
        var logits = FiniteDifferences.Random(ElementType.Float, seed, 1, Time, Classes);
        for (var i = 0; i < logits.Count; i++)
            logits.As<float>()[i] *= 3;
        return logits;
    }

    private static IEnumerable<long[]> Targets(int blank) =>
        Alignments.Paths(Time, Classes).Select(path => Alignments.Collapse(path, blank)).DistinctBy(labels => string.Join(' ', labels));
}
