using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// K times h = (1 - α) D^-1/2 (A + I) D^-1/2 h + α x, from h = x: personalized PageRank of predictions (Gasteiger et al. 2019,
    /// equation 4).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges; the layer adds self-loops.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="steps">K.</param>
    /// <param name="alpha">α.</param>
    /// <param name="dropout">Dropout of the propagated rows, drawn anew in each step.</param>
    /// <returns>[nodes, features].</returns>
    public static Value Appnp(this NetworkBuilder network, GraphEdges edges, Value x, int steps = 10, float alpha = 0.1f, float dropout = 0)
    {
        var h = x;
        for (var step = 0; step < steps; step++)
            h = GcnPropagate(edges, network.Dropout(h, dropout)) * (1.0 - alpha) + x * (double)alpha;
        return h;
    }
}
