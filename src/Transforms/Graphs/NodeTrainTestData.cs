using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// The nodes of a graph, split at random into some to train on and some to test on: see <see cref="MLSeqGraphData.NodeTrainTestSplit"/> and
/// <see cref="MLSeqGraphData.NodeCrossValidationSplit"/>.
/// </summary>
/// <remarks>
/// To measure a model on nodes it has not seen, train on <see cref="TrainSet"/> with <see cref="TrainEdges"/>, and score
/// <see cref="TestSet"/> over <see cref="TestEdges"/>, a pipeline by <see cref="GraphPipelines.WithGraph"/>. Where all nodes are known
/// and some labels are not, train on <see cref="AllNodes"/> over all edges, with <see cref="SplitColumnName"/> as the trainer's column of
/// splits.
/// </remarks>
public sealed class NodeTrainTestData
{
    /// <summary>The column of <see cref="AllNodes"/> that tells the parts apart: <c>train</c> or <c>test</c>.</summary>
    public const string SplitColumnName = "Split";

    private static readonly ReadOnlyMemory<char>[] Names = ["train".AsMemory(), "test".AsMemory()];

    private NodeTrainTestData(IDataView nodes, GraphEdgeColumns edges, NodeGraph graph, bool[] isTest)
    {
        var links = LinkTable.Of(graph, edges.IsDirected);
        GraphEdgeColumns Among(bool test) => edges.With(graph.RowsWhere(edges,
            edge => isTest[links.Sources[edge]] == test && isTest[links.Targets[edge]] == test));
        (TrainSet, TestSet) = (new RowSubsetView(nodes, Array.ConvertAll(isTest, test => !test)), new RowSubsetView(nodes, isTest));
        (TrainEdges, TestEdges) = (Among(false), Among(true));
        AllNodes = new RowMapping(nodes.Schema, [], SplitColumnName, TextDataViewType.Instance, row =>
            (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> name) => name = Names[isTest[row.Position] ? 1 : 0]))
            .Map(nodes, byPosition: true);
    }

    /// <summary>The nodes to train on.</summary>
    public IDataView TrainSet { get; }

    /// <summary>The edges between them, with all their columns.</summary>
    public GraphEdgeColumns TrainEdges { get; }

    /// <summary>The nodes to test on.</summary>
    public IDataView TestSet { get; }

    /// <summary>The edges between them.</summary>
    public GraphEdgeColumns TestEdges { get; }

    /// <summary>All nodes, with the column <see cref="SplitColumnName"/>.</summary>
    public IDataView AllNodes { get; }

    /// <param name="nodes">The nodes.</param>
    /// <param name="edges">The edges between them.</param>
    /// <param name="idColumn">The column of their ids.</param>
    /// <param name="seed">Decides which node is where.</param>
    /// <param name="parts">From the number of nodes: where in a random order of them each test set begins and ends.</param>
    internal static NodeTrainTestData[] Of(IDataView nodes, GraphEdgeColumns edges, string idColumn, int seed,
        Func<int, IEnumerable<(int From, int To)>> parts)
    {
        var ids = NodeIds.Read(nodes, idColumn);
        var graph = NodeGraph.Read(edges, ids);
        int[] order = [.. Enumerable.Range(0, ids.Count)];
        new Random(seed).Shuffle(order);
        return [.. parts(ids.Count).Select(part =>
        {
            if (part.From >= part.To || part.To - part.From == ids.Count)
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Column '{idColumn}': {ids.Count} nodes are "
                    + $"too few to split: {part.To - part.From} are to be tested on; expected some to train and some to test on."));
            var isTest = new bool[ids.Count];
            foreach (var node in order.AsSpan(part.From..part.To))
                isTest[node] = true;
            return new NodeTrainTestData(nodes, edges, graph, isTest);
        })];
    }
}
