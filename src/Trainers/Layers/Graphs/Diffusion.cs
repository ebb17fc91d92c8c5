using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// Diffusion convolution (Li et al. 2018, "DCRNN", equation 2): y = [x, P x, .., Pᴷ x, R x, .., Rᴷ x] W + b, where P takes the mean
    /// over the edges that end at a node and R that over those that start there, both by weight.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges of a whole graph.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="steps">K, how many edges far a node sees in each direction.</param>
    /// <param name="name">Scope of the linear layer <c>output</c>.</param>
    /// <returns>[nodes, channels], without activation.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no step.</exception>
    public static Value Diffusion(this NetworkBuilder network, GraphEdges edges, Value x, int channels, int steps = 2,
        string name = "diffusion")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using (network.Scope(name))
            return network.Linear(Op.Concat(1, [x, .. Diffused(edges, x, steps)]), channels, name: "output");
    }

    /// <summary>
    /// Which nodes act on which, learned with the other weights (Wu et al. 2019, "Graph WaveNet", equation 5):
    /// softmax(ReLU(E₁ E₂ᵀ)) over each row, with two vectors of each node.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="nodes">The number of nodes.</param>
    /// <param name="size">Features of the nodes' vectors.</param>
    /// <param name="name">Scope of the vectors <c>targets</c>, E₁, and <c>sources</c>, E₂, each [nodes, size].</param>
    /// <returns>[nodes, nodes]: how much each node (row) reads of each other (column) and of itself; rows add up to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number isn't above 0.</exception>
    public static Value LearnedAdjacency(this NetworkBuilder network, int nodes, int size = 10, string name = "learned_adjacency")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        using (network.Scope(name))
        {
            // At first all nodes read of all others about as much: from a few strong ones by chance there would be no way to the rest, nor
            // from scores below 0, which ReLU cuts off.
            Initializer start = (sizes, random) => Array.ConvertAll(Initializers.Uniform(1 / MathF.Sqrt(size))(sizes, random), x =>
                x + 1 / MathF.Sqrt(size));
            var targets = network.Parameter("targets", [nodes, size], start);
            var sources = network.Parameter("sources", [nodes, size], start);
            return Op.Softmax(Op.Relu(Op.MatMul(targets, Op.Transpose(sources, 1, 0))));
        }
    }

    /// <summary>
    /// What passes along a learned adjacency in one step, the same in each of the graphs that are packed one behind another:
    /// A x of the rows of each graph.
    /// </summary>
    /// <param name="adjacency">A, [nodes of a graph, nodes of a graph]: see <see cref="LearnedAdjacency"/>.</param>
    /// <param name="x">[nodes of all graphs, features]; their number is a multiple of that of the adjacency.</param>
    /// <returns>[nodes of all graphs, features].</returns>
    /// <exception cref="GraphException">The adjacency is no square of a known size, or nodes are no multiple of it.</exception>
    public static Value PassedBy(Value adjacency, Value x)
    {
        if (adjacency.Shape.Rank != 2 || !adjacency.Shape[0].IsKnown || adjacency.Shape[0] != adjacency.Shape[1] || x.Shape.Rank != 2)
            throw new GraphException($"PassedBy: expected an adjacency [nodes, nodes] of a known size and rows [nodes, features]; got "
                + $"{adjacency} and {x}.");
        long nodes = adjacency.Shape[0].Size, features = x.Shape[1].Size;
        if (x.Shape[0].IsKnown && x.Shape[0].Size % nodes != 0)
            throw new GraphException($"PassedBy: the rows of {x} are no multiple of the adjacency's {nodes} nodes.");
        Dim graphs = x.Shape[0].IsKnown ? x.Shape[0].Size / nodes : "graphs_of_nodes";
        var each = Op.Reshape(Op.Renamed(x, [graphs * nodes, features]), [graphs, nodes, features]);
        return Op.Renamed(Op.Reshape(Op.MatMul(adjacency, each), [graphs * nodes, features]), x.Shape);
    }

    // P x, .., Pᴷ x, R x, .., Rᴷ x.
    internal static IEnumerable<Value> Diffused(GraphEdges edges, Value x, int steps)
    {
        foreach (var way in (GraphEdges[])[edges, edges.Reversed])
        {
            var h = x;
            for (var step = 0; step < steps; step++)
                yield return h = way.MeanOfNeighbors(h);
        }
    }
}
