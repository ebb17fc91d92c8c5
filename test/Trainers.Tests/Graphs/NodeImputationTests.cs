using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Attributes of nodes that are missing are filled in.</summary>
[TestClass]
public class NodeImputationTests
{
    private const int Groups = 4, OfGroup = 15, Width = 5;
    private readonly MLContext _ml = new(1);

    private sealed class Person
    {
        public long Id { get; set; }

        [VectorType(Width)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Friends
    {
        public long Source { get; set; }

        public long Target { get; set; }
    }

    // Friends are of one group, whose attributes are alike but for noise; the unit of each is another.
    private static float[][] Attributes(bool areBinary)
    {
        var random = new Random(3);
        float[][] ofGroup = [.. Enumerable.Range(0, Groups).Select(_ => Enumerable.Range(0, Width).Select(_ => random.NextSingle() * 2 - 1)
            .ToArray())];
        return [.. Enumerable.Range(0, Groups * OfGroup).Select(node => Enumerable.Range(0, Width).Select(i => ofGroup[node / OfGroup][i]
            is var mean && areBinary ? (random.NextDouble() < (mean > 0 ? 0.9 : 0.1) ? 1f : 0f)
            : 100 * (i + 1) + 10 * (mean + 0.2f * (random.NextSingle() - 0.5f))).ToArray())];
    }

    private GraphEdgeColumns Edges()
    {
        var random = new Random(5);
        return new(_ml.Data.LoadFromEnumerable(Enumerable.Range(0, Groups * OfGroup).SelectMany(node => Enumerable.Range(0, 4)
            .Select(_ => new Friends { Source = node, Target = node / OfGroup * OfGroup + random.Next(OfGroup) })).ToArray()));
    }

    private IDataView View(float[][] attributes) =>
        _ml.Data.LoadFromEnumerable(attributes.Select((features, id) => new Person { Id = id, Features = features }));

    private static float[][] Missing(float[][] attributes, Func<int, int, Random, bool> isMissing)
    {
        var random = new Random(7);
        return [.. attributes.Select((row, node) => row.Select((value, i) => isMissing(node, i, random) ? float.NaN : value).ToArray())];
    }

    private NodePredictionTransformer Fit(float[][] given, Action<NodeImputationTrainer.Options>? change = null)
    {
        var options = new NodeImputationTrainer.Options { Edges = Edges(), NodeIdColumnName = "Id", Seed = 1 };
        change?.Invoke(options);
        return _ml.Graphs().NodeImputation(options).Fit(View(given));
    }

    private static double Error(float[][] truth, float[][] given, Func<int, int, double> found) => Math.Sqrt(
        (from node in Enumerable.Range(0, truth.Length) from i in Enumerable.Range(0, Width)
         where float.IsNaN(given[node][i]) select Math.Pow(found(node, i) - truth[node][i], 2)).Average());

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void What_is_missing_is_found_and_what_is_given_stays(bool ofNodes)
    {
        var truth = Attributes(areBinary: false);
        var given = Missing(truth, (node, _, random) => ofNodes ? node % 5 == 0 : random.NextDouble() < 0.25);
        using var model = Fit(given);
        float[][] filled = [.. model.Transform(View(given)).GetColumn<float[]>("Score")];
        for (var node = 0; node < truth.Length; node++)
            for (var i = 0; i < Width; i++)
                if (!float.IsNaN(given[node][i]))
                    Assert.AreEqual(given[node][i], filled[node][i]);
        double[] means = [.. Enumerable.Range(0, Width).Select(i => given.Select(row => (double)row[i]).Where(double.IsFinite).Average())];
        var (error, byMean) = (Error(truth, given, (node, i) => filled[node][i]), Error(truth, given, (_, i) => means[i]));
        Assert.IsLessThan(0.35 * byMean, error, $"{error:0.00}, by the columns' means {byMean:0.00}");
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        Assert.IsTrue(model.Info.Input.AllowsMissing);

        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("filling.onnx"));
        using var again = _ml.Transforms.ApplyNodeModel(folder.File("filling.onnx"), Edges(), "Id").Fit(View(given));
        float[][] byFile = [.. again.Transform(View(given)).GetColumn<float[]>("Score")];
        for (var node = 0; node < truth.Length; node++)
            for (var i = 0; i < Width; i++)
                Assert.AreEqual(filled[node][i], byFile[node][i], 1e-3f);
        Assert.IsTrue(model.Explain(0).FeatureImportance.All(float.IsFinite));
    }

    [TestMethod]
    public void Attributes_of_0_and_1_get_probabilities()
    {
        var truth = Attributes(areBinary: true);
        var given = Missing(truth, (_, _, random) => random.NextDouble() < 0.25);
        using var model = Fit(given, options => (options.AreBinary, options.Epochs) = (true, 100));
        float[][] filled = [.. model.Transform(View(given)).GetColumn<float[]>("Score")];
        Assert.IsTrue(filled.SelectMany(row => row).All(p => p is >= 0 and <= 1));
        var right = (from node in Enumerable.Range(0, truth.Length) from i in Enumerable.Range(0, Width) where float.IsNaN(given[node][i])
                     select filled[node][i] > 0.5 == truth[node][i] > 0.5 ? 1 : 0).Average();
        Assert.IsGreaterThan(0.75, right);
    }

    [TestMethod]
    public void An_attribute_that_follows_from_another_of_the_node_is_found()
    {
        // The last attribute is three times the first, but for noise of 0.5 on average; friends tell nothing.
        var random = new Random(2);
        float[][] truth = [.. Enumerable.Range(0, 300).Select(_ => 10 * random.NextSingle()).Select(first => (float[])[first,
            10 * random.NextSingle(), 10 * random.NextSingle(), 10 * random.NextSingle(), 3 * first + 2 * random.NextSingle() - 1])],
            given = Missing(truth, (_, i, draw) => i == Width - 1 && draw.Next(4) == 0);
        var friends = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 900).Select(i => new Friends { Source = i / 3,
            Target = random.Next(300) }).ToArray());
        using var model = Fit(given, options => options.Edges = new(friends));
        float[][] filled = [.. model.Transform(View(given)).GetColumn<float[]>("Score")];
        var errors = Enumerable.Range(0, 300).Where(node => float.IsNaN(given[node][^1])).Select(node =>
            Math.Abs(filled[node][^1] - truth[node][^1])).ToArray();
        Assert.IsLessThan(0.85, errors.Average());
    }

    [TestMethod]
    public void A_network_for_a_set_of_nodes_stays_one()
    {
        var given = Missing(Attributes(areBinary: false), (_, _, random) => random.Next(4) == 0);
        using var model = Fit(given, options => (options.Epochs, options.Network) = (3, GraphNetwork.Autoregressive(GraphNetwork.Sage(8),
            new() { Nodes = Groups * OfGroup, Steps = Width })));
        Assert.AreEqual(Groups * OfGroup, model.Info.Graph!.FixedNodes);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
    }

    [TestMethod]
    public void A_constant_attribute_is_filled_with_its_value()
    {
        var truth = Attributes(areBinary: false);
        foreach (var row in truth)
            (row[1], row[2], row[3]) = (7, -3e-6f, 0);
        var given = Missing(truth, (_, _, random) => random.Next(4) == 0);
        using var model = Fit(given, options => options.Epochs = 30);
        float[][] filled = [.. model.Transform(View(given)).GetColumn<float[]>("Score")];
        foreach (var row in filled)
        {
            Assert.AreEqual(7, row[1], 0.002f);
            Assert.AreEqual(-3e-6f, row[2], 1e-9f);
        }
    }

    [TestMethod]
    public void What_is_hidden_depends_on_the_epoch_alone()
    {
        float[] values = [1, 2, float.NaN, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        HiddenAttributes Of(bool? nodes) => new(FeatureMatrix.Dense(4, 3, [.. values]), 0.4, nodes, seed: 1);
        foreach (var nodes in (bool?[])[null, false, true])
        {
            var (one, other) = (Of(nodes), Of(nodes));
            HashSet<string> draws = [];
            for (var epoch = 1; epoch < 20; epoch++)
            {
                one.Hide(epoch);
                other.Hide(epoch);
                CollectionAssert.AreEqual(one.Targets, other.Targets);
                Assert.IsTrue(one.Targets.Any(target => !float.IsNaN(target)), "something is hidden");
                for (var i = 0; i < values.Length; i++)
                    if (float.IsNaN(one.Targets[i]))
                        Assert.AreEqual(values[i], one.Features.Values[i]);
                    else
                        Assert.IsTrue(one.Targets[i] == values[i] && float.IsNaN(one.Features.Values[i]));
                if (nodes == true)
                    Assert.IsTrue(Enumerable.Range(1, 3).All(node => one.Targets.Skip(3 * node).Take(3).Count(float.IsNaN) is 0 or 3));
                if (nodes is null)
                    Assert.IsTrue(Enumerable.Range(0, values.Length).All(i => i % 3 == 2 || float.IsNaN(one.Targets[i])), "as in the data");
                draws.Add(string.Join(" ", one.Targets));
            }
            Assert.IsGreaterThan(3, draws.Count);
        }
    }

    [TestMethod]
    public void What_is_left_out_explains_the_numbers_that_are_filled_in()
    {
        using var model = Fit(Missing(Attributes(false), (node, i, random) => node > 0 && (node == 1 ? i == 2 : random.Next(5) == 0)));
        GraphExplanation Explained(long node) => model.Explain(node, new() { Method = GraphExplanationMethod.Occlusion });
        // Of node 0 everything is given, and handed through whatever others have.
        Assert.IsTrue(Explained(0).FeatureImportance.All(importance => importance == 0));
        var some = Explained(1);
        Assert.IsTrue(some.FeatureImportance.All(float.IsFinite) && some.FeatureImportance.Max() > 0);
        // By how much the prediction changes, not by how large the number is.
        Assert.IsLessThan(150, some.FeatureImportance.Max());
    }

    [TestMethod]
    public void Bad_attributes_are_named()
    {
        var nothing = Missing(Attributes(false), (_, _, _) => true);
        Assert.Contains("Column 'Features': found only missing numbers",
            Assert.ThrowsExactly<InvalidDataException>(() => Fit(nothing)).Message);
        Assert.Contains("Column 'Features': attribute 1 is missing in all rows", Assert.ThrowsExactly<InvalidDataException>(() =>
            Fit(Missing(Attributes(false), (_, column, _) => column == 1))).Message);
        var other = Attributes(true);
        other[3][1] = 0.5f;
        Assert.Contains("Column 'Features', row 3: found 0.5; expected 0 or 1", Assert.ThrowsExactly<InvalidDataException>(() =>
            Fit(other, options => options.AreBinary = true)).Message);
        other[3][1] = float.PositiveInfinity;
        Assert.Contains("expected finite numbers", Assert.ThrowsExactly<InvalidDataException>(() => Fit(other)).Message);
        Assert.Contains("above 0 and below 1", Assert.ThrowsExactly<ArgumentException>(() => Fit(other, options =>
            options.HiddenFraction = 1)).Message);
        // NaN is an error everywhere else.
        Assert.ThrowsExactly<InvalidDataException>(() => _ml.Graphs().NodeClustering(new() { Edges = Edges(), NodeIdColumnName = "Id" })
            .Fit(View(nothing)));
    }
}
