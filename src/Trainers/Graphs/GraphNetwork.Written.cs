using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

// Networks written as functions or layer by layer.
public abstract partial record GraphNetwork
{
    private delegate Value StackedLayer(GraphInput x, GraphEdges edges, Value? edgeFeatures, Value h, int channels, bool isLast);

    /// <summary>Writes one layer of a layered network.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">Output of the previous layer, [sources, features]; the nodes' features for the first one.</param>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="channels">Number of channels of each node after the last layer.</param>
    /// <returns>[targets, features].</returns>
    internal virtual Value WriteLayer(GraphInput x, Value h, int layer, int channels) =>
        throw new NotSupportedException($"The {Name} has no layers of its own.");

    /// <summary>A network of your own over the public graph operations and layers.</summary>
    /// <param name="name">Its name in logs and results.</param>
    /// <param name="write">Writes the network: takes the graph and the number of channels, returns [nodes, channels].</param>
    public static GraphNetwork Custom(string name, Func<GraphInput, int, Value> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(write);
        return new WrittenNetwork(name, write);
    }

    /// <summary>
    /// A network of your own, written layer by layer, so that it can be trained on sampled neighbors
    /// (<see cref="NodeTrainerOptions.FanOuts"/>).
    /// </summary>
    /// <param name="name">Its name in logs and results.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="write">
    /// Writes a layer: takes the graph, the previous layer's output [sources, features] (for the first layer the nodes' features), the
    /// layer's number from 0, and the channels per node after the last layer; returns [targets, features]. It must read only the edges of
    /// <see cref="GraphInput.Hop"/>.
    /// </param>
    public static GraphNetwork CustomLayers(string name, int layers, Func<GraphInput, Value, int, int, Value> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(write);
        return Layered(name, layers, write);
    }

    /// <summary>A network written around another one: for the same edges, nodes and series.</summary>
    /// <param name="network">The other one.</param>
    /// <param name="write">Writes the whole.</param>
    /// <param name="name">Its name; null for the other one's.</param>
    internal static GraphNetwork Around(GraphNetwork network, Func<GraphInput, int, Value> write, string? name = null) =>
        new WrittenNetwork(name ?? network.Name, write, network.NeedsPositiveWeights, network.FixedNodes) { Inner = network };

    private static LayeredNetwork Layered(string name, int layers, Func<GraphInput, Value, int, int, Value> layer,
        bool positiveWeights = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        return new(name, layers, layer, positiveWeights);
    }

    /// <summary>Several layers of one kind, with dropout before each and an activation between them.</summary>
    private static LayeredNetwork Stack(string name, int hidden, int layers, float dropout, Func<Value, Value> activation,
        StackedLayer layer, bool positiveWeights = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        return Layered(name, layers, (x, h, i, channels) =>
        {
            var isLast = i == layers - 1;
            var y = layer(x, x.Hop(i), x.EdgeFeaturesOf(i), x.Network.Dropout(h, dropout), isLast ? channels : hidden, isLast);
            return isLast ? y : activation(y);
        }, positiveWeights);
    }

    private sealed record WrittenNetwork(string Called, Func<GraphInput, int, Value> Function, bool PositiveWeights = false,
        int? Nodes = null, bool Outputs = false, bool Pools = false) : GraphNetwork
    {
        internal GraphNetwork? Inner { get; init; }

        internal override bool HasNodesOfEachGraph => Inner?.HasNodesOfEachGraph ?? false;

        internal override (int FeaturesPerStep, int? Steps)? SeriesFeatures => Inner?.SeriesFeatures;

        internal override bool PoolsGraphs => Pools;

        internal override bool WritesOutputs => Outputs;

        internal override bool NeedsPositiveWeights => PositiveWeights;

        internal override int? FixedNodes => Nodes;

        public override string Name => Called;

        public override Value Write(GraphInput x, int channels) => Function(x, channels);
    }

    private sealed record LayeredNetwork(string Called, int Layers, Func<GraphInput, Value, int, int, Value> Layer, bool PositiveWeights)
        : GraphNetwork
    {
        internal override bool NeedsPositiveWeights => PositiveWeights;

        internal override int? LayerCount => Layers;

        public override string Name => Called;

        public override Value Write(GraphInput x, int channels)
        {
            var h = x.Features;
            for (var layer = 0; layer < Layers; layer++)
                h = Layer(x, h, layer, channels);
            return h;
        }

        internal override Value WriteLayer(GraphInput x, Value h, int layer, int channels) => Layer(x, h, layer, channels);
    }
}
