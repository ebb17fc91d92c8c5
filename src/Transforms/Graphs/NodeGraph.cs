using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>One graph in memory: its edges in arrays, and for each node the edges that end there.</summary>
public sealed partial class NodeGraph
{
    private readonly Lazy<int[]> _incomingSources;

    private NodeGraph(int nodes, int[] sources, int[] targets)
    {
        (NodeCount, Sources, Targets) = (nodes, sources, targets);
        IncomingStart = new int[nodes + 1];
        foreach (var target in targets)
            IncomingStart[target + 1]++;
        for (var node = 0; node < nodes; node++)
            IncomingStart[node + 1] += IncomingStart[node];
        IncomingEdges = new int[targets.Length];
        var next = IncomingStart[..^1];
        for (var edge = 0; edge < targets.Length; edge++)
            IncomingEdges[next[targets[edge]]++] = edge;
        _incomingSources = new(() => Array.ConvertAll(IncomingEdges, edge => sources[edge]));
    }

    /// <summary>Number of nodes.</summary>
    public int NodeCount { get; }

    /// <summary>Number of edges; those of an undirected graph count twice, except loops.</summary>
    public int EdgeCount => Sources.Length;

    /// <summary>The node each edge starts at, [edges].</summary>
    public int[] Sources { get; }

    /// <summary>The node each edge ends at, [edges].</summary>
    public int[] Targets { get; }

    /// <summary>The weight of each edge, [edges]; null where all weigh the same.</summary>
    public float[]? EdgeWeights { get; private init; }

    /// <summary>The relation of each edge, from 0; null for one kind.</summary>
    public int[]? EdgeRelations { get; private init; }

    /// <summary>Number of relations.</summary>
    public int RelationCount { get; private init; } = 1;

    /// <summary>Features [edges, <see cref="EdgeFeatureCount"/>]; null for none.</summary>
    public float[]? EdgeFeatures { get; private init; }

    /// <summary>Number of features per edge.</summary>
    public int EdgeFeatureCount { get; private init; }

    /// <summary>Rows of the view of edges that were left out because they can't be read, in their order.</summary>
    internal IReadOnlyList<long> SkippedRows { get; private init; } = [];

    /// <summary>A warning with the number of skipped rows; empty where none was skipped.</summary>
    internal IReadOnlyList<string> SkippedHint => SkippedRows.Count == 0 ? []
        : [Transforms.SkippedRows.Line(SkippedRows.Count, "rows of the view of edges are no edge and were left out", FirstSkippedRow)];

    private string? FirstSkippedRow { get; init; }

    /// <summary>Some rows of the view that the graph was read from: those of the chosen edges, and those that aren't edges.</summary>
    /// <param name="columns">The view.</param>
    /// <param name="isChosen">Called with an edge's number among those of <see cref="LinkTable.Of"/>.</param>
    internal IDataView RowsWhere(GraphEdgeColumns columns, Func<int, bool> isChosen)
    {
        List<bool> kept = [];
        var skipped = 0;
        for (int edge = 0, number = 0; edge < EdgeCount || skipped < SkippedRows.Count;)
            if (skipped < SkippedRows.Count && SkippedRows[skipped] == kept.Count)
            {
                kept.Add(true);
                skipped++;
            }
            else
            {
                kept.Add(isChosen(number++));
                edge += columns.IsDirected || Sources[edge] == Targets[edge] ? 1 : 2;
            }
        return new RowSubsetView(columns.Data, [.. kept]);
    }

    /// <summary>Where each node's edges begin in <see cref="IncomingEdges"/>, [nodes + 1].</summary>
    public int[] IncomingStart { get; }

    /// <summary>The edges that end at each node, node by node, in their order.</summary>
    public int[] IncomingEdges { get; }

    /// <summary>The node at which each of <see cref="IncomingEdges"/> starts, made when first asked for.</summary>
    internal int[] IncomingSources => _incomingSources.Value;

    /// <summary>A graph of edges without weights, relations or features.</summary>
    /// <exception cref="ArgumentException">An edge names a node that doesn't exist.</exception>
    public static NodeGraph Of(int nodes, int[] sources, int[] targets)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(targets);
        if (sources.Length != targets.Length)
            throw new ArgumentException($"Found {sources.Length} sources and {targets.Length} targets; expected as many of one as of "
                + "the other.");
        foreach (var node in sources.Concat(targets))
            if ((uint)node >= (uint)nodes)
                throw new ArgumentException($"Found node {node}; expected 0 to {nodes - 1}.");
        return new(nodes, sources, targets);
    }

    /// <summary>Edges in both directions; the opposite direction of relation r is r + <paramref name="relations"/>.</summary>
    internal static NodeGraph OfTriples(int nodes, int[] sources, int[] targets, int[]? types, int relations) =>
        new(nodes, [.. sources, .. targets], [.. targets, .. sources])
        {
            EdgeRelations = types is null ? null : [.. types, .. types.Select(type => type + relations)],
            RelationCount = types is null ? 1 : 2 * relations,
        };

    /// <summary>Reads the edges between known nodes.</summary>
    /// <param name="columns">The view.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="weights">Which weights are needed; null where any will do.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A row is not an edge between them: the message names column and row.</exception>
    internal static NodeGraph Read(GraphEdgeColumns columns, NodeIds nodes, CancellationToken cancellationToken = default,
        EdgeWeight.Need? weights = null)
    {
        var schema = columns.Data.Schema;
        DataViewSchema.Column source = schema.Require(columns.SourceColumnName, of: "edges"),
            target = schema.Require(columns.TargetColumnName, of: "edges");
        if (columns.SourceColumnName == columns.TargetColumnName)
            throw new ArgumentException($"Column '{source.Name}' of the edges is both {nameof(GraphEdgeColumns.SourceColumnName)} and "
                + $"{nameof(GraphEdgeColumns.TargetColumnName)}; expected two columns.");
        var weight = Optional(schema, columns.WeightColumnName, type => type is NumberDataViewType
            && type.RawType == typeof(float), "Single");
        var relation = Optional(schema, columns.RelationColumnName, type => type is KeyDataViewType, "a key");
        var features = Optional(schema, columns.FeaturesColumnName, type => type is VectorDataViewType { Size: > 0 } vector
            && vector.ItemType.RawType == typeof(float), "a vector of Single of known size");
        var relations = relation is { } of
            ? columns.KnownRelations?.Length ?? KeyCounts.Of(of.Name, of.Type, (KeyDataViewType)of.Type) : 1;
        var width = features is { } vector ? ((VectorDataViewType)vector.Type).Size : 0;

        var collected = new Collected(columns.IsDirected, relations, weight is not null, relation is not null, width);
        using var cursor = columns.Data.GetRowCursor(new[] { source, target, weight, relation, features }.OfType<DataViewSchema.Column>());
        Func<NodeId> readSource = NodeId.Reader(cursor, source), readTarget = NodeId.Reader(cursor, target);
        var readWeight = weight is { } w ? cursor.GetGetter<float>(w) : null;
        var readRelation = relation is { } r ? NodeId.KeyReader(cursor, r, columns.KnownRelations) : null;
        var readFeatures = features is { } f ? cursor.GetGetter<VBuffer<float>>(f) : null;
        VBuffer<float> buffer = default;
        List<long> skipped = [];
        var notice = new SkippedRows();
        while (cursor.MoveNextOrThrow())
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Add();
            }
            catch (InvalidDataException exception) when (columns.BadRows == BadRows.Skip)
            {
                skipped.Add(cursor.Position);
                notice.Add(exception);
            }
        }
        return collected.ToGraph(nodes.Count, skipped, notice.First);

        void Add()
        {
            NodeId start = readSource(), end = readTarget();
            int from = nodes.RowOf(start, cursor, source.Name), to = nodes.RowOf(end, cursor, target.Name);
            var weightOfEdge = 1f;
            readWeight?.Invoke(ref weightOfEdge);
            if (!EdgeWeight.Fits(weightOfEdge))
                throw new InvalidDataException(FormattableString.Invariant(
                    $"Column '{weight!.Value.Name}', {RowName.Of(cursor)}: the weight is {weightOfEdge}; expected {EdgeWeight.Expected}."));
            if (weight is { } weighed)
                weights?.Check(weightOfEdge, weighed.Name, cursor, $"the edge from node {start} to node {end}");
            var kind = readRelation?.Invoke() ?? 1;
            if (kind == 0)
                throw new InvalidDataException($"Column '{relation!.Value.Name}', {RowName.Of(cursor)}: the relation is missing.");
            readFeatures?.Invoke(ref buffer);
            foreach (var value in buffer.GetValues())
                if (!float.IsFinite(value))
                    throw new InvalidDataException($"Column '{features!.Value.Name}', {RowName.Of(cursor)}: a feature of the edge is "
                        + $"{value}; expected finite numbers.");
            collected.Add(from, to, weightOfEdge, (int)kind - 1, buffer);
        }
    }

    private static DataViewSchema.Column? Optional(DataViewSchema schema, string? name, Func<DataViewType, bool> fits, string expected,
        [CallerArgumentExpression(nameof(name))] string asked = "")
    {
        if (name is null)
            return null;
        var column = schema.Require(name, asked, "edges");
        return fits(column.Type) ? column : throw new ArgumentException($"Column '{name}' of the edges is {column.Type}; expected "
            + $"{expected} for {asked[(asked.LastIndexOf('.') + 1)..]}.");
    }

    private sealed class Collected(bool isDirected, int relations, bool weighted, bool typed, int featureCount)
    {
        private readonly List<int> _sources = [], _targets = [], _types = [];
        private readonly List<float> _weights = [], _features = [];

        internal void Add(int source, int target, float weight, int type, in VBuffer<float> features)
        {
            AddOne(source, target, weight, type, features);
            if (!isDirected && source != target)
                AddOne(target, source, weight, type + relations, features);
        }

        internal NodeGraph ToGraph(int nodes, IReadOnlyList<long> skipped, string? first) => new(nodes, [.. _sources], [.. _targets])
        {
            SkippedRows = skipped,
            FirstSkippedRow = first,
            EdgeWeights = weighted ? [.. _weights] : null,
            EdgeRelations = typed ? [.. _types] : null,
            RelationCount = typed && !isDirected ? 2 * relations : relations,
            EdgeFeatures = featureCount > 0 ? [.. _features] : null,
            EdgeFeatureCount = featureCount,
        };

        private void AddOne(int source, int target, float weight, int type, in VBuffer<float> features)
        {
            _sources.Add(source);
            _targets.Add(target);
            if (weighted)
                _weights.Add(weight);
            if (typed)
                _types.Add(type);
            if (featureCount > 0)
                _features.AddRange(features.DenseValues());
        }
    }
}
