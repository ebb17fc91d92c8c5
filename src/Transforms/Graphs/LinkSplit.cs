using System.Globalization;
using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>
/// The edges of a graph, split at random: those to train on, and some held out for validation and test, each with as many pairs of
/// nodes that have no edge: see <see cref="MLSeqGraphData.RandomLinkSplit"/>.
/// </summary>
/// <remarks>
/// All edges between two nodes, in either direction and however often repeated, go to the same part, so that no held-out edge is
/// trained on in reverse. A held-out edge is listed once. Loops are trained on. Pairs without an edge are drawn uniformly from
/// those that have none in the whole graph (of their relation, where edges have relations), each once.
/// </remarks>
public sealed class LinkSplit
{
    private LinkSplit(GraphEdgeColumns training, IDataView validation, IDataView test) =>
        (Training, Validation, Test) = (training, validation, test);

    /// <summary>The edges to train on, with all their columns.</summary>
    public GraphEdgeColumns Training { get; }

    /// <summary>
    /// Pairs to choose settings by, a pair per row: the columns of the edges' ends (and relation), and <c>Label</c>, Boolean: whether
/// there is an edge.
    /// </summary>
    public IDataView Validation { get; }

    /// <summary>Pairs to test on, with the same columns.</summary>
    public IDataView Test { get; }

    /// <inheritdoc cref="MLSeqGraphData.RandomLinkSplit"/>
    internal static LinkSplit Of(DataOperationsCatalog catalog, IDataView nodes, GraphEdgeColumns edges, string? nodeIdColumnName,
        double validationFraction, double testFraction, int seed)
    {
        if (!(validationFraction >= 0 && testFraction >= 0 && validationFraction + testFraction < 1))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"Found fractions {validationFraction} for validation and {testFraction} for test; "
                + $"expected at least 0 and together below 1."));
        }

        var ids = NodeIds.Read(nodes, nodeIdColumnName);
        var graph = NodeGraph.Read(edges, ids);
        var table = LinkTable.Of(graph, edges.IsDirected);
        var linked = new NegativePairs(ids.Count, edges.IsDirected, "The split of edges");
        var rowsOfPair = new Dictionary<(int, int), List<int>>();
        for (var row = 0; row < table.Count; row++)
        {
            int a = table.Sources[row], b = table.Targets[row];
            linked.Add(a, b, table.Relations?[row] ?? 0);
            if (a == b)
                continue;
            if (!rowsOfPair.TryGetValue((Math.Min(a, b), Math.Max(a, b)), out var rows))
                rowsOfPair.Add((Math.Min(a, b), Math.Max(a, b)), rows = []);
            rows.Add(row);
        }
        var pairs = rowsOfPair.Values.ToArray();
        var random = new Random(seed);
        random.Shuffle(pairs);
        int validated = Size(validationFraction, "validation", pairs.Length), tested = Size(testFraction, "test", pairs.Length);
        HashSet<int> held = [.. pairs.Take(validated + tested).SelectMany(rows => rows)];
        if (held.Count == table.Count)
            throw new InvalidDataException($"No edge of {table.Count} is left to train on.");
        var once = new NegativePairs(ids.Count, edges.IsDirected, "The split of edges");
        (int Source, int Target, int Relation)[] Part(int skip, int take) => [.. pairs.Skip(skip).Take(take).SelectMany(same => same)
            .Select(row => (table.Sources[row], table.Targets[row], table.Relations?[row] ?? 0))
            .Where(edge => once.Add(edge.Item1, edge.Item2, edge.Item3))];
        (int Source, int Target, int Relation)[] validation = Part(0, validated), test = Part(validated, tested);
        linked.Require(validation.Concat(test).Select(edge => edge.Relation));
        IDataView View((int Source, int Target, int Relation)[] part)
        {
            var found = part.Select(edge => (edge.Source, edge.Target, edge.Relation, true)).ToList();
            foreach (var (_, _, relation) in part)
            {
                var (source, target) = linked.Draw(random, relation);
                linked.Add(source, target, relation);
                found.Add((source, target, relation, false));
            }
            return LinkRow.View(catalog, edges, ids, table.RelationCount, found);
        }
        return new(edges.With(graph.RowsWhere(edges, edge => !held.Contains(edge))), View(validation), View(test));
    }

    private static int Size(double fraction, string part, int pairs)
    {
        var size = (int)(fraction * pairs);
        return size > 0 || fraction == 0 ? size
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"{pairs} pairs of nodes have edges, too few to take a share of {fraction} for {part}."));
    }
}
