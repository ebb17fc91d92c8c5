using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// LightGCN (He et al. 2020): the mean of x and K further steps, each hᵢ = Σ hⱼ / √(dᵢ dⱼ) of the step before over the edges
    /// from j to i; d are degrees.
    /// Nothing is trained but what x is made of.
    /// </summary>
    /// <param name="edges">The edges, each in both directions; with weights, degrees are sums of them, which must be above 0.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="steps">K.</param>
    /// <returns>[nodes, features].</returns>
    /// <exception cref="GraphException">Edges are those of a block.</exception>
    public static Value LightGcn(this GraphEdges edges, Value x, int steps = 3)
    {
        if (edges.SourceCount != edges.TargetCount)
            throw new GraphException("LightGCN needs the degrees of all nodes, which a block doesn't know.");
        var degree = Op.Cast(edges.WeightedDegrees(), x.Type);                                       // [nodes, 1]
        var scale = Op.Where(Op.Greater(degree, degree.Number(0)), 1.0 / Op.Sqrt(Op.OrOne(degree)), degree.Number(0));
        var (h, total) = (x, x);
        for (var step = 0; step < steps; step++)
        {
            h = edges.SumOfNeighbors(h * scale) * scale;
            total += h;
        }
        return total / (steps + 1.0);
    }
}
