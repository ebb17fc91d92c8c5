using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Explanations of models by the gradients of their networks, trained or loaded.</summary>
internal static class GradientExplanations
{
    /// <summary>Explains the prediction for one node.</summary>
    internal static GraphExplanation Explain(NodeScoringTransformer model, ExplainedNetwork network, NodeId node,
        GraphExplanationOptions options)
    {
        var (nodes, graph) = model.ReadGraph();
        var row = model.RowOf(nodes.Ids, node);
        var outputs = network.Head.Outputs;
        var scores = model.Score(nodes.Features, graph).Score[(row * outputs)..((row + 1) * outputs)];
        var part = Neighborhood.Whole(nodes.Features, graph, row);
        if (network.Layers is { } layers)
        {
            var near = Neighborhood.Of(nodes.Features, graph, row, layers);
            // A layer that looks further, as global attention does, needs the whole graph.
            var alone = model.Model.ScoreNodes(near.Features, near.Graph).Score[(near.Row * outputs)..((near.Row + 1) * outputs)];
            if (alone.Zip(scores).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-3f * (1 + Math.Abs(pair.Second))))
                part = near;
        }
        var explained = new ExplainedGraph(part.Nodes.Length, part.Graph.Sources, part.Graph.Targets, part.Row, part.Nodes.Length,
            reads => new GraphTensors(reads, part.Features, part.Graph).FeedTo);
        return new(options.Method, PredictionText.Of(model.Info, scores), explained, part.Row, part.Nodes,
            of => nodes.Ids.All?[of] is { } id ? id.Text ?? id.ToString() : of.ToString(CultureInfo.InvariantCulture),
            new GraphExplainer(network, explained, options).Explain(scores));
    }

    /// <summary>Explains the prediction for one graph, or for one of its nodes.</summary>
    internal static GraphExplanation Explain(GraphScoringTransformer model, ExplainedNetwork network, IDataView graphs, long row, int? node,
        GraphExplanationOptions options)
    {
        var (table, all, at) = model.ReadExplained(graphs, row, node);
        var (count, outputs) = (table.NodeStart[1], network.Head.Outputs);
        var scores = all.Score[(at * outputs)..((at + 1) * outputs)];
        var explained = new ExplainedGraph(count, [.. table.Sources], [.. table.Targets], at, node is null ? 1 : count, reads =>
        {
            var packed = new PackedGraphs(reads);
            packed.Pack(table, [0]);
            return packed.FeedTo;
        });
        return new(options.Method, PredictionText.Of(model.Info, scores), explained, node, [.. Enumerable.Range(0, count)],
            of => of.ToString(CultureInfo.InvariantCulture), new GraphExplainer(network, explained, options).Explain(scores));
    }

    /// <summary>One graph of a view and its scores, and the row of them that is explained.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or node.</exception>
    /// <exception cref="ArgumentException">The model is one of nodes and none is named, or the other way round.</exception>
    /// <exception cref="InvalidDataException">The row is no graph, or has no nodes.</exception>
    internal static (GraphTable Table, GraphScores Scores, int At) ReadExplained(this GraphScoringTransformer model, IDataView graphs,
        long row, int? node)
    {
        var table = model.ReadRow(graphs, row);
        var count = table.NodeStart[1];
        if (count == 0)
            throw new InvalidDataException($"Column '{model.MainColumn}', row {row}: the graph has no nodes; expected at least one.");
        var scores = new GraphModel.Scorer(model.Model).Score(table);
        var ofNodes = scores.NodeStart is not null;
        if (node is null == ofNodes)
            throw new ArgumentException(ofNodes ? "The model predicts something for each node; expected one of the graph's nodes."
                : "The model predicts something for the graph as a whole; expected no node.", nameof(node));
        if (node is { } asked && (uint)asked >= (uint)count)
            throw new ArgumentOutOfRangeException(nameof(node), asked, $"Expected a node of the graph, 0 to {count - 1}.");
        return (table, scores, node ?? 0);
    }
}
