using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>What an E(n)-equivariant layer does beside its perceptrons.</summary>
public sealed record EgnnOptions
{
    /// <summary>Features of the hidden layers and of the messages; null for as many as the result has.</summary>
    public int? Hidden { get; init; }

    /// <summary>Whether the nodes' features are added to the result, which then has as many. True by default.</summary>
    public bool Residual { get; init; } = true;

    /// <summary>
    /// Whether a position moves by the mean over the edges that end at its node, as in the paper, where each node has an edge from each
    /// other one; otherwise by their sum. True by default.
    /// </summary>
    public bool MeanOfMoves { get; init; } = true;
}

public static partial class Layers
{
    /// <summary>
    /// An E(n)-equivariant layer (Satorras et al. 2021, equations 3 to 6) over edges j to i: messages
    /// m = f([hᵢ, hⱼ, ‖pᵢ - pⱼ‖², e]), positions pᵢ + the mean of (pᵢ - pⱼ) g(m), features k([hᵢ, Σ m]) + hᵢ.
    /// f, g and k are perceptrons of one hidden layer with SiLU, f with SiLU behind it too. If positions are rotated, reflected or
    /// shifted, so are the new ones, and the features stay the same.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges; they can't have weights.</param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="positions">[nodes, dimensions]; the sources' rows in a block.</param>
    /// <param name="channels">Channels of the features' result.</param>
    /// <param name="edgeFeatures">[edges, edge features]; null for none.</param>
    /// <param name="options">The rest; null for the defaults.</param>
    /// <param name="name">
    /// Scope of the parameters: <c>weight</c> and <c>bias</c> of <c>edge_hidden</c>, <c>edge</c>, <c>position_hidden</c>, <c>position</c>
    /// (without bias), <c>node_hidden</c> and <c>node</c>.
    /// </param>
    /// <returns>The features [nodes, channels] and the positions [nodes, dimensions].</returns>
    /// <exception cref="GraphException">Edges have weights, or the residual sum is of other features than channels.</exception>
    public static (Value Nodes, Value Positions) Egnn(this NetworkBuilder network, GraphEdges edges, Value x, Value positions, int channels,
        Value? edgeFeatures = null, EgnnOptions? options = null, string name = "egnn")
    {
        options ??= new();
        edges.RefuseWeights("An equivariant layer");
        if (options.Residual && x.Shape[1] != channels)
            throw new GraphException($"Egnn: {x} is to be added to {channels} channels; expected as many, or "
                + $"{nameof(EgnnOptions.Residual)} false.");
        var hidden = options.Hidden ?? channels;
        using (network.Scope(name))
        {
            EdgeRows rows = new(edges, x), places = new(edges, positions);
            var difference = places.Targets - places.Sources;                                          // [edges, dimensions]
            var distance = Op.ReduceSumSquare(difference, [1]);                                        // [edges, 1]
            var inputs = Op.Concat(1, [rows.Targets, rows.Sources, distance, .. edgeFeatures is null ? [] : (Value[])[edgeFeatures]]);
            var message = Silu(network.Linear(Silu(network.Linear(inputs, hidden, name: "edge_hidden")), hidden, name: "edge"));
            var move = difference * network.Linear(Silu(network.Linear(message, hidden, name: "position_hidden")), 1, bias: false,
                name: "position");
            var moved = edges.OfTargets(positions) + (options.MeanOfMoves ? edges.Mean(move) : edges.Sum(move));
            var self = edges.OfTargets(x);
            var node = Op.Concat(1, self, edges.SumOfMessages(message));
            var y = network.Linear(Silu(network.Linear(node, hidden, name: "node_hidden")), channels, name: "node");
            return (options.Residual ? self + y : y, moved);
        }
    }

    // x σ(x) (Elfwing et al. 2018)
    private static Value Silu(Value x) => x * Op.Sigmoid(x);
}
