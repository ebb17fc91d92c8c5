using GraphGeneration.Data;
using Microsoft.ML;
using MLSeqGraph.Trainers;

namespace GraphGeneration;

/// <summary>Some graphs side by side in one picture, colored by what nodes are.</summary>
internal static class GraphPicture
{
    private sealed class Node
    {
        public string Kind { get; set; } = "";
    }

    private sealed class Edge
    {
        public int Source { get; set; }

        public int Target { get; set; }
    }

    internal static void Write(MLContext ml, string path, string title, IEnumerable<SmallGraph> graphs)
    {
        List<Node> nodes = [];
        List<Edge> edges = [];
        var number = 0;
        foreach (var graph in graphs)
        {
            number++;
            edges.AddRange(graph.Edges.Keys.Select(edge => new Edge { Source = nodes.Count + edge.A, Target = nodes.Count + edge.B }));
            nodes.AddRange(graph.Labels.Select(label => new Node { Kind = label == 0 ? $"graph {number:00}" : Element(label) }));
        }
        if (nodes.Count > 0)
            ml.Graphs().Draw(ml.Data.LoadFromEnumerable(nodes), new(ml.Data.LoadFromEnumerable(edges)), path,
                new() { Title = title, ColorColumnName = nameof(Node.Kind) });
    }

    private static string Element(int label)
    {
        var text = "";
        for (var letters = label / 1000; letters > 0; letters /= 128)
            text = (char)(letters % 128) + text;
        return text;
    }
}
