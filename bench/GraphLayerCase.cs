using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>
/// A graph layer over random edges, ten for each node: a training step for the mean square of its output, or the deployed form, which also
/// makes the plan of its edges. Costs aren't counted.
/// </summary>
internal sealed class GraphLayerCase(GraphLayerShape shape) : ICase
{
    private const int EdgesOfNode = 10;
    private readonly List<Action> _feeds = [];
    private readonly Dictionary<string, TensorData> _inputs = [];
    private TrainingSession? _training;
    private OnnxSession? _scoring;

    public Cost Cost => new(0, 0);

    public void Setup(int threads)
    {
        var random = new Random(1);
        var nodes = Math.Max(1, shape.Edges / EdgesOfNode);
        // Edges of a graph stay in it, as those of batches of graphs do.
        int[] from = [.. Enumerable.Range(0, shape.Edges).Select(_ => random.Next(nodes))];
        int[] to = [.. from.Select(node => Math.Min(nodes - 1, node / GraphLayers.NodesOfGraph * GraphLayers.NodesOfGraph
            + random.Next(GraphLayers.NodesOfGraph)))];
        int[] graphs = [.. Enumerable.Range(0, nodes).Select(node => node / GraphLayers.NodesOfGraph)];
        var x = GraphCase.RandomFloats(random, nodes * GraphLayers.Width);
        var features = GraphCase.RandomFloats(random, shape.Edges * GraphLayers.EdgeWidth);
        long[] relations = [.. from.Select(node => (long)(node % GraphLayers.Relations))];
        var model = TrainingModel.Build(network => new(Op.ReduceMean(Write(network) is var y ? y * y : y, keepDims: false)), new Adam());
        if (!shape.Train)
        {
            var network = new NetworkBuilder(model.Parameters, NetworkMode.Deployment);
            network.Graph.Output("y", Write(network));
            DeadCode.Remove(network.Graph);
            ConstantFolding.Fold(network.Graph);
            _scoring = new(network.Graph, ExecutionTarget.Cpu(threads));
            foreach (var input in _scoring.Inputs)
                _inputs[input.Name] = input.Name switch
                {
                    "x" => TensorData.Create(x, nodes, GraphLayers.Width),
                    "edge_attr" => TensorData.Create(features, shape.Edges, GraphLayers.EdgeWidth),
                    "edge_type" => TensorData.Create(relations, shape.Edges),
                    "graph_index" => TensorData.Vector(Array.ConvertAll(graphs, graph => (long)graph)),
                    _ => TensorData.Create([.. from.Concat(to).Select(node => (long)node)], 2, shape.Edges),
                };
            return;
        }
        var session = _training = new TrainingSession(model, ExecutionTarget.Cpu(threads));
        Plan("edges", from, to, nodes);
        Plan("graphs", [.. Enumerable.Range(0, nodes)], graphs, graphs[^1] + 1);
        _feeds.Add(() => session.Feed("x", x, nodes, GraphLayers.Width));
        if (model.Reads("edge_attr"))
            _feeds.Add(() => session.Feed("edge_attr", features, shape.Edges, GraphLayers.EdgeWidth));
        if (model.Reads("edge_type"))
            _feeds.Add(() => session.Feed("edge_type", relations, shape.Edges));

        void Plan(string name, int[] sources, int[] targets, int targetCount)
        {
            var plan = new EdgePlan(model.Reads, name);
            plan.Build(sources, targets, nodes, targetCount);
            _feeds.Add(() => plan.FeedTo(session));
        }
    }

    public void Run()
    {
        if (_scoring is not null)
        {
            _scoring.Run(_inputs);
            return;
        }
        foreach (var feed in _feeds)
            feed();
        _training!.Step(1e-3f);
    }

    public void Dispose()
    {
        _training?.Dispose();
        _scoring?.Dispose();
    }

    private Value Write(NetworkBuilder network)
    {
        var x = network.Input("x", ElementType.Float, ["nodes", GraphLayers.Width]);
        var edges = GraphEdges.Input(network, "nodes");
        GraphEdges? graphs = null;
        // A layer of the features alone has no gradient to pass on: a linear layer in front makes it do all of its work.
        return GraphLayers.All[shape.Layer].Write(new(network, edges, network.Linear(x, GraphLayers.Width, name: "input"),
            () => network.Input("edge_attr", ElementType.Float, [edges.Count, GraphLayers.EdgeWidth]),
            () => network.Input("edge_type", ElementType.Int64, [edges.Count]),
            () => graphs ??= GraphEdges.Membership(network, "nodes", "graphs")));
    }
}
