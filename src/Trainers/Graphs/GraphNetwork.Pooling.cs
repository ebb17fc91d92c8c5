using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

// Networks that make graphs smaller layer by layer until one vector is left: they are for trainers of whole graphs.
public abstract partial record GraphNetwork
{
    /// <summary>
    /// Learned clusters of nodes become the nodes of a smaller graph, level by level (DiffPool, Ying et al. 2018); how badly shared
    /// clusters predict links and how undecided assignments are is added to the loss. For trainers of whole graphs, which pool nothing
    /// then.
    /// </summary>
    /// <param name="hidden">Features of all layers.</param>
    /// <param name="layers">GIN layers in front of the first pooling, of the nodes' vectors and of their assignments alike.</param>
    /// <param name="clusters">The number of clusters of each level; null for one level of 8. Graphs may have fewer nodes.</param>
    /// <param name="dropout">Dropout of every layer's input.</param>
    public static GraphNetwork DiffPool(int hidden = 64, int layers = 2, IReadOnlyList<int>? clusters = null, float dropout = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        int[] levels = clusters is null ? [8] : [.. clusters];
        if (levels.Length == 0 || levels.Min() < 1)
            throw new ArgumentException($"{nameof(clusters)}: found {(levels.Length == 0 ? "none" : levels.Min())}; expected at least one "
                + "level, of at least 1 cluster.", nameof(clusters));
        return new WrittenNetwork("DiffPool", (x, channels) =>
        {
            var network = x.Network;
            var graphs = Graphs(x, "DiffPool");
            var pooled = network.DiffPool(graphs, x.Edges, Stacked("embedding", hidden), Stacked("assignment", levels[0]));
            var h = AddLosses(pooled);
            for (var level = 1; level < levels.Length; level++)
            {
                var scores = network.DenseSage(pooled.Adjacency, h, levels[level], name: "assignment");
                h = AddLosses(pooled = network.DiffPool(pooled.Adjacency, h, scores));
            }
            return network.Linear(Op.ReduceMean(h, [1], keepDims: false), channels, name: "output");         // [graphs, channels]

            Value Stacked(string name, int outputs)
            {
                using (network.Scope(name))
                    return Enumerable.Range(0, layers).Aggregate(x.Features, (h, layer) =>
                    {
                        var y = Convolved(x, x.Edges, network.Dropout(h, dropout), layer == layers - 1 ? outputs : hidden, batchNorm: true);
                        return layer == layers - 1 ? y : Op.Relu(network.BatchNorm(y));
                    });
            }

            Value AddLosses(ClusteredGraphs level)
            {
                network.AddToLoss(level.LinkLoss);
                network.AddToLoss(level.EntropyLoss);
                return Op.Relu(network.DenseSage(level.Adjacency, network.Dropout(level.Nodes, dropout), hidden));
            }
        }, Pools: true);
    }

    /// <summary>
    /// Each level keeps the nodes that score best, and a graph is the sum of the levels' vectors, the mean and maximum of what is left
    /// (Gao and Ji 2019; Cangea et al. 2018; by neighbors SAGPool, Lee et al. 2019). For trainers of whole graphs, which pool nothing then.
    /// </summary>
    /// <param name="hidden">Features of the layers.</param>
    /// <param name="levels">How often nodes are left out, each time after a GIN layer.</param>
    /// <param name="ratio">The share of nodes that stay in each level.</param>
    /// <param name="byNeighbors">Whether a graph convolution scores nodes, as in SAGPool, rather than a projection of their
    /// features.</param>
    /// <param name="dropout">Dropout of every layer's input.</param>
    public static GraphNetwork TopKPool(int hidden = 64, int levels = 3, double ratio = 0.5, bool byNeighbors = false, float dropout = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        if (!(ratio is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, "Expected a number above 0 and at most 1.");
        var name = byNeighbors ? "SAGPool" : "top-k pooling";
        TopKPoolOptions options = new() { Ratio = ratio, ByNeighbors = byNeighbors };
        return new WrittenNetwork(name, (x, channels) =>
        {
            var network = x.Network;
            var graphs = Graphs(x, name);
            var (h, edges, kept, sum) = (x.Features, x.Edges, (Value?)null, (Value?)null);
            for (var level = 0; level < levels; level++)
            {
                h = Op.Relu(Convolved(x, edges, network.Dropout(h, dropout), hidden, batchNorm: false));
                (h, edges, kept) = network.TopKPool(graphs, edges, kept is null ? h : h * kept, options, kept);
                var read = Layers.MeanAndMaxOfKept(graphs, h, kept);                                         // [graphs, 2 · hidden]
                sum = sum is null ? read : sum + read;
            }
            return network.Linear(sum!, channels, name: "output");                                           // [graphs, channels]
        }, Pools: true);
    }

    private static Value Convolved(GraphInput x, GraphEdges edges, Value h, int channels, bool batchNorm) => x.EdgeFeatures is { } features
        ? x.Network.Gine(edges, h, features, channels, batchNorm: batchNorm)
        : x.Network.Gin(edges, h, channels, batchNorm: batchNorm);

    private static GraphEdges Graphs(GraphInput x, string name) => x.Graphs ?? throw new GraphException(
        $"{name} makes one vector of each graph: expected a trainer of whole graphs; got one of nodes.");
}
