using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>A training step of a two-layer node classifier over a whole random graph.</summary>
/// <param name="kind">gcn or gat.</param>
/// <param name="nodes">Number of nodes.</param>
/// <param name="edgeCount">Number of random edges; a loop a node is in the layers.</param>
/// <param name="features">Features a node.</param>
/// <param name="hidden">Features of a hidden layer, or of one of its 8 heads.</param>
/// <param name="classes">Number of classes.</param>
/// <param name="featuresOfNode">How many features of a node are not 0, for the sparse path; 0 for all.</param>
internal sealed class GraphCase(string kind, int nodes, int edgeCount, int features, int hidden, int classes, int featuresOfNode = 0) : ICase
{
    private readonly List<Action> _feeds = [];
    private TrainingSession? _session;

    public void Setup(int threads)
    {
        var random = new Random(1);
        var model = TrainingModel.Build(Classifier, new Adam());
        var session = _session = new TrainingSession(model, ExecutionTarget.Cpu(threads));
        var plan = new EdgePlan(model.Reads);
        plan.Build(Nodes(random, edgeCount, nodes), Nodes(random, edgeCount, nodes), nodes, nodes);
        _feeds.Add(() => plan.FeedTo(session));
        if (featuresOfNode == 0)
        {
            var x = RandomFloats(random, nodes * features);
            _feeds.Add(() => session.Feed("x", x, nodes, features));
        }
        else
        {
            var count = nodes * featuresOfNode;
            var elements = new EdgePlan(model.Reads, "x" + NetworkBuilder.SparseSuffix);
            int[] rows = [.. Enumerable.Range(0, count).Select(i => i / featuresOfNode)];
            elements.Build(Nodes(random, count, features), rows, features, nodes);
            var values = RandomFloats(random, count);
            _feeds.Add(() => elements.FeedTo(session));
            _feeds.Add(() => session.Feed("x" + NetworkBuilder.SparseSuffix + "/values", values, count));
        }
        long[] labels = [.. Enumerable.Range(0, nodes).Select(_ => (long)random.Next(classes))];
        _feeds.Add(() => session.Feed("labels", labels, nodes));
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
        var x = featuresOfNode > 0 ? network.SparseInput("x", "nodes", features) : network.Input("x", ElementType.Float, ["nodes", features]);
        var input = new GraphInput(network, x, GraphEdges.Input(network, "nodes"));
        var graphNetwork = kind == "gcn" ? GraphNetwork.Gcn(hidden, dropout: 0) : GraphNetwork.Gat(hidden, dropout: 0);
        return new(Loss.CrossEntropy(graphNetwork.Write(input, classes), network.Input("labels", ElementType.Int64, ["nodes"])));
    }

    internal static int[] Nodes(Random random, int count, int nodes) => [.. Enumerable.Range(0, count).Select(_ => random.Next(nodes))];

    internal static float[] RandomFloats(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
}

/// <summary>The sum over every node's neighbors alone.</summary>
internal sealed class NeighborSumCase(int nodes, int edgeCount, int width) : ICase
{
    private OnnxSession? _session;
    private TensorInputs? _inputs;

    public void Setup(int threads)
    {
        var random = new Random(1);
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var x = network.Input("x", ElementType.Float, ["nodes", width]);
        network.Graph.Output("sum", GraphEdges.Input(network, "nodes").SumOfSources(x));
        _session = new OnnxSession(network.Graph, ExecutionTarget.Cpu(threads));
        _inputs = new() { ["x"] = TensorData.Create(GraphCase.RandomFloats(random, nodes * width), nodes, width) };
        var plan = new EdgePlan(_session.Inputs.Select(input => input.Name).ToHashSet().Contains);
        plan.Build(GraphCase.Nodes(random, edgeCount, nodes), GraphCase.Nodes(random, edgeCount, nodes), nodes, nodes);
        plan.FeedTo(_inputs);
    }

    public void Run() => _session!.Run(_inputs!);

    public void Dispose() => _session?.Dispose();
}
