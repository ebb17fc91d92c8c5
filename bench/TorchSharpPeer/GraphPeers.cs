using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>Graph convolutions over a whole graph, and the sum over neighbors alone.</summary>
internal static class GraphPeers
{
    /// <summary>Random edges, then a loop for each node.</summary>
    internal static (Tensor Source, Tensor Target) WithLoops(int nodes, int edges)
    {
        var loops = arange(nodes, dtype: int64);
        return (cat([randint(0, nodes, edges, dtype: int64), loops]), cat([randint(0, nodes, edges, dtype: int64), loops]));
    }

    /// <summary>Two convolutions D^-1/2 (A + I) D^-1/2 x W + b, ReLU between them.</summary>
    internal static Work Gcn(GraphShape shape, string formulation)
    {
        var (source, target) = WithLoops(shape.Nodes, shape.Edges);
        var scale = bincount(target, minlength: shape.Nodes).to(float32).rsqrt();
        var matrix = new EdgeMatrix(source, target, scale[source] * scale[target], shape.Nodes, shape.Nodes);
        var (aggregate, aggregateInput) = (matrix.DifferentiableProduct(formulation), matrix.Product(formulation));
        Parameter first = Weight(shape.Features, shape.Hidden), firstBias = new(zeros(shape.Hidden));
        Parameter second = Weight(shape.Hidden, shape.Classes), secondBias = new(zeros(shape.Classes));
        var timesWeight = Features(shape, formulation, out var x);
        var y = randint(0, shape.Classes, shape.Nodes, dtype: int64);
        // Features need no gradient: aggregated as they are, they are aggregated once a step. That pays where the layer doesn't make them
        // much narrower.
        var aggregateFirst = x is not null && shape.Features < 2 * shape.Hidden;
        return new TrainingWork(() =>
        {
            var h = (aggregateFirst ? aggregateInput(x!).mm(first) : aggregate(timesWeight(first))) + firstBias;
            return nn.functional.cross_entropy(aggregate(nn.functional.relu(h, inplace: true).mm(second)) + secondBias, y);
        }, [first, firstBias, second, secondBias]);
    }

    /// <summary>The product of the features with a weight; the features themselves where they are dense.</summary>
    private static Func<Tensor, Tensor> Features(GraphShape shape, string formulation, out Tensor? dense)
    {
        if (shape.FeaturesOfNode == 0)
        {
            var x = dense = randn(shape.Nodes, shape.Features);
            return weight => x.mm(weight);
        }
        dense = null;
        var nodes = arange(shape.Nodes, dtype: int64).repeat_interleave(shape.FeaturesOfNode);
        var features = randint(0, shape.Features, nodes.shape[0], dtype: int64);
        return new EdgeMatrix(features, nodes, randn(nodes.shape[0]), shape.Nodes, shape.Features).DifferentiableProduct(formulation);
    }

    internal static Parameter Weight(long rows, long columns) => new(randn(rows, columns) * Math.Sqrt(2.0 / (rows + columns)));

    internal static Work NeighborSum(NeighborSumShape shape, string formulation)
    {
        Tensor source = randint(0, shape.Nodes, shape.Edges, dtype: int64), target = randint(0, shape.Nodes, shape.Edges, dtype: int64);
        var x = randn(shape.Nodes, shape.Width);
        var product = new EdgeMatrix(source, target, ones(shape.Edges), shape.Nodes, shape.Nodes).Product(formulation);
        return new InferenceWork(() => product(x));
    }
}
