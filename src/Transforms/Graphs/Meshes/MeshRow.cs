using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>A mesh as a row of <see cref="MLSeqGraphData.LoadMeshes"/>.</summary>
internal sealed class MeshRow
{
    public string Name { get; set; } = "";

    [VectorType(0, MeshGraph.NodeFeatureCount)]
    public VBuffer<float> NodeFeatures { get; set; }

    public int[] Edges { get; set; } = [];

    [VectorType(0, MeshGraph.EdgeFeatureCount)]
    public VBuffer<float> EdgeFeatures { get; set; }

    internal static IDataView Load(DataOperationsCatalog catalog, IEnumerable<string> paths) =>
        catalog.LoadFromEnumerable(paths.Select(Of).ToList());

    private static MeshRow Of(string path)
    {
        var mesh = TriangleMesh.LoadOff(path);
        var name = Path.GetFileName(path);
        name = Path.GetFileNameWithoutExtension(name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name);
        try
        {
            var graph = mesh.ToGraph();
            return new()
            {
                Name = name, Edges = graph.Edges, NodeFeatures = new(graph.NodeFeatures.Length, graph.NodeFeatures),
                EdgeFeatures = new(graph.EdgeFeatures.Length, graph.EdgeFeatures),
            };
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }
}
