using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

// Networks that make vectors of entities from learned ones.
public abstract partial record GraphNetwork
{
    /// <summary>
    /// LightGCN (He et al. 2020): means over the neighbors' vectors of several steps, nothing else. It gives as many numbers as it reads.
    /// </summary>
    /// <param name="steps">Steps to neighbors.</param>
    public static GraphNetwork LightGcn(int steps = 3) => new WrittenNetwork("LightGCN", (x, channels) =>
        x.Features.Shape[1] == channels ? x.Edges.LightGcn(x.Features, steps)
            : throw new GraphException($"LightGCN gives as many numbers as it reads; found {x.Features}, expected {channels} columns."),
        PositiveWeights: true);

    /// <summary>CompGCN (Vashishth et al. 2020): relations have vectors that are composed with those of the nodes.</summary>
    /// <param name="hidden">Features between layers.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="composition">How the vectors of a node and a relation become one.</param>
    /// <param name="dropout">Dropout of every layer's result except the last.</param>
    public static GraphNetwork CompGcn(int hidden = 100, int layers = 1, Composition composition = Composition.Multiplication,
        float dropout = 0) => new WrittenNetwork("CompGCN", (x, channels) =>
    {
        var relations = x.Relations ?? throw new GraphException("CompGCN needs edges with relations: set "
            + $"{nameof(Transforms.GraphEdgeColumns)}.{nameof(Transforms.GraphEdgeColumns.RelationColumnName)}.");
        var vectors = x.Network.Parameter("relation_vectors", [x.RelationCount, x.Features.Shape[1].Size], Initializers.GlorotUniform);
        var h = x.Features;
        for (var layer = 0; layer < layers; layer++)
        {
            var isLast = layer == layers - 1;
            (h, vectors) = x.Network.CompGcn(x.Edges, h, relations, vectors, isLast ? channels : hidden, composition,
                updatesRelations: !isLast);
            h = isLast ? h : x.Network.Dropout(Op.Tanh(h), dropout);
        }
        return h;
    });
}
