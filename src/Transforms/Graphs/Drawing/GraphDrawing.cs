using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Draws the nodes of a view and the edges between them, colored by a column.</summary>
internal static class GraphDrawing
{
    internal const int MostNodes = 10_000;

    // Legends beyond this say how many more there are.
    private const int MostLegends = 30, MostNames = 80;

    // Up to so many nodes edges are drawn strong.
    private const int FewNodes = 300;

    // Of nodes without a class or a number.
    private const string MissingColor = "#bdbdbd", Missing = "missing";

    private static readonly string[] ColorColumns = ["PredictedLabel", "Label", "Score"];

    internal static void Write(string path, IDataView nodes, GraphEdgeColumns edges, GraphDrawingOptions options)
    {
        if (options.MaximumNodes is < 1 or > MostNodes)
            throw new ArgumentOutOfRangeException(nameof(options), options.MaximumNodes,
                $"{nameof(options.MaximumNodes)}: expected 1 to {MostNodes}.");
        var colorColumn = options.ColorColumnName ?? Array.Find(ColorColumns, name =>
            nodes.Schema.GetColumnOrNull(name) is { } column && CanColor(column.Type));
        var ids = NodeIds.Read(nodes, options.NodeIdColumnName);
        if (ids.Count == 0)
            throw new InvalidDataException("The view of nodes has no rows; expected nodes to draw.");
        if (ids.Count > options.MaximumNodes && !options.Sample)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Found {ids.Count:N0} nodes to draw; expected at "
                + $"most {options.MaximumNodes:N0}, or {nameof(GraphDrawingOptions)}.{nameof(options.Sample)} to draw some of them."));
        var graph = NodeGraph.Read(edges, ids, options.CancellationToken);
        var whole = SimpleGraph.Of(ids.Count, graph.Sources, graph.Targets);
        int[] chosen = ids.Count <= options.MaximumNodes ? [.. Enumerable.Range(0, ids.Count)]
            : Sampled(whole, options.MaximumNodes, options.Seed);
        var numbers = new Dictionary<int, int>();
        foreach (var node in chosen)
            numbers.Add(node, numbers.Count);
        List<(int Source, int Target)> lines = [.. chosen.SelectMany(node => whole.NeighborsOf(node).ToArray()
            .Where(neighbor => neighbor > node && numbers.ContainsKey(neighbor)).Select(neighbor => (numbers[node], numbers[neighbor])))];
        var part = SimpleGraph.Of(chosen.Length, [.. lines.Select(line => line.Source)], [.. lines.Select(line => line.Target)]);
        var (x, y) = GraphLayouts.Of(options.Layout, part, options.Seed, options.CancellationToken);
        var (colors, texts, legend) = Colors(nodes, colorColumn);
        var title = options.Title ?? string.Create(CultureInfo.InvariantCulture,
            $"{ids.Count:N0} nodes, {whole.EdgeCount:N0} edges{(colorColumn is null ? "" : $", colored by {colorColumn}")}");
        if (chosen.Length < ids.Count)
            title += string.Create(CultureInfo.InvariantCulture, $" (a sample of {chosen.Length:N0} of {ids.Count:N0} nodes)");
        GraphSvg.Write(path, title, [.. chosen.Select((node, i) =>
        {
            var name = ids.All?[node] is { } id ? id.Text ?? id.ToString() : node.ToString(CultureInfo.InvariantCulture);
            return new PictureNode(x[i], y[i], colors(node), chosen.Length <= MostNames ? name : null, name + texts(node));
        })], lines.Select(line => new PictureEdge(line.Source, line.Target, chosen.Length <= FewNodes ? 0.5 : 0.25)), legend);
    }

    // A connected sample: breadth-first from a node drawn at random, and from another where that ends.
    private static int[] Sampled(SimpleGraph graph, int count, int seed)
    {
        var random = new Random(seed);
        int[] order = [.. Enumerable.Range(0, graph.NodeCount)];
        random.Shuffle(order);
        var seen = new HashSet<int>();
        var queue = new Queue<int>();
        for (var i = 0; seen.Count < count; i++)
        {
            if (!seen.Add(order[i]))
                continue;
            queue.Enqueue(order[i]);
            while (seen.Count < count && queue.TryDequeue(out var node))
                foreach (var neighbor in graph.NeighborsOf(node))
                    if (seen.Count < count && seen.Add(neighbor))
                        queue.Enqueue(neighbor);
            queue.Clear();
        }
        return [.. seen.Order()];
    }

    private static bool CanColor(DataViewType type) => type is KeyDataViewType or TextDataViewType or BooleanDataViewType
        || type == NumberDataViewType.Single;

    private static (Func<int, string> Color, Func<int, string> Text, IReadOnlyList<(string, string)> Legend) Colors(IDataView nodes,
        string? name)
    {
        if (name is null)
            return (_ => GraphSvg.ColorOf(0), _ => "", []);
        var column = nodes.Schema.Require(name, nameof(GraphDrawingOptions.ColorColumnName));
        if (!CanColor(column.Type))
            throw new ArgumentException($"Column '{name}' is {column.Type}; expected keys, text, Boolean or Single to color nodes by.");
        using var cursor = nodes.GetRowCursor([column]);
        if (column.Type == NumberDataViewType.Single)
        {
            var read = cursor.GetGetter<float>(column);
            List<float> numbers = [];
            for (float number = 0; cursor.MoveNextOrThrow(); numbers.Add(number))
                read(ref number);
            float[] finite = [.. numbers.Where(float.IsFinite)];
            var (low, high) = finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
            string Text(double number) => number.ToString("G4", CultureInfo.InvariantCulture);
            return (node => float.IsFinite(numbers[node]) ? GraphSvg.Shade((numbers[node] - low) / Math.Max(1e-30, high - low))
                : MissingColor,
                node => $": {(float.IsNaN(numbers[node]) ? Missing : Text(numbers[node]))}",
                [
                    (GraphSvg.Shade(0), Text(low)), (GraphSvg.Shade(0.5), Text((low + high) / 2)), (GraphSvg.Shade(1), Text(high)),
                    .. LegendOfMissing(finite.Length < numbers.Count),
                ]);
        }
        var texts = Texts(cursor, column);
        string[] classes = [.. texts.Distinct().Where(text => text.Length > 0)];
        Array.Sort(classes, (a, b) => int.TryParse(a, out var one) && int.TryParse(b, out var other) ? one.CompareTo(other)
            : string.CompareOrdinal(a, b));
        var numberOf = classes.Select((text, number) => (text, number)).ToDictionary();
        string ColorOf(string text) => numberOf.TryGetValue(text, out var number) ? GraphSvg.ColorOf(number) : MissingColor;
        return (node => ColorOf(texts[node]), node => $": {(texts[node].Length > 0 ? texts[node] : Missing)}",
        [
            .. classes.Take(MostLegends).Select(text => (ColorOf(text), text)),
            .. classes.Length > MostLegends ? ((string, string)[])[("#ffffff", $"and {classes.Length - MostLegends} others")] : [],
            .. LegendOfMissing(texts.Contains("")),
        ]);
    }

    private static (string, string)[] LegendOfMissing(bool isThere) => isThere ? [(MissingColor, Missing)] : [];

    private static List<string> Texts(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        List<string> texts = [];
        Func<string> read;
        if (column.Type is KeyDataViewType)
        {
            var (key, names) = (NodeId.KeyReader(cursor, column), NodeId.KeyNames(column));
            read = () => key() is var number && number <= 0 ? "" : names?[(int)number - 1] ?? number.ToString(CultureInfo.InvariantCulture);
        }
        else if (column.Type is BooleanDataViewType)
        {
            var getter = cursor.GetGetter<bool>(column);
            var value = false;
            read = () =>
            {
                getter(ref value);
                return value ? "true" : "false";
            };
        }
        else
        {
            var getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> value = default;
            read = () =>
            {
                getter(ref value);
                return value.ToString();
            };
        }
        while (cursor.MoveNextOrThrow())
            texts.Add(read());
        return texts;
    }
}
