using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Particles that a trained network moves.</summary>
[TestClass]
public class ParticleRolloutTests
{
    private const int Particles = 12;
    private static readonly ParticleGraphs Graphs = new(new() { Radius = 0.3, History = 2, Lower = [0, 0], Upper = [1, 1] });
    private static readonly MLContext Ml = new(1);
    private static readonly Lazy<GraphPredictionTransformer> Model = new(() => Trained(Graphs));

    [ClassCleanup]
    public static void LetGo() => Model.Value.Dispose();

    // Particles that push each other apart, with friction: (1 - r / h) / 100 each.
    private static double[][] Simulated(int seed, int steps)
    {
        var random = new Random(seed);
        double[] positions = [.. Enumerable.Range(0, 2 * Particles).Select(_ => random.NextDouble())];
        var velocities = new double[2 * Particles];
        var times = new double[steps][];
        for (var step = 0; step < steps; step++)
        {
            times[step] = (double[])positions.Clone();
            var edges = NeighborGraph.WithinRadius(positions, 2, 0.3);
            var lengths = NeighborGraph.Differences(positions, 2, edges, 0.3);
            for (var edge = 0; edge < edges.Length / 2; edge++)
                for (var axis = 0; axis < 2; axis++)
                    velocities[2 * edges[edges.Length / 2 + edge] + axis] -= 0.005 * (1 - lengths[3 * edge + 2])
                        * lengths[3 * edge + axis] / Math.Max(1e-9, lengths[3 * edge + 2]);
            for (var i = 0; i < positions.Length; i++)
                positions[i] += velocities[i] *= 0.9;
        }
        return times;
    }

    private static GraphPredictionTransformer Trained(ParticleGraphs graphs, Action<GraphNodeRegressionTrainer.Options>? change = null)
    {
        var options = new GraphNodeRegressionTrainer.Options
        {
            Columns = graphs.Columns, Network = GraphNetwork.EncodeProcessDecode(16, 1, normalize: false), Hidden = 16, TargetsPerNode = 2,
            Epochs = 120, BatchSize = 8, LearningRate = 0.005f, Schedule = LearningRateSchedule.Cosine(), Seed = 1,
            Target = ExecutionTarget.Cpu(1),
        };
        change?.Invoke(options);
        return Ml.Graphs().GraphNodeRegression(options).Fit(Ml.Data.LoadFromEnumerable<ParticleRow>(
            [.. Enumerable.Range(0, 10).SelectMany(run => graphs.Windows(Simulated(run, 40), noise: 1e-5, seed: run))]));
    }

    [TestMethod]
    public void The_forces_are_learned_and_a_rollout_follows_the_truth()
    {
        Assert.IsLessThanOrEqualTo(1e-4, Model.Value.Info.Verification!.LargestDifference);
        var truth = Simulated(100, 60);
        var metrics = Ml.Graphs().EvaluateNodeRegression(Model.Value.Transform(
            Ml.Data.LoadFromEnumerable<ParticleRow>([.. Graphs.Windows(truth)])), 2);
        foreach (var output in metrics.PerOutput)
            Assert.IsGreaterThan(0.8, output.RSquared, output.Name);
        using var rollout = new ParticleRollout(Model.Value, Graphs);
        double[][] steps = [.. rollout.Run(truth[..10]).Take(50)];
        double Error(Func<int, double[]> at) => Math.Sqrt(Enumerable.Range(0, 50).Average(step =>
            truth[10 + step].Zip(at(step), (a, b) => (a - b) * (a - b)).Average()));
        var alone = Error(step => [.. truth[9].Select((at, i) => at + (step + 1) * (truth[9][i] - truth[8][i]))]);
        Assert.IsLessThan(alone / 2, Error(step => steps[step]));
    }

    [TestMethod]
    public void Order_and_place_of_the_particles_change_nothing()
    {
        using var rollout = new ParticleRollout(Model.Value, Graphs);
        var start = Simulated(101, 3);
        double[][] steps = [.. rollout.Run(start).Take(15)];
        int[] order = [.. Enumerable.Range(0, Particles)];
        new Random(2).Shuffle(order);
        double[] Ordered(double[] time) => [.. order.SelectMany(particle => time[(2 * particle)..(2 * particle + 2)])];
        var shuffled = rollout.Run([.. start.Select(Ordered)]).Take(15).ToArray();
        // The box moves with the particles.
        using var far = new ParticleRollout(Model.Value, new(Graphs.Options with { Lower = [1e6, 1e6], Upper = [1e6 + 1, 1e6 + 1] }));
        var moved = far.Run([.. start.Select(time => time.Select(at => at + 1e6).ToArray())]).Take(15).ToArray();
        for (var step = 0; step < 15; step++)
            for (var i = 0; i < 2 * Particles; i++)
            {
                Assert.AreEqual(Ordered(steps[step])[i], shuffled[step][i], 1e-5, $"shuffled, step {step}");
                Assert.AreEqual(steps[step][i], moved[step][i] - 1e6, 1e-4, $"moved, step {step}");
            }
    }

    [TestMethod]
    public void A_loaded_file_moves_them_in_the_same_way_and_what_is_held_stays()
    {
        using var folder = new TemporaryFolder();
        Model.Value.ExportToOnnx(folder.File("particles.onnx"));
        var start = Simulated(102, 3);
        var data = Ml.Data.LoadFromEnumerable<ParticleRow>([Graphs.Row(start)]);
        using var loaded = Ml.Transforms.ApplyGraphModel(folder.File("particles.onnx"), Graphs.Columns).Fit(data);
        using ParticleRollout own = new(Model.Value, Graphs), ofFile = new(loaded, Graphs);
        bool[] isHeld = [true, .. new bool[Particles - 1]];
        foreach (var (expected, actual) in own.Run(start, isHeld: isHeld).Zip(ofFile.Run(start, isHeld: isHeld)).Take(5))
        {
            CollectionAssert.AreEqual(expected, actual);
            CollectionAssert.AreEqual(start[^1][..2], actual[..2]);
        }
    }

    [TestMethod]
    public void A_radius_that_links_nothing_and_particles_at_one_place_are_scored()
    {
        var start = Simulated(103, 3);
        using var alone = new ParticleRollout(Model.Value, new(Graphs.Options with { Radius = 1e-12, Lower = [-5e-13, 0] }));
        Assert.IsTrue(alone.Run(start).Take(3).All(step => step.All(double.IsFinite)));
        using var rollout = new ParticleRollout(Model.Value, Graphs);
        double[][] together = [.. Enumerable.Repeat((double[])[.. Enumerable.Repeat(0.5, 2 * Particles)], 3)];
        var next = rollout.Run(together).First();
        Assert.IsTrue(next.All(double.IsFinite));
        // Alike in everything, they move alike.
        for (var i = 2; i < next.Length; i++)
            Assert.AreEqual(next[i % 2], next[i], 1e-6);
        using var everything = new ParticleRollout(Model.Value, new(Graphs.Options with { Radius = 100 }));
        Assert.IsTrue(everything.Run(start).Take(3).All(step => step.All(double.IsFinite)));
    }

    [TestMethod]
    public void A_model_that_does_not_fit_is_refused_and_one_that_diverges_stops()
    {
        void Fails<T>(Action action, params string[] parts) where T : Exception
        {
            var error = Assert.Throws<T>(action);
            foreach (var part in parts)
                StringAssert.Contains(error.Message, part);
        }
        Fails<ArgumentException>(() => new ParticleRollout(Model.Value, new(new() { Dimensions = 3, Radius = 1 })),
            "2 numbers for each node", "expected 3");
        Fails<ArgumentException>(() => new ParticleRollout(Model.Value, new(Graphs.Options with { History = 3 })), "10 features per node",
            "trained on 8");
        using var rollout = new ParticleRollout(Model.Value, Graphs);
        Fails<ArgumentException>(() => rollout.Run(Simulated(1, 2)).First(), "2 times", "at least 3");
        Fails<ArgumentException>(() => rollout.Run(Simulated(1, 3), isHeld: [true]).First(), "1 flags", "expected 12");
        double[][] broken = Simulated(104, 3);
        broken[2][5] = double.NaN;
        Fails<ArgumentException>(() => rollout.Run(broken).First(), "A coordinate of particle 2 is NaN");
        double[][] huge = Simulated(104, 3);
        huge[2][5] = 1e38;
        Fails<InvalidDataException>(() => rollout.Run(huge).Take(20).Count(), "Step 1:", "particle", "diverged");
    }
}
