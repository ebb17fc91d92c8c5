using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

// Networks whose layers add to what they read, of one width throughout.
public abstract partial record GraphNetwork
{
    /// <summary>
    /// Principal neighborhood aggregation (Corso et al. 2020): each layer h + ReLU(BN(PNA(h))), with the mean, maximum, minimum and
    /// standard deviation of the neighbors' messages, scaled by degree.
    /// </summary>
    /// <param name="hidden">Features of the layers.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="dropout">Dropout of the input and of every layer's result.</param>
    /// <param name="typicalDegree">The usual degree of a node: see <see cref="Layers.Pna"/>.</param>
    public static GraphNetwork Pna(int hidden = 64, int layers = 3, float dropout = 0, double typicalDegree = 4) =>
        Residual("PNA", hidden, layers, dropout, (x, h, layer) => Op.Relu(x.Network.BatchNorm(
            x.Network.Pna(x.Hop(layer), h, hidden, x.EdgeFeaturesOf(layer), typicalDegree))));

    /// <summary>
    /// Gated graph convolutions (Bresson and Laurent 2017; Dwivedi et al. 2020): each layer h + ReLU(BN(y)) for nodes and
    /// e + ReLU(LN(ê)) for edges, whose states gate the messages of the next layer.
    /// </summary>
    /// <param name="hidden">Features of the layers.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="dropout">Dropout of the input and of every layer's result.</param>
    public static GraphNetwork GatedGcn(int hidden = 64, int layers = 4, float dropout = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        return new WrittenNetwork("GatedGCN", (x, channels) =>
        {
            var network = x.Network;
            var h = network.Linear(network.Dropout(x.Features, dropout), hidden, name: "input");
            var e = x.EdgeFeatures is { } features ? network.Linear(features, hidden, name: "edge_input") : null;
            for (var layer = 0; layer < layers; layer++)
            {
                var (nodes, gates) = network.GatedGcn(x.Edges, h, hidden, e);
                h += network.Dropout(Op.Relu(network.BatchNorm(nodes)), dropout);
                // Rows of edges are normalized one by one: a batch of graphs may be without edges.
                var state = layer == layers - 1 ? null : Op.Relu(network.LayerNorm(gates));
                e = state is null || e is null ? state : e + state;
            }
            return network.Linear(h, channels, name: "output");
        });
    }

    /// <summary>
    /// General, powerful, scalable (Rampášek et al. 2022): each layer adds what GIN (GINE, where edges have features) gives and what
    /// attention to all nodes of the graph gives, and then a perceptron, each with batch normalization. Time grows with the square of the
    /// number of nodes of a graph.
    /// </summary>
    /// <param name="hidden">Features of the layers.</param>
    /// <param name="heads">Attention heads; <paramref name="hidden"/> must be a multiple.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="dropout">Dropout of the input and before residual sums.</param>
    /// <param name="attentionDropout">Dropout of the attention weights.</param>
    public static GraphNetwork Gps(int hidden = 64, int heads = 4, int layers = 3, float dropout = 0, float attentionDropout = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        MultiHeadOptions attention = new() { Heads = heads, Dropout = attentionDropout };
        return new WrittenNetwork("GPS", (x, channels) =>
        {
            var network = x.Network;
            Value Added(Value h, Value part) => network.BatchNorm(h + network.Dropout(part, dropout));
            var h = network.Linear(network.Dropout(x.Features, dropout), hidden, name: "input");
            for (var layer = 0; layer < layers; layer++)
            {
                var local = x.EdgeFeatures is { } features ? network.Gine(x.Edges, h, features, hidden) : network.Gin(x.Edges, h, hidden);
                var sum = Added(h, local) + Added(h, network.GlobalAttention(x.Graphs, h, attention));
                var inner = Op.Relu(network.Linear(sum, 2 * hidden, name: "hidden"));
                h = Added(sum, network.Linear(network.Dropout(inner, dropout), hidden, name: "feed_forward"));
            }
            return network.Linear(h, channels, name: "output");
        });
    }

    /// <summary>
    /// A network with a virtual node (Gilmer et al. 2017): between its layers a state of the whole graph reads all nodes and is added to
    /// each, so that what is many edges away is read, in time that grows with the nodes. Not for sampled neighbors, which lack most nodes.
    /// </summary>
    /// <param name="network">
    /// The network of at least 2 layers: <see cref="Gcn"/>, <see cref="Sage"/>, <see cref="Gat"/>, <see cref="Gin"/>, <see cref="Rgcn"/>,
    /// <see cref="Transformer"/>, <see cref="Pna"/> or <see cref="CustomLayers"/>.
    /// </param>
    /// <exception cref="ArgumentException">The network isn't written layer by layer, or has one layer.</exception>
    public static GraphNetwork VirtualNode(GraphNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.LayerCount is not >= 2)
            throw new ArgumentException($"The {network.Name} "
                + $"{(network.LayerCount is null ? "isn't written layer by layer" : "has one layer")}; expected a network of at "
                + "least 2 layers, between which a virtual node reads.", nameof(network));
        return Around(network, (x, channels) =>
        {
            var h = network.WriteLayer(x, x.Features, 0, channels);
            Value? state = null;
            for (var layer = 1; layer < network.LayerCount; layer++)
            {
                (h, state) = x.Network.VirtualNode(x.Graphs, h, state?.Shape[1] == h.Shape[1] ? state : null);
                h = network.WriteLayer(x, h, layer, channels);
            }
            return h;
        }, $"{network.Name} and virtual node");
    }

    // From the input to `hidden` features, to which every layer adds, and to the result.
    private static LayeredNetwork Residual(string name, int hidden, int layers, float dropout, Func<GraphInput, Value, int, Value> layer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        return Layered(name, layers, (x, h, i, channels) =>
        {
            if (i == 0)
                h = x.Network.Linear(x.Network.Dropout(h, dropout), hidden, name: "input");
            h = x.Hop(i).OfTargets(h) + x.Network.Dropout(layer(x, h, i), dropout);
            return i == layers - 1 ? x.Network.Linear(h, channels, name: "output") : h;
        });
    }
}
