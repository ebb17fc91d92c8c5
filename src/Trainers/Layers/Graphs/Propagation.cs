using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Propagation without weights of its own: SGC and APPNP.</summary>
public static class PropagationLayers
{
    /// <summary>(D^-1/2 (A + I) D^-1/2)^K x W + b: a graph convolution without what stands between its layers (Wu et al. 2019).</summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges, without loops of the layer's own.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="outputs">Features of the result.</param>
    /// <param name="steps">K.</param>
    /// <param name="name">Scope of the linear layer's parameters.</param>
    /// <returns>[nodes, outputs].</returns>
    public static Value Sgc(this NetworkBuilder network, GraphEdges edges, Value x, int outputs, int steps = 2, string name = "sgc")
    {
        using (network.Scope(name))
        {
            // The product first where it leaves fewer columns to propagate.
            var productFirst = network.IsSparse(x) || outputs < x.Shape[1].Size;
            var weight = network.Parameter("weight", [x.Shape[1].Size, outputs], Initializers.GlorotUniform);
            var h = productFirst ? network.SpMM(x, weight) : x;
            for (var step = 0; step < steps; step++)
                h = GcnLayer.Propagate(edges, h);
            return (productFirst ? h : Op.MatMul(h, weight)) + network.Parameter("bias", [outputs], Initializers.Zeros, decays: false);
        }
    }

    /// <summary>
    /// K times h = (1 - α) D^-1/2 (A + I) D^-1/2 h + α x, from h = x: personalized PageRank of predictions (Gasteiger et al. 2019, equation 4).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges, without loops of the layer's own.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="steps">K.</param>
    /// <param name="teleport">α.</param>
    /// <param name="dropout">Dropout of what is propagated, each step anew.</param>
    /// <returns>[nodes, features].</returns>
    public static Value Appnp(this NetworkBuilder network, GraphEdges edges, Value x, int steps = 10, float teleport = 0.1f, float dropout = 0)
    {
        var h = x;
        for (var step = 0; step < steps; step++)
            h = GcnLayer.Propagate(edges, network.Dropout(h, dropout)) * (1.0 - teleport) + x * (double)teleport;
        return h;
    }
}
