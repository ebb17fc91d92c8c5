using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How the nodes of a graph become one vector.</summary>
public enum GraphPooling
{
    /// <summary>Their sum.</summary>
    Sum,
    /// <summary>Their mean.</summary>
    Mean,
    /// <summary>The largest value of each feature.</summary>
    Max,
    /// <summary>Their mean, weighted by trained attention.</summary>
    Attention,
    /// <summary>Several rounds of attention, with the state of an LSTM as the query (Vinyals et al. 2016).</summary>
    Set2Set,
}

public static partial class Layers
{
    /// <summary>Global pooling: one vector for each graph, from the rows of its nodes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="graphs">Which graph each node belongs to: <see cref="GraphEdges.Membership"/>.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="pooling">The kind of pooling.</param>
    /// <param name="name">Scope of the parameters, where the pooling has any.</param>
    /// <returns>[graphs, features]; twice as many features for Set2Set.</returns>
    public static Value GlobalPool(this NetworkBuilder network, GraphEdges graphs, Value x, GraphPooling pooling,
        string name = "readout") => network.GlobalPool(graphs, x, pooling, out _, name);

    /// <summary>The same, with how much each node counts [nodes, 1], where it is trained attention that says so; else null.</summary>
    internal static Value GlobalPool(this NetworkBuilder network, GraphEdges graphs, Value x, GraphPooling pooling, out Value? attention,
        string name = "readout")
    {
        using (network.Scope(name))
        {
            attention = pooling == GraphPooling.Attention ? AttentionOverNodes(network, graphs, x) : null;
            return pooling switch
            {
                GraphPooling.Sum => graphs.Sum(x),
                GraphPooling.Mean => graphs.Mean(x),
                GraphPooling.Max => graphs.Max(x),
                GraphPooling.Attention => graphs.Sum(x * attention!),
                _ => Set2Set(network, graphs, x, 3),
            };
        }
    }

    private static Value AttentionOverNodes(NetworkBuilder network, GraphEdges graphs, Value x)
    {
        var hidden = Op.Tanh(network.Linear(x, (int)x.Shape[1].Size, name: "hidden"));
        return graphs.Softmax(network.Linear(hidden, 1, bias: false, name: "context"));
    }

    // q = LSTM(q*), e = x · q, r = Σ softmax(e) x, q* = [q, r], from zeros (Vinyals et al. 2016, equations 3 to 7)
    private static Value Set2Set(NetworkBuilder network, GraphEdges graphs, Value x, int steps)
    {
        var width = x.Shape[1].Size;
        var weight = network.Parameter("weight", [3 * width, 4 * width], Initializers.GlorotUniform);
        var bias = network.Parameter("bias", [4 * width], Initializers.Zeros, decays: false);
        // zeros [graphs, features]; only the data give the number of graphs
        var query = graphs.Sum(x) * 0.0;
        Value cell = query, read = query;
        for (var step = 0; step < steps; step++)
        {
            var gates = Op.Split(Op.MatMul(Op.Concat(1, query, read, query), weight) + bias, 1, width, width, width, width);
            cell = Op.Sigmoid(gates[1]) * cell + Op.Sigmoid(gates[0]) * Op.Tanh(gates[2]);
            query = Op.Sigmoid(gates[3]) * Op.Tanh(cell);
            var attention = graphs.Softmax(Op.ReduceSum(x * graphs.Targets(query), [1]));                     // [nodes, 1]
            read = graphs.Sum(x * attention);
        }
        return Op.Concat(1, query, read);
    }
}
