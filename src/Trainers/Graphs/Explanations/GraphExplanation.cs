using System.Globalization;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Why a network over a graph predicted what it did: which edges, nodes and features it depends on.</summary>
public sealed class GraphExplanation
{
    /// <summary>The most edges in a picture.</summary>
    private const int MostDrawn = 400;

    private readonly int[] _rows;

    internal GraphExplanation(GraphExplanationMethod method, string prediction, ExplainedGraph graph, int? node, int[] rows,
        Func<int, string> name, FoundImportance found)
    {
        (Method, Prediction, _rows) = (method, prediction, rows);
        Node = node is { } at ? new(rows[at], name(rows[at]), found.Nodes[at]) : null;
        FeatureImportance = found.Features;
        Nodes = [.. rows.Select((row, i) => new ExplainedNode(row, name(row), found.Nodes[i])).OrderByDescending(one => one.Importance)];
        var reverses = graph.Reverses();
        Edges = [.. Enumerable.Range(0, found.Edges.Length).Where(edge => reverses[edge] >= edge)
            .Select(edge => new ExplainedEdge(rows[graph.Sources[edge]], rows[graph.Targets[edge]],
                Math.Max(found.Edges[edge], found.Edges[reverses[edge]])))
            .OrderByDescending(edge => edge.Importance)];
    }

    /// <summary>The method.</summary>
    public GraphExplanationMethod Method { get; }

    /// <summary>What was predicted: a class, true or false, or numbers.</summary>
    public string Prediction { get; }

    /// <summary>The node whose prediction is explained; null where it is that of a whole graph.</summary>
    public ExplainedNode? Node { get; }

    /// <summary>
    /// The edges on which the prediction could depend, the most important first; one that stands in both directions is listed once, by the
    /// larger importance. Empty for a node that no edge reaches: its prediction depends on its own features alone.
    /// </summary>
    public IReadOnlyList<ExplainedEdge> Edges { get; }

    /// <summary>The nodes on which the prediction could depend, the most important first.</summary>
    public IReadOnlyList<ExplainedNode> Nodes { get; }

    /// <summary>
    /// The importance of each feature, [features], further inputs of nodes behind them; empty where the method gives none
    /// (<see cref="GraphExplanationMethod.Attention"/>).
    /// </summary>
    public IReadOnlyList<float> FeatureImportance { get; }

    /// <summary>
    /// Draws the graph as an SVG file: important edges dark and wide, important nodes orange, the explained node with a ring. Of large
    /// neighborhoods the 400 most important edges are drawn, which the title says.
    /// </summary>
    /// <param name="path">The file, whose name ends in .svg.</param>
    /// <param name="title">What stands above it; null for what was predicted.</param>
    /// <exception cref="ArgumentException">The name has another end.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void WriteSvg(string path, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ExplainedEdge[] edges = [.. Edges.Take(MostDrawn)];
        var numbers = new Dictionary<int, int>();
        IEnumerable<int> drawn = Edges.Count > MostDrawn
            ? edges.SelectMany(edge => (int[])[edge.Source, edge.Target]).Concat(Node is null ? [] : [Node.Row]) : _rows.Take(MostDrawn);
        foreach (var row in drawn.Concat(Node is null ? [] : [Node.Row]))
            numbers.TryAdd(row, numbers.Count);
        edges = [.. edges.Where(edge => numbers.ContainsKey(edge.Source) && numbers.ContainsKey(edge.Target))];
        var (x, y) = GraphLayouts.Of(GraphLayout.Force, SimpleGraph.Of(numbers.Count,
            [.. edges.Select(edge => numbers[edge.Source])], [.. edges.Select(edge => numbers[edge.Target])]), 0, default);
        float mostOfEdges = Math.Max(1e-30f, Edges.Count == 0 ? 0 : Edges[0].Importance),
            mostOfNodes = Math.Max(1e-30f, Nodes.Count == 0 ? 0 : Nodes[0].Importance);
        var of = Nodes.ToDictionary(node => node.Row);
        PictureNode[] nodes = [.. numbers.Select(entry => of[entry.Key] is var node ? new PictureNode(x[entry.Value], y[entry.Value],
            GraphSvg.Shade(0.5 + node.Importance / mostOfNodes / 2), numbers.Count <= 80 ? node.Name : null,
            string.Create(CultureInfo.InvariantCulture, $"{node.Name}: {node.Importance:0.###}"), node.Row == Node?.Row) : default)];
        var about = Node is null ? "the graph" : $"node {Node.Name}";
        GraphSvg.Write(path, (title ?? $"Why {about} is {Prediction} ({Method})")
                + (Edges.Count > edges.Length ? $", the {edges.Length} most important of {Edges.Count} edges" : ""), nodes,
            edges.Select(edge => new PictureEdge(numbers[edge.Source], numbers[edge.Target], edge.Importance / mostOfEdges)),
            [(GraphSvg.Shade(1), "important"), (GraphSvg.Shade(0.5), "not important")]);
    }
}
