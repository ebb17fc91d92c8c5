using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The network of a graph trainer.</summary>
public abstract record GraphNetwork
{
    /// <summary>What the network is called in logs and results.</summary>
    public abstract string Name { get; }

    /// <summary>Writes the network, from the nodes' features to so many numbers a node.</summary>
    /// <param name="x">The input.</param>
    /// <param name="outputs">Numbers a node.</param>
    /// <returns>[nodes, outputs], without activation.</returns>
    public abstract Value Write(GraphInput x, int outputs);

    /// <summary>Graph convolutions (Kipf and Welling 2017).</summary>
    /// <param name="hidden">Features between layers.</param>
    /// <param name="layers">Number of convolutions.</param>
    /// <param name="dropout">Dropout of every convolution's input.</param>
    /// <param name="normalization">How neighbors are weighed.</param>
    public static GraphNetwork Gcn(int hidden = 16, int layers = 2, float dropout = 0.5f, GraphNormalization normalization = GraphNormalization.Symmetric) =>
        Stack("GCN", hidden, layers, dropout, Op.Relu, (x, edges, h, outputs) => x.Network.Gcn(edges, h, outputs, normalization));

    /// <summary>A network of one's own over the public graph operations and layers.</summary>
    /// <param name="name">What it is called in logs and results.</param>
    /// <param name="write">Writes it: the graph in, [nodes, outputs] out.</param>
    public static GraphNetwork Custom(string name, Func<GraphInput, int, Value> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(write);
        return new WrittenNetwork(name, write);
    }

    /// <summary>One kind of layer several times, with dropout before and an activation between them.</summary>
    private static WrittenNetwork Stack(string name, int hidden, int layers, float dropout, Func<Value, Value> activation, Func<GraphInput, GraphEdges, Value, int, Value> layer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        return new(name, (x, outputs) =>
        {
            var h = x.Features;
            for (var i = 0; i < layers; i++)
            {
                var isLast = i == layers - 1;
                h = layer(x, x.Hop(i), x.Network.Dropout(h, dropout), isLast ? outputs : hidden);
                if (!isLast)
                    h = activation(h);
            }
            return h;
        });
    }

    private sealed record WrittenNetwork(string Called, Func<GraphInput, int, Value> Function) : GraphNetwork
    {
        public override string Name => Called;

        public override Value Write(GraphInput x, int outputs) => Function(x, outputs);
    }
}
