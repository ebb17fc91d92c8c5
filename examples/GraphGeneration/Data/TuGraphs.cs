using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace GraphGeneration.Data;

/// <summary>Graphs of a file of the TU collection, without what their nodes are.</summary>
internal static class TuGraphs
{
    private sealed class Row
    {
        public float[] NodeFeatures { get; set; } = [];

        public int[] Edges { get; set; } = [];
    }

    internal static IEnumerable<(int Nodes, (int, int)[] Edges)> Read(string path)
    {
        var ml = new MLContext(1);
        var view = ml.Data.LoadTuGraphs(path);
        var width = ((VectorDataViewType)view.Schema["NodeFeatures"].Type).Dimensions[^1];
        foreach (var row in ml.Data.CreateEnumerable<Row>(view, reuseRowObject: false, ignoreMissingColumns: true))
        {
            var count = row.Edges.Length / 2;
            yield return (row.NodeFeatures.Length / width, [.. Enumerable.Range(0, count).Select(edge =>
                (row.Edges[edge], row.Edges[count + edge]))]);
        }
    }

    /// <summary>The file of graphs in a folder; null where there is none: a .txt file whose first line is a number of graphs.</summary>
    internal static string? Find(string path)
    {
        string[] files = Directory.Exists(path) ? [.. Directory.GetFiles(path).Order(StringComparer.Ordinal)] : [path];
        return files.FirstOrDefault(file => (file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)
                || file.EndsWith(".txt.gz", StringComparison.OrdinalIgnoreCase))
            && TextFile.Lines(file).Take(2).ToArray() is [{ } first, { } second]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && second.Split(' ') is { Length: 2 } fields && fields.All(field => int.TryParse(field, out _)));
    }
}
