using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;
using MLSeqGraph.Trainers.Tests.Graphs.Sampling;

using KeyOrdinality = Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Weights of nodes and of classes, over the whole graph and over sampled neighbors.</summary>
[TestClass]
public class NodeWeightTests
{
    private readonly MLContext _ml = new(1);

    private IDataView Weighted(Func<float, float> weight)
    {
        var nodes = RandomNodes.View(_ml);
        return _ml.Transforms.CustomMapping<Read, Weight>((read, made) => made.Value = weight(read.Number), null)
            .Fit(nodes).Transform(nodes);
    }

    private sealed class Read
    {
        public float Number { get; set; }
    }

    private sealed class Weight
    {
        [ColumnName("Weight")]
        public float Value { get; set; }
    }

    private float[] Scores(IDataView nodes, int[]? fanOuts, Action<NodeClassificationTrainer.Options>? change = null)
    {
        using var model = SampledTrainerTests.Fit(_ml, GraphNetwork.Gcn(8, dropout: 0), fanOuts, options =>
        {
            options.BatchSize = RandomNodes.Count;
            change?.Invoke(options);
        }, nodes);
        return [.. model.Transform(nodes).GetColumn<float[]>("Score").SelectMany(row => row)];
    }

    public static IEnumerable<object?[]> Samplings => [[null], [new[] { -1, -1 }]];

    [TestMethod]
    [DynamicData(nameof(Samplings))]
    public void A_factor_on_all_weights_changes_nothing_and_other_weights_do(int[]? fanOuts)
    {
        float[] Of(Func<float, float> weight) => Scores(Weighted(weight), fanOuts, options => options.ExampleWeightColumnName = "Weight");
        var ones = Of(_ => 1);
        Same(ones, Of(_ => 7));
        Same(ones, Scores(RandomNodes.View(_ml), fanOuts));
        Assert.IsGreaterThan(0.02f, Largest(ones, Of(number => number > 0.5f ? 5 : 1)));
    }

    [TestMethod]
    [DynamicData(nameof(Samplings))]
    public void Nodes_of_weight_0_are_not_learnt_from(int[]? fanOuts)
    {
        // The same network from nodes whose labels of weight 0 are swapped.
        float[] Of(bool swapped)
        {
            var nodes = RandomNodes.View(_ml, change: nodes =>
            {
                for (var i = 0; swapped && i < nodes.Length; i += 3)
                    nodes[i].Class = nodes[i].Class == "even" ? "odd" : "even";
                for (var i = 0; i < nodes.Length; i++)
                    nodes[i].Number = i % 3 == 0 ? 0 : 1 + i % 2;
            });
            // by value: keys by appearance would swap with the labels
            nodes = _ml.Transforms.Conversion.MapValueToKey("Label", nameof(RandomNode.Class), keyOrdinality: KeyOrdinality.ByValue)
                .Fit(nodes).Transform(nodes);
            return Scores(nodes, fanOuts, options => options.ExampleWeightColumnName = nameof(RandomNode.Number));
        }
        Same(Of(false), Of(true));
    }

    [TestMethod]
    [DynamicData(nameof(Samplings))]
    public void A_class_that_weighs_more_is_told_more_often(int[]? fanOuts)
    {
        var nodes = RandomNodes.View(_ml);
        float Second(float[]? weights) =>
            Scores(nodes, fanOuts, options => (options.ClassWeights, options.Epochs) = (weights, 10)).Where((_, i) => i % 2 == 1).Average();
        var equal = Second(null);
        Assert.AreEqual(equal, Second([2, 2]), 1e-4f);
        Assert.IsGreaterThan(equal, Second([1, 10]));
        Assert.IsLessThan(equal, Second([10, 1]));
    }

    [TestMethod]
    [DynamicData(nameof(Samplings))]
    public void Balanced_classes_are_weights_by_the_classes_frequencies(int[]? fanOuts)
    {
        // Of 54 nodes to train on every fourth stays odd.
        var nodes = RandomNodes.View(_ml, change: nodes =>
        {
            for (var i = 0; i < nodes.Length; i++)
                nodes[i].Class = i % 4 == 1 ? "odd" : "even";
        });
        int[] counts = new int[2];
        foreach (var (key, split) in nodes.GetColumn<uint>("Label").Zip(nodes.GetColumn<string>("Split")))
            if (split == "train")
                counts[key - 1]++;
        float[] weights = [.. counts.Select(count => counts.Sum() / (2f * count))];
        var balanced = Scores(nodes, fanOuts, options => options.BalanceClasses = true);
        Same(Scores(nodes, fanOuts, options => options.ClassWeights = weights), balanced);
        Assert.IsGreaterThan(0.02f, Largest(Scores(nodes, fanOuts), balanced));
    }

    [TestMethod]
    public void Weights_of_nodes_count_in_a_regression()
    {
        var nodes = RandomNodes.View(_ml);
        float[] Of(IDataView view, string? weights)
        {
            using var model = _ml.Graphs().NodeRegression(new()
            {
                Edges = RandomNodes.Edges(_ml), LabelColumnName = "Number", Network = GraphNetwork.Gcn(8, dropout: 0), Epochs = 5,
                ExampleWeightColumnName = weights, Target = ExecutionTarget.Cpu(1),
            }).Fit(view);
            return [.. model.Transform(view).GetColumn<float>("Score")];
        }
        var plain = Of(nodes, null);
        Same(plain, Of(Weighted(_ => 3), "Weight"));
        Assert.IsGreaterThan(0.01f, Largest(plain, Of(Weighted(number => number > 0.5f ? 8 : 1), "Weight")));
    }

    [TestMethod]
    public void Bad_weights_are_named()
    {
        var nodes = Weighted(number => number > 0.5f ? -1 : 1);
        void Fails<T>(IDataView view, Action<NodeClassificationTrainer.Options> change, params string[] parts) where T : Exception
        {
            var error = Assert.ThrowsExactly<T>(() => Scores(view, null, change));
            foreach (var part in parts)
                StringAssert.Contains(error.Message, part);
        }
        Fails<InvalidDataException>(nodes, options => options.ExampleWeightColumnName = "Weight", "'Weight'", "row 1", "-1", "at least 0");
        var noNumbers = Weighted(_ => float.NaN);
        Fails<InvalidDataException>(noNumbers, options => options.ExampleWeightColumnName = "Weight", "'Weight'", "row 0", "NaN");
        Fails<ArgumentException>(nodes, options => options.ExampleWeightColumnName = "Wieght", "'Wieght'");
        Fails<ArgumentException>(nodes, options => options.ExampleWeightColumnName = "Class", "'Class'", "Single");
        Fails<ArgumentException>(nodes, options => options.ClassWeights = [1, 2, 3], "ClassWeights", "3 weights", "2 classes");
        Fails<ArgumentException>(nodes, options => options.ClassWeights = [1, -2], "ClassWeights", "-2");
        var trainer = NodeTrainerTests.Trainer(_ml, GraphNetwork.Gcn(), options => options.ExampleWeightColumnName = "Ring");
        var shape = SchemaShapes.FromSchema(TwoCliques.View(_ml).Schema);
        var error = Assert.ThrowsExactly<ArgumentException>(() => trainer.GetOutputSchema(shape));
        StringAssert.Contains(error.Message, "'Ring'");
    }

    [TestMethod]
    public void Nodes_are_not_validated_on_by_a_view_of_their_own()
    {
        var nodes = TwoCliques.View(_ml);
        var error = Assert.ThrowsExactly<ArgumentException>(() => NodeTrainerTests.Trainer(_ml, GraphNetwork.Gcn()).Fit(nodes, nodes));
        StringAssert.Contains(error.Message, "SplitColumnName");
        StringAssert.Contains(error.Message, "ValidationFraction");
    }

    private static void Same(float[] expected, float[] found) => Assert.IsLessThan(1e-4f, Largest(expected, found));

    private static float Largest(float[] expected, float[] found)
    {
        Assert.HasCount(expected.Length, found);
        return expected.Zip(found, (one, other) => Math.Abs(one - other)).Max();
    }
}
