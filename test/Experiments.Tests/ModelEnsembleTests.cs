using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>Several models as one.</summary>
[TestClass]
public class ModelEnsembleTests
{
    private static readonly MLContext Ml = new(seed: 1);

    private sealed class Row
    {
        public string Class { get; set; } = "";
        public bool Truth { get; set; }
        public float Number { get; set; }

        [VectorType]
        public float[] Features { get; set; } = [];

        [VectorType]
        public float[] Others { get; set; } = [];
    }

    private static readonly Lazy<IDataView> Rows = new(() =>
    {
        var random = new Random(1);
        var view = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(row => new Row
        {
            Class = "abc"[row % 3].ToString(), Truth = row % 2 == 0, Number = row % 5,
            Features = [.. Enumerable.Range(0, 2 * (1 + row % 4)).Select(_ => random.NextSingle() + row % 3)],
            Others = [1, 2 + row % 2],
        }).ToArray());
        return Ml.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(view).Transform(view);
    });

    private static void Set(SequenceTrainerOptions options, SequenceNetwork network, int seed)
    {
        (options.Network, options.Epochs, options.Seed) = (network, 2, seed);
        (options.SequenceColumnName, options.FeatureCount) = ("Features", 2);
    }

    private static SequencePredictionTransformer Classes(SequenceNetwork network, int seed = 0, IDataView? rows = null,
        string column = "Features")
    {
        var options = new SequenceClassificationTrainer.Options();
        Set(options, network, seed);
        options.SequenceColumnName = column;
        return Ml.Sequences().Classification(options).Fit(rows ?? Rows.Value);
    }

    private static SequencePredictionTransformer Truths(SequenceNetwork network, int seed = 0)
    {
        var options = new SequenceBinaryClassificationTrainer.Options { LabelColumnName = "Truth" };
        Set(options, network, seed);
        return Ml.Sequences().BinaryClassification(options).Fit(Rows.Value);
    }

    private static SequencePredictionTransformer Numbers(SequenceNetwork network, int seed = 0)
    {
        var options = new SequenceRegressionTrainer.Options { LabelColumnName = "Number" };
        Set(options, network, seed);
        return Ml.Sequences().Regression(options).Fit(Rows.Value);
    }

    [TestMethod]
    public void Scores_of_classes_are_averaged_in_one_file()
    {
        SequenceScoringTransformer[] members =
            [Classes(SequenceNetwork.Gru(5)), Classes(SequenceNetwork.Lstm(4), 1), Classes(SequenceNetwork.Gru(5), 2)];
        using var model = ModelEnsemble.Average(members, Rows.Value);
        var scored = model.Transform(Rows.Value);
        float[][] found = [.. scored.GetColumn<float[]>("Score")];
        float[][][] expected = [.. members.Select(member => member.Transform(Rows.Value).GetColumn<float[]>("Score").ToArray())];
        uint[] labels = [.. scored.GetColumn<uint>("PredictedLabel")];
        for (var row = 0; row < found.Length; row++)
        {
            for (var i = 0; i < 3; i++)
                Assert.AreEqual(expected.Average(one => one[row][i]), found[row][i], 1e-6f);
            Assert.AreEqual(Array.IndexOf(found[row], found[row].Max()) + 1, (int)labels[row]);
        }
        Assert.IsTrue(model.Info.Verification is { Cases: 60, LargestDifference: < 1e-6 }, $"{model.Info.Verification}");
        // One path: saved and loaded, exported and loaded, a row by itself, other runtimes.
        using var folder = new TemporaryFolder();
        Ml.Model.Save(model, Rows.Value.Schema, folder.File("m.zip"));
        var loaded = Ml.Model.LoadSequenceGraph(folder.File("m.zip"), out _);
        CollectionAssert.AreEqual(found[7], loaded.Transform(Rows.Value).GetColumn<float[]>("Score").ElementAt(7));
        var stock = Ml.Model.Load(folder.File("m.zip"), out _);
        Assert.AreEqual(found[7][1], stock.Transform(Rows.Value).GetColumn<float[]>("Score").ElementAt(7)[1], 1e-6f);
        model.ExportToOnnx(folder.File("m.onnx"));
        using var again = new SequenceScoringTransformer(File.ReadAllBytes(folder.File("m.onnx")));
        CollectionAssert.AreEqual(found[3], again.Transform(Rows.Value).GetColumn<float[]>("Score").ElementAt(3));
        var info = OnnxFile.Inspect(folder.File("m.onnx"));
        CollectionAssert.AreEquivalent(new[] { "features", "lengths" }, info.Inputs.Select(input => input.Name).ToArray());
        CollectionAssert.AreEquivalent(new[] { "Score", "PredictedLabel" }, info.Outputs.Select(output => output.Name).ToArray());
        Assert.IsTrue(info.Opsets.Keys.All(domain => domain.Length == 0), "standard operators alone");
    }

    [TestMethod]
    public void Truths_and_numbers_are_averaged()
    {
        SequenceScoringTransformer[] truths = [Truths(SequenceNetwork.Gru(3)), Truths(SequenceNetwork.Lstm(3), 1)];
        using var truth = ModelEnsemble.Average(truths, Rows.Value);
        var scored = truth.Transform(Rows.Value);
        float[] scores = [.. scored.GetColumn<float>("Score")], probabilities = [.. scored.GetColumn<float>("Probability")];
        bool[] labels = [.. scored.GetColumn<bool>("PredictedLabel")];
        float[][] parts = [.. truths.Select(one => one.Transform(Rows.Value).GetColumn<float>("Score").ToArray())];
        for (var row = 0; row < scores.Length; row++)
        {
            Assert.AreEqual(parts.Average(one => one[row]), scores[row], 1e-6f);
            Assert.AreEqual(1 / (1 + MathF.Exp(-scores[row])), probabilities[row], 1e-6f);
            Assert.AreEqual(scores[row] > 0, labels[row]);
        }
        SequenceScoringTransformer[] numbers = [Numbers(SequenceNetwork.Gru(3)), Numbers(SequenceNetwork.Lstm(3), 1)];
        using var number = ModelEnsemble.Average(numbers, Rows.Value);
        Assert.AreEqual(numbers.Average(one => one.Transform(Rows.Value).GetColumn<float>("Score").First()),
            number.Transform(Rows.Value).GetColumn<float>("Score").First(), 1e-6f);
    }

    [TestMethod]
    public void Loops_in_members_are_kept_apart()
    {
        // Cells that are no operators of their own: scans with bodies whose values have the same names in both.
        SequenceScoringTransformer[] members = [Classes(SequenceNetwork.Recurrent(new MinimalGatedUnitOptions { Hidden = 4 })),
            Classes(SequenceNetwork.Recurrent(new MinimalGatedUnitOptions { Hidden = 3 }), 1)];
        using var model = ModelEnsemble.Average(members, Rows.Value);
        Assert.IsLessThan(1e-5, model.Info.Verification!.LargestDifference);
    }

    [TestMethod]
    public void Members_of_other_columns_and_labels_are_refused_by_name()
    {
        var one = Classes(SequenceNetwork.Gru(3));
        static string Error(params SequenceScoringTransformer[] members) =>
            Assert.Throws<ArgumentException>(() => ModelEnsemble.Average(members, Rows.Value)).Message;
        Assert.Contains("There are no models to average", Error());
        Assert.Contains("A member is null", Error(one, null!));
        Assert.Contains("Member 2 reads column 'Others', not 'Features' as member 1 has", Error(one, Classes(SequenceNetwork.Gru(3), 0,
            null,
            "Others")));
        Assert.Contains("Member 3 is a model for Binary, not for Classification", Error(one, one, Truths(SequenceNetwork.Gru(3))));
        var names = Ml.Data.LoadFromEnumerable([new { Name = "a" }, new { Name = "c" }, new { Name = "b" }]);
        var other = Ml.Transforms.Conversion.MapValueToKey("Label", "Class", keyData: names).Fit(Rows.Value).Transform(Rows.Value);
        Assert.Contains("Member 2 has 'c' for label 2, not 'b'", Error(one, Classes(SequenceNetwork.Gru(3), 0, other)));
        var two = Ml.Transforms.Conversion.MapValueToKey("Label", "Truth").Fit(Rows.Value).Transform(Rows.Value);
        Assert.Contains("Member 2 knows 2 labels, not 3", Error(one, Classes(SequenceNetwork.Gru(3), 0, two)));
        Assert.Contains("There are no rows to compare", Assert.Throws<ArgumentException>(() =>
            ModelEnsemble.Average([one, one], Ml.Data.SkipRows(Rows.Value, 1000))).Message);
    }
}
