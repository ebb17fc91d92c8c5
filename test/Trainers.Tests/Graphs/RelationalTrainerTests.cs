using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Graphs whose connections are all learned.</summary>
[TestClass]
public class RelationalTrainerTests
{
    private const int Nodes = 4, Steps = 12, Each = 2;
    private static readonly GraphColumns Columns = new() { NodeFeatureCount = Each * Steps };
    private static readonly MLContext Ml = new(1);

    private sealed class Row
    {
        public float[] NodeFeatures { get; set; } = [];

        public int[] Edges { get; set; } = [];

        public float[] Label { get; set; } = [];

        public bool[] IsLinked = [];
    }

    // Bodies on a line, half of the pairs on springs: places and velocities.
    private static Row Make(int seed, int[]? order = null)
    {
        var random = new Random(seed);
        var edges = NeighborGraph.AllPairs(Nodes);
        var count = edges.Length / 2;
        var isLinked = new bool[count];
        for (var edge = 0; edge < count; edge++)
            isLinked[edge] = edges[edge] > edges[count + edge] ? random.Next(2) == 1 : isLinked[Enumerable.Range(0, edge).Single(other =>
                edges[other] == edges[count + edge] && edges[count + other] == edges[edge])];
        double[] x = [.. Enumerable.Range(0, Nodes).Select(_ => 2 * random.NextDouble() - 1)], v = new double[Nodes];
        var times = new float[Steps][];
        for (var step = 0; step < Steps; step++)
        {
            times[step] = [.. x.Zip(v).SelectMany(body => (float[])[(float)body.First, (float)body.Second])];
            for (var edge = 0; edge < count; edge++)
                if (isLinked[edge])
                    v[edges[count + edge]] += 0.2 * (x[edges[edge]] - x[edges[count + edge]]);
            for (var node = 0; node < Nodes; node++)
                x[node] += v[node];
        }
        order ??= [.. Enumerable.Range(0, Nodes)];
        float[] Series(int from) => [.. order.SelectMany(node => times.Skip(from).SelectMany(time => time[(2 * node)..(2 * node + 2)]))];
        return new() { NodeFeatures = Series(0), Label = Series(1), Edges = edges, IsLinked = isLinked };
    }

    private static GraphPredictionTransformer Trained(Row[] rows, Action<GraphNodeRegressionTrainer.Options>? change = null)
    {
        var options = new GraphNodeRegressionTrainer.Options
        {
            Columns = Columns, FeaturesPerStep = Each, TargetsPerNode = Each * (Steps - 1), OutputAttention = true,
            Network = GraphNetwork.RelationalInference(new() { FeaturesPerStep = Each, Hidden = 32, PredictionSteps = 4 }), Epochs = 60,
            BatchSize = 16, LearningRate = 0.005f, Schedule = LearningRateSchedule.Cosine(), GradientClipNorm = 1, Seed = 1,
            Target = ExecutionTarget.Cpu(1),
        };
        change?.Invoke(options);
        return Ml.Graphs().GraphNodeRegression(options).Fit(Ml.Data.LoadFromEnumerable(rows));
    }

    [TestMethod]
    public void Edges_that_nobody_showed_are_found()
    {
        using var model = Trained([.. Enumerable.Range(0, 500).Select(seed => Make(seed))]);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        Row[] test = [.. Enumerable.Range(1000, 60).Select(seed => Make(seed))];
        var scored = model.Transform(Ml.Data.LoadFromEnumerable(test));
        float[][] found = [.. scored.GetColumn<float[]>("Attention")], scores = [.. scored.GetColumn<float[]>("Score")];
        var right = found.Zip(test).Average(row => row.First.Zip(row.Second.IsLinked).Average(edge =>
            edge.First > 0.5f == edge.Second ? 1.0 : 0));
        Assert.IsGreaterThan(0.88, right, $"loss {model.History.Epochs[^1].Loss}");
        Assert.IsTrue(found.All(row => row.Length == Nodes * (Nodes - 1) && row.All(share => share is >= 0 and <= 1)));
        double Square(float[] of, Row row) => of.Zip(row.Label).Average(pair => (pair.First - pair.Second) * (pair.First - pair.Second));
        var still = test.Average(row => Square([.. Enumerable.Range(0, Nodes).SelectMany(node =>
            row.NodeFeatures[(node * Each * Steps)..((node + 1) * Each * Steps - Each)])], row));
        Assert.IsLessThan(still, scores.Zip(test).Average(row => Square(row.First, row.Second)));

        // Nodes in another order have the same edges in another order.
        int[] order = [2, 0, 3, 1];
        var renumbered = model.Transform(Ml.Data.LoadFromEnumerable([Make(1000, order)])).GetColumn<float[]>("Attention").Single();
        var ends = NeighborGraph.AllPairs(Nodes);
        for (var edge = 0; edge < ends.Length / 2; edge++)
        {
            int source = order[ends[edge]], target = order[ends[ends.Length / 2 + edge]];
            var before = Enumerable.Range(0, ends.Length / 2).Single(i => ends[i] == source && ends[ends.Length / 2 + i] == target);
            Assert.AreEqual(found[0][before], renumbered[edge], 1e-4f);
        }
    }

    [TestMethod]
    public void A_file_infers_the_same_and_a_row_without_pairs_has_none()
    {
        Row[] rows = [.. Enumerable.Range(0, 20).Select(seed => Make(seed))];
        rows[3].Edges = [];
        foreach (var straightThrough in (bool[])[false, true])
        {
            using var model = Trained(rows, options => (options.Epochs, options.Network) = (2, GraphNetwork.RelationalInference(new()
                { FeaturesPerStep = Each, Hidden = 8, EdgeTypes = 3, FirstIsNoEdge = false, Prior = [8, 1, 1],
                    StraightThrough = straightThrough })));
            var data = Ml.Data.LoadFromEnumerable(rows);
            using var folder = new TemporaryFolder();
            model.ExportToOnnx(folder.File("latent.onnx"));
            using var applied = Ml.Transforms.ApplyGraphModel(folder.File("latent.onnx"), Columns).Fit(data);
            foreach (var column in (string[])["Attention", "Score"])
                foreach (var (expected, actual) in model.Transform(data).GetColumn<float[]>(column)
                    .Zip(applied.Transform(data).GetColumn<float[]>(column)))
                    CollectionAssert.AreEqual(expected, actual);
            Assert.IsEmpty(model.Transform(data).GetColumn<float[]>("Attention").ElementAt(3));
        }
    }

    [TestMethod]
    public void Units_do_not_matter()
    {
        Row[] rows = [.. Enumerable.Range(0, 40).Select(seed => Make(seed))],
            scaled = [.. rows.Select(row => new Row
            {
                Edges = row.Edges, NodeFeatures = [.. row.NodeFeatures.Select(x => 1024 * x)], Label = [.. row.Label.Select(x => 1024 * x)],
            })];
        using GraphPredictionTransformer model = Trained(rows, options => options.Epochs = 3), other = Trained(scaled, options =>
            options.Epochs = 3);
        Assert.AreEqual(model.History.Epochs[^1].Loss, other.History.Epochs[^1].Loss, 1e-4);
        var scores = model.Transform(Ml.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Score").First();
        var large = other.Transform(Ml.Data.LoadFromEnumerable(scaled)).GetColumn<float[]>("Score").First();
        for (var i = 0; i < scores.Length; i++)
            Assert.AreEqual(scores[i], large[i] / 1024, 1e-3f);
    }

    [TestMethod]
    public void What_does_not_fit_is_refused()
    {
        Row[] rows = [.. Enumerable.Range(0, 4).Select(seed => Make(seed))];
        void Fails<T>(Action<GraphNodeRegressionTrainer.Options> change, params string[] parts) where T : Exception
        {
            var error = Assert.Throws<T>(() => Trained(rows, change));
            foreach (var part in parts)
                StringAssert.Contains(error.Message, part);
        }
        Fails<ArgumentException>(options => options.FeaturesPerStep = 4, "FeaturesPerStep is 4", "divisor of TargetsPerNode, 22");
        Fails<ArgumentException>(options => options.FeaturesPerStep = 11, "24 features per node", "multiple of FeaturesPerStep, 11");
        Fails<GraphException>(options => options.Network = GraphNetwork.RelationalInference(new() { FeaturesPerStep = 5 }),
            "steps of 5");
        Fails<ArgumentException>(options => options.OutputVector = true, "OutputVector", "no vector");
        Fails<ArgumentException>(options => options.Inputs = [InputColumn.Vector("Other")], "Inputs", "relational inference");
    }
}
