using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>
/// A training step of a node classifier over a whole random graph. The products with the weights, width wide, take
/// 2 · nodes · (2 · features · width + 3 · width · classes) operations, of which the first factor 2 · features is
/// 2 · (features that are not 0) where they are sparse: nobody needs their gradient.
/// Bytes: features read in both passes, the hidden layer and the logits written and read in both, and the sums over edges and loops, as
/// in <see cref="NeighborSumCase"/>. A GCN sums the features once, or the hidden layer forward and backward, whichever is less, and the
/// logits in both passes; attention reads a row for an edge three times: forward, for the gradient of rows and for that of its weight.
/// </summary>
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

    public Cost Cost
    {
        get
        {
            const int HeadsOfAttention = 8;
            double nodes = shape.Nodes, edges = shape.Edges + nodes, classes = shape.Classes;
            double width = shape.Kind == "gcn" ? shape.Hidden : HeadsOfAttention * shape.Hidden;
            double Sum(double columns) => NeighborSumCase.BytesOfSum(nodes, edges, columns);
            var isSparse = shape.FeaturesOfNode > 0;
            double features = isSparse ? shape.FeaturesOfNode : shape.Features;
            // A sparse feature reads a row of the weight forward, and a row of the gradient backward.
            var bytes = 8 * nodes * (isSparse ? features * (width + 2) : features) + 16 * nodes * (width + classes);
            bytes += shape.Kind == "gcn"
                ? (isSparse ? 2 * Sum(width) : Math.Min(Sum(features), 2 * Sum(width))) + 2 * Sum(classes)
                : 3 * (Sum(width) + Sum(classes));
            return new(2 * nodes * (2 * features * width + 3 * width * classes), bytes);
        }
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
