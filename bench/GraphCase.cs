using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>A training step of a node classifier over a whole random graph.</summary>
internal sealed class GraphCase(GraphShape shape) : ICase
{
    private readonly List<Action> _feeds = [];
    private TrainingSession? _session;

    public void Setup(int threads)
    {
        var random = new Random(1);
        var model = TrainingModel.Build(Classifier, new Adam());
        var session = _session = new TrainingSession(model, ExecutionTarget.Cpu(threads));
        var plan = new EdgePlan(model.Reads);
        plan.Build(Nodes(random, shape.Edges, shape.Nodes), Nodes(random, shape.Edges, shape.Nodes), shape.Nodes, shape.Nodes);
        _feeds.Add(() => plan.FeedTo(session));
        if (shape.FeaturesOfNode == 0)
        {
            var x = RandomFloats(random, shape.Nodes * shape.Features);
            _feeds.Add(() => session.Feed("x", x, shape.Nodes, shape.Features));
        }
        else
        {
            var count = shape.Nodes * shape.FeaturesOfNode;
            var elements = new EdgePlan(model.Reads, "x" + NetworkBuilder.SparseSuffix);
            int[] rows = [.. Enumerable.Range(0, count).Select(i => i / shape.FeaturesOfNode)];
            elements.Build(Nodes(random, count, shape.Features), rows, shape.Features, shape.Nodes);
            var values = RandomFloats(random, count);
            _feeds.Add(() => elements.FeedTo(session));
            _feeds.Add(() => session.Feed("x" + NetworkBuilder.SparseSuffix + "/values", values, count));
        }
        long[] labels = [.. Enumerable.Range(0, shape.Nodes).Select(_ => (long)random.Next(shape.Classes))];
        _feeds.Add(() => session.Feed("labels", labels, shape.Nodes));
    }

    public void Run()
    {
        foreach (var feed in _feeds)
            feed();
        _session!.Step(1e-3f);
    }

    public void Dispose() => _session?.Dispose();

    private NetworkOutputs Classifier(NetworkBuilder network)
    {
        var x = shape.FeaturesOfNode > 0
            ? network.SparseInput("x", "nodes", shape.Features)
            : network.Input("x", ElementType.Float, ["nodes", shape.Features]);
        var input = new GraphInput(network, x, GraphEdges.Input(network, "nodes"));
        var graphNetwork = shape.Kind == "gcn" ? GraphNetwork.Gcn(shape.Hidden, dropout: 0) : GraphNetwork.Gat(shape.Hidden, dropout: 0);
        return new(Loss.CrossEntropy(graphNetwork.Write(input, shape.Classes), network.Input("labels", ElementType.Int64, ["nodes"])));
    }

    internal static int[] Nodes(Random random, int count, int nodes) => [.. Enumerable.Range(0, count).Select(_ => random.Next(nodes))];

    internal static float[] RandomFloats(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
}
