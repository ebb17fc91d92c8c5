using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Reads the files of <see cref="MLSeqGraphData.LoadTuGraphs"/>.</summary>
internal static class TuGraphFile
{
    internal static IDataView Load(DataOperationsCatalog catalog, string path, string? foldsPath)
    {
        using var lines = new Lines(path);
        var count = lines.Next(1)[0];
        if (count < 1)
            throw lines.Error($"{count} graphs; expected at least 1");
        var graphs = new List<Graph>();
        for (var i = 0; i < count; i++)
            graphs.Add(ReadGraph(lines));
        if (lines.TryNext(0) is not null)
            throw lines.Error($"more than the {count} graphs that the first line announces");
        if (foldsPath is not null)
        {
            using var folds = new Lines(foldsPath);
            var isKnown = new bool[graphs.Count];
            while (folds.TryNext(2) is { } pair)
            {
                if ((uint)pair[0] >= (uint)graphs.Count)
                    throw folds.Error($"graph {pair[0]}; expected 0 to {graphs.Count - 1}");
                if (isKnown[pair[0]])
                    throw folds.Error($"graph {pair[0]} again; expected a line per graph");
                (graphs[pair[0]].Fold, isKnown[pair[0]]) = (pair[1], true);
            }
        }
        int[] tags = [.. graphs.SelectMany(graph => graph.Tags).Distinct().Order()];
        foreach (var graph in graphs)
        {
            var nodes = graph.Tags.Length;
            if ((long)nodes * tags.Length > Array.MaxLength)
                throw new InvalidDataException($"{path}: a graph of {nodes} nodes with one of {tags.Length} tags each has more features "
                    + $"than a vector holds; expected at most {Array.MaxLength}.");
            // One-hot, and sparse: a file of many tags would take memory out of proportion.
            var positions = new int[nodes];
            for (var node = 0; node < nodes; node++)
                positions[node] = node * tags.Length + Array.BinarySearch(tags, graph.Tags[node]);
            var ones = new float[nodes];
            Array.Fill(ones, 1);
            graph.NodeFeatures = new(nodes * tags.Length, nodes, ones, positions);
        }
        var schema = SchemaDefinition.Create(typeof(Graph), SchemaDefinition.Direction.Read);
        schema[nameof(Graph.NodeFeatures)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, tags.Length);
        return catalog.LoadFromEnumerable(graphs, schema);
    }

    private static Graph ReadGraph(Lines lines)
    {
        var head = lines.Next(2);
        if (head[0] < 1)
            throw lines.Error($"a graph of {head[0]} nodes; expected at least 1");
        // These grow with the file, whatever number the line announces.
        var (tags, sources, targets) = (new List<int>(), new List<int>(), new List<int>());
        while (tags.Count < head[0])
        {
            var line = lines.Next(2);
            if (line.Length - 2 != line[1])
                throw lines.Error($"{line.Length - 2} neighbors; expected {line[1]}");
            foreach (var neighbor in line.AsSpan(2, line[1]))
            {
                if ((uint)neighbor >= (uint)head[0])
                    throw lines.Error($"neighbor {neighbor}; expected 0 to {head[0] - 1}");
                sources.Add(neighbor);
                targets.Add(tags.Count);
            }
            tags.Add(line[0]);
        }
        return new() { Tags = [.. tags], Edges = [.. sources, .. targets], Class = head[1].ToString(CultureInfo.InvariantCulture) };
    }

    private sealed class Graph
    {
        [NoColumn]
        public int[] Tags { get; set; } = [];

        public VBuffer<float> NodeFeatures { get; set; }

        public int[] Edges { get; set; } = [];

        public string Class { get; set; } = "";

        public int Fold { get; set; }
    }

    /// <summary>Lines of whole numbers.</summary>
    private sealed class Lines(string path) : IDisposable
    {
        private readonly IEnumerator<string> _lines =
            TextFile.Lines(path, "graphs in the format of the TU collection, or their folds").GetEnumerator();
        private int _number;

        internal int[] Next(int least) => TryNext(least) ?? throw Error("the end of the file; expected another line");

        internal int[]? TryNext(int least)
        {
            string[] fields = [];
            // Blank lines, which many files end with, are skipped.
            while (fields.Length == 0)
            {
                if (!_lines.MoveNext())
                    return null;
                _number++;
                fields = _lines.Current.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            }
            if (fields.Length < least)
                throw Error($"{fields.Length} numbers; expected at least {least}");
            return Array.ConvertAll(fields, field => int.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out var number) ? number
                : throw Error($"'{field}'; expected a whole number"));
        }

        internal InvalidDataException Error(string found) => new($"{path}, line {_number}: found {found}.");

        public void Dispose() => _lines.Dispose();
    }
}
