using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Loads and splits graph data, beside ML.NET's own methods in <see cref="MLContext.Data"/>.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Method</term><description>From → to</description></listheader>
/// <item><term><c>LoadTuGraphs</c></term><description>a file of many small graphs → a row for each graph: <c>NodeFeatures</c>, Single
/// [nodes, tags]; <c>Edges</c>, Int32 [2, edges]; <c>Class</c>, text; <c>Fold</c>, Int32</description></item>
/// <item><term><c>LoadMeshes</c></term><description>files of surfaces → a row for each: <c>Name</c>, text; <c>NodeFeatures</c>, Single
/// [vertices, features]; <c>Edges</c>, Int32 [2, edges]; <c>EdgeFeatures</c>, Single [edges, features]</description></item>
/// <item><term><c>RandomLinkSplit</c></term><description>a view of nodes and one of edges → the edges to train on, and two views of pairs
/// of nodes: the ends, and <c>Label</c>, Boolean</description></item>
/// <item><term><c>NodeTrainTestSplit</c>, <c>NodeCrossValidationSplit</c></term><description>a view of nodes and one of edges → nodes to
/// train on and nodes to test on, each with the edges between them</description></item>
/// <item><term><c>TemporalGraph</c></term><description>a view of timed events → views of questions about future ones: the last events of
/// source, target and context, Single [events + 1, features], and <c>Label</c>, Boolean</description></item>
/// </list>
/// </remarks>
public static class MLSeqGraphData
{
    /// <summary>
    /// Reads a graph classification set in one text file, in the form in which the TU collection is distributed: the number of graphs; then
    /// for each graph a line <c>nodes label</c>, and for each of its nodes a line <c>tag count neighbor …</c> with that many neighbors,
    /// nodes counted from 0 within the graph. Columns: <c>NodeFeatures</c>, Single [nodes, tags], the tag of each node as a one-hot vector;
    /// <c>Edges</c>, Int32 [2, edges], in both directions, as the file has them; <c>Class</c>, text; <c>Fold</c>, Int32.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file; one whose name ends in .gz is unzipped.</param>
    /// <param name="foldsPath">
    /// A file of lines <c>graph fold</c>; a graph it doesn't list has fold 0, as do all graphs without such a file.
    /// </param>
    /// <exception cref="InvalidDataException">A line is not as expected: the message names it.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static IDataView LoadTuGraphs(this DataOperationsCatalog catalog, string path, string? foldsPath = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return TuGraphFile.Load(catalog, path, foldsPath);
    }

    /// <summary>
    /// Reads surfaces from files in the Object File Format, as <see cref="TriangleMesh.LoadOff"/> does, a row for each: <c>Name</c>, text,
    /// the file's name without its ending; <c>NodeFeatures</c>, <c>Edges</c> and <c>EdgeFeatures</c> of <see cref="MeshGraph"/>.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="paths">The files; those whose names end in .gz are unzipped.</param>
    /// <exception cref="InvalidDataException">A line is not as expected, or a mesh has no area: the message names it.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static IDataView LoadMeshes(this DataOperationsCatalog catalog, params string[] paths)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(paths);
        return MeshRow.Load(catalog, paths);
    }

    /// <summary>Splits the edges of a graph at random, to train and test link models.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="edges">The edges between them.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    /// <param name="validationFraction">The share of linked pairs to validate on.</param>
    /// <param name="testFraction">The share of linked pairs to test on.</param>
    /// <param name="seed">Decides which.</param>
    /// <exception cref="ArgumentException">
    /// A column is missing or of the wrong type, or the fractions leave nothing to train on.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// A row is not an edge between known nodes, a part would be empty, or all nodes are linked to all others.
    /// </exception>
    public static LinkSplit RandomLinkSplit(this DataOperationsCatalog catalog, IDataView nodes, GraphEdgeColumns edges,
        string? nodeIdColumnName = null, double validationFraction = 0.05, double testFraction = 0.1, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(edges);
        return LinkSplit.Of(catalog, nodes, edges, nodeIdColumnName, validationFraction, testFraction, seed);
    }

    /// <summary>Splits the nodes of a graph at random, each part with the edges among its own nodes.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="edges">The edges between them.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name: row numbers are others in a part.</param>
    /// <param name="testFraction">The share of nodes to test on.</param>
    /// <param name="seed">Decides which.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or the fraction is not between 0 and 1.</exception>
    /// <exception cref="InvalidDataException">A row is not an edge between known nodes, or a part would be empty.</exception>
    public static NodeTrainTestData NodeTrainTestSplit(this DataOperationsCatalog catalog, IDataView nodes, GraphEdgeColumns edges,
        string nodeIdColumnName, double testFraction = 0.1, int seed = 0)
    {
        Check(catalog, nodes, edges, nodeIdColumnName);
        if (!(testFraction > 0 && testFraction < 1))
            throw new ArgumentOutOfRangeException(nameof(testFraction), testFraction, "Expected a fraction above 0 and below 1.");
        return NodeTrainTestData.Of(nodes, edges, nodeIdColumnName, seed, count => [(0, (int)Math.Round(testFraction * count))]).Single();
    }

    /// <summary>
    /// Splits the nodes of a graph for cross-validation: each node is tested on once, and each part has the edges among its own nodes.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="edges">The edges between them.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name: row numbers are others in a part.</param>
    /// <param name="numberOfFolds">How many splits, at least 2.</param>
    /// <param name="seed">Decides which node is where.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or there is no second fold.</exception>
    /// <exception cref="InvalidDataException">A row is not an edge between known nodes, or there are more folds than nodes.</exception>
    public static IReadOnlyList<NodeTrainTestData> NodeCrossValidationSplit(this DataOperationsCatalog catalog, IDataView nodes,
        GraphEdgeColumns edges, string nodeIdColumnName, int numberOfFolds = 5, int seed = 0)
    {
        Check(catalog, nodes, edges, nodeIdColumnName);
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfFolds, 2);
        return NodeTrainTestData.Of(nodes, edges, nodeIdColumnName, seed, count => Enumerable.Range(0, numberOfFolds).Select(fold =>
            ((int)((long)count * fold / numberOfFolds), (int)((long)count * (fold + 1) / numberOfFolds))));
    }

    /// <summary>Reads timed events, to ask and to predict which come next.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="events">The events, in the order of time.</param>
    /// <param name="columns">Their columns; null for <c>Time</c>, <c>Source</c> and <c>Target</c>.</param>
    /// <param name="options">How much of the past a question carries; null for the defaults.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type, or an option is out of range.</exception>
    /// <exception cref="InvalidDataException">
    /// Times go backwards or are missing, an event is before its node, a source is missing, or features aren't finite numbers: the message
    /// names column and row.
    /// </exception>
    public static TemporalGraph TemporalGraph(this DataOperationsCatalog catalog, IDataView events, TemporalEventColumns? columns = null,
        TemporalGraphOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(events);
        return new(catalog, events, columns ?? new(), options ?? new(), cancellationToken);
    }

    private static void Check(DataOperationsCatalog catalog, IDataView nodes, GraphEdgeColumns edges, string nodeIdColumnName)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentException.ThrowIfNullOrEmpty(nodeIdColumnName);
    }
}
