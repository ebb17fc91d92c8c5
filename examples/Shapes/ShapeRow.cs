using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace Shapes;

/// <summary>A mesh as a row of the data view.</summary>
internal sealed class ShapeRow
{
    internal static GraphColumns Columns => new() { EdgeFeaturesColumnName = nameof(EdgeFeatures) };

    [VectorType(0, MeshGraph.NodeFeatureCount)]
    public VBuffer<float> NodeFeatures { get; set; }

    public int[] Edges { get; set; } = [];

    [VectorType(0, MeshGraph.EdgeFeatureCount)]
    public VBuffer<float> EdgeFeatures { get; set; }

    /// <summary>What the whole shape is.</summary>
    public string Shape { get; set; } = "";

    /// <summary>What each vertex belongs to.</summary>
    public string[] Parts { get; set; } = [];

    internal static ShapeRow Of(TriangleMesh mesh, string shape = "", string[]? parts = null)
    {
        var graph = mesh.ToGraph();
        return new()
        {
            NodeFeatures = new(graph.NodeFeatures.Length, graph.NodeFeatures), Edges = graph.Edges,
            EdgeFeatures = new(graph.EdgeFeatures.Length, graph.EdgeFeatures), Shape = shape, Parts = parts ?? [],
        };
    }
}
