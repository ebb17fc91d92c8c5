using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>(D^-1/2 (A + I) D^-1/2)^K x W + b: graph convolutions without activations between them (Wu et al. 2019).</summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges; the layer adds self-loops.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="steps">K.</param>
    /// <param name="name">Scope of the linear layer's parameters.</param>
    /// <returns>[nodes, channels].</returns>
    public static Value Sgc(this NetworkBuilder network, GraphEdges edges, Value x, int channels, int steps = 2, string name = "sgc")
    {
        using (network.Scope(name))
        {
            // The product comes first where that leaves fewer columns to propagate.
            var productFirst = network.IsSparse(x) || channels < x.Shape[1].Size;
            var weight = network.Parameter("weight", [x.Shape[1].Size, channels], Initializers.GlorotUniform);
            var h = productFirst ? network.SpMM(x, weight) : x;
            for (var step = 0; step < steps; step++)
                h = GcnPropagate(edges, h);
            return (productFirst ? h : Op.MatMul(h, weight)) + network.Parameter("bias", [channels], Initializers.Zeros, decays: false);
        }
    }
}
