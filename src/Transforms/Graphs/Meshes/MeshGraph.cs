namespace MLSeqGraph.Transforms;

/// <summary>
/// A mesh as a graph: vertices are nodes, edges of triangles link them in both directions. The features don't change when the mesh is
/// moved, turned or scaled; lengths are measured in square roots of its area.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Feature of a node</term><description>What it is</description></listheader>
/// <item><term>0</term><description>angle defect: 2π less the angles of its triangles there, π less them beside a hole (Gauss's
/// curvature)</description></item>
/// <item><term>1</term><description>mean bend of its edges (edge feature 1), weighted by their lengths</description></item>
/// <item><term>2</term><description>a third of the area of its triangles, relative to the mean vertex</description></item>
/// <item><term>3</term><description>distance from the middle of the surface</description></item>
/// <item><term>4</term><description>cosine between its normal and the direction away from that middle</description></item>
/// <item><term>5</term><description>number of its edges</description></item>
/// <item><term>6</term><description>1 beside a hole, else 0</description></item>
/// <listheader><term>Feature of an edge</term><description>What it is</description></listheader>
/// <item><term>0</term><description>length</description></item>
/// <item><term>1</term><description>bend: the angle between the normals of its triangles, above 0 where the surface bulges outward; 0
/// where it has one triangle or more than two</description></item>
/// <item><term>2</term><description>mean of the angles that face it</description></item>
/// <item><term>3</term><description>1 at a hole, else 0</description></item>
/// </list>
/// A vertex of no triangle has zeros and no edges.
/// </remarks>
public sealed class MeshGraph
{
    /// <summary>Features of a node.</summary>
    public const int NodeFeatureCount = 7;

    /// <summary>Features of an edge.</summary>
    public const int EdgeFeatureCount = 4;

    internal MeshGraph(float[] nodeFeatures, int[] edges, float[] edgeFeatures) =>
        (NodeFeatures, Edges, EdgeFeatures) = (nodeFeatures, edges, edgeFeatures);

    /// <summary>[nodes × features].</summary>
    public float[] NodeFeatures { get; }

    /// <summary>[2 × edges]: all sources, then all targets.</summary>
    public int[] Edges { get; }

    /// <summary>[edges × features].</summary>
    public float[] EdgeFeatures { get; }
}
