using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Training with kernels against training with standard operators.</summary>
[TestClass]
public class KernelTrainingTests
{
    private const int Nodes = 200, Edges = 900, Features = 24, Classes = 4, Steps = 100;

    public static IEnumerable<object[]> Networks => new (string, GraphNetwork)[]
    {
        ("gcn", GraphNetwork.Gcn(12, dropout: 0)), ("gat", GraphNetwork.Gat(5, dropout: 0)), ("sage", GraphNetwork.Sage(20, 2, dropout: 0)),
    }.Select(network => new object[] { network.Item1, network.Item2 });

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Losses_are_the_same_over_100_steps(string name, GraphNetwork network)
    {
        var standard = Losses(network, ExecutionTarget.Cuda()); // written for CUDA, which has no kernels, and run on the processor
        foreach (var threads in (int[])[1, 2])
        {
            var kernels = Losses(network, ExecutionTarget.Cpu(threads));
            for (var step = 0; step < Steps; step++)
                Assert.AreEqual(standard[step], kernels[step], 1e-5 * Math.Max(1, standard[step]), $"{name}, step {step}");
        }
        Assert.IsLessThan(standard[0], standard[^1]);
    }

    private static float[] Losses(GraphNetwork network, ExecutionTarget target)
    {
        var model = TrainingModel.Build(builder =>
        {
            var x = builder.Input("x", ElementType.Float, ["nodes", Features]);
            var y = network.Write(new(builder, x, GraphEdges.Input(builder, "nodes")), Classes);
            return new(Loss.CrossEntropy(y, builder.Input("labels", ElementType.Int64, ["nodes"])));
        }, new Adam(), clipNorm: 1, target: target);
        using var session = new TrainingSession(model, target.Kind == TargetKind.Cpu ? target : null);
        var random = new Random(4);
        int[] Ends() => [.. Enumerable.Range(0, Edges).Select(_ => random.Next(Nodes))];
        var plan = new EdgePlan(model.Reads);
        plan.Build(Ends(), Ends(), Nodes, Nodes);
        var x = Enumerable.Range(0, Nodes * Features).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var labels = Enumerable.Range(0, Nodes).Select(_ => (long)random.Next(Classes)).ToArray();
        return [.. Enumerable.Range(0, Steps).Select(_ =>
        {
            plan.FeedTo(session);
            session.Feed("x", x, Nodes, Features);
            session.Feed("labels", labels, Nodes);
            return session.Step(1e-2f).Loss;
        })];
    }
}
