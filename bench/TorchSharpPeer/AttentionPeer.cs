using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>
/// Graph attention over a whole graph. Taking nodes' rows at the edges' ends and summing edges' rows at nodes are each other's gradient;
/// sums are libtorch's sums over bags.
/// </summary>
internal sealed class AttentionPeer
{
    private const int Heads = 8;
    private readonly long _nodes;
    private readonly Tensor _target;
    private readonly Func<Tensor, Tensor> _atSource, _atTarget, _sumAtSource, _sumAtTarget;
    private readonly Func<Tensor, Tensor> _largest;
    private readonly List<Parameter> _parameters = [];

    private AttentionPeer(GraphShape shape, string formulation)
    {
        _nodes = shape.Nodes;
        var (source, target) = GraphPeers.WithLoops(shape.Nodes, shape.Edges);
        // Edges in the order of their targets: sums read them one after another.
        var order = target.argsort();
        (source, _target) = (source[order], target[order]);
        _atSource = x => x.index_select(0, source);
        _atTarget = x => x.index_select(0, _target);
        (_sumAtSource, _sumAtTarget) = (Sum(source), Sum(_target));
        _largest = formulation == "lists" ? LargestOfLists() : LargestByScatter;
    }

    private Func<Tensor, Tensor> Sum(Tensor ends)
    {
        var edges = ends.shape[0];
        return new EdgeMatrix(arange(edges, dtype: int64), ends, ones(edges), _nodes, edges).Product("bag");
    }

    private Tensor LargestByScatter(Tensor rows) => TorchScript.Call(
        "largest", full([_nodes, rows.shape[1]], -1e30f), _target.unsqueeze(1).expand(-1, rows.shape[1]), rows);

    // Every node has a list of its edges as long as the longest; past their end stands a row that is least.
    private Func<Tensor, Tensor> LargestOfLists()
    {
        var degree = bincount(_target, minlength: _nodes);
        var (edges, longest) = (_target.shape[0], degree.max().item<long>());
        var number = arange(edges, dtype: int64);
        var lists = full([_nodes, longest], edges, dtype: int64);
        lists[_target, number - (degree.cumsum(0) - degree)[_target]] = number;
        var flat = lists.flatten();
        return rows => cat([rows, full([1, rows.shape[1]], -1e30f)]).index_select(0, flat).view(_nodes, longest, -1).amax([1]);
    }

    private Parameter Trained(Parameter parameter)
    {
        _parameters.Add(parameter);
        return parameter;
    }

    /// <summary>x [nodes, features] to [nodes, heads · width].</summary>
    private Func<Tensor, Tensor> Layer(long features, int heads, int width)
    {
        var weight = Trained(GraphPeers.Weight(features, heads * width));
        Parameter ofSource = Trained(GraphPeers.Weight(heads, width)), ofTarget = Trained(GraphPeers.Weight(heads, width));
        var bias = Trained(new(zeros(heads * width)));
        return x =>
        {
            var z = x.mm(weight);
            var parts = z.view(_nodes, heads, width);
            var scores = nn.functional.leaky_relu(
                AtSource((parts * ofSource).sum(-1)) + AtTarget((parts * ofTarget).sum(-1)), 0.2);              // [edges, heads]
            Tensor largest;
            using (no_grad())
                largest = _atTarget(_largest(scores.detach()));
            var weights = (scores - largest).exp();
            weights = weights / AtTarget(SumAtTarget(weights));
            var messages = AtSource(z).view(-1, heads, width) * weights.unsqueeze(-1);
            return SumAtTarget(messages.view(-1, heads * width)) + bias;
        };
    }

    private Tensor AtSource(Tensor x) => LinearMap.apply(x, _atSource, _sumAtSource);

    private Tensor AtTarget(Tensor x) => LinearMap.apply(x, _atTarget, _sumAtTarget);

    private Tensor SumAtTarget(Tensor rows) => LinearMap.apply(rows, _sumAtTarget, _atTarget);

    /// <summary>Two layers, 8 heads and then one, ELU between them.</summary>
    internal static Work Classifier(GraphShape shape, string formulation)
    {
        var peer = new AttentionPeer(shape, formulation);
        var first = peer.Layer(shape.Features, Heads, shape.Hidden);
        var second = peer.Layer(Heads * shape.Hidden, 1, shape.Classes);
        Tensor x = randn(shape.Nodes, shape.Features), y = randint(0, shape.Classes, shape.Nodes, dtype: int64);
        return new TrainingWork(() => nn.functional.cross_entropy(second(nn.functional.elu(first(x), 1.0)), y), peer._parameters);
    }
}
