using System.Globalization;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Explains predictions by what changes them where it is left out: edges, features, all features of a node. It begins at the explained node
/// and goes on to those behind, as long as something there has an effect.
/// </summary>
/// <param name="graph">The graph and the explained prediction.</param>
/// <param name="x">The nodes' features, [nodes, features].</param>
/// <param name="score">The prediction's numbers, with other features and some edges alone.</param>
/// <param name="cancellation">Stops it.</param>
internal sealed class OcclusionExplainer(ExplainedGraph graph, float[] x, Func<float[], bool[], float[]> score,
    CancellationToken cancellation)
{
    // Beyond rounding of numbers of size 1.
    private const float Least = 1e-6f;

    internal static GraphExplanation Explain(NodeScoringTransformer model, NodeId node, GraphExplanationOptions options)
    {
        var (nodes, edges) = model.ReadGraph();
        var row = model.RowOf(nodes.Ids, node);
        var (outputs, width) = (model.Info.Outputs, nodes.Features.ColumnCount);
        var x = new float[(long)nodes.Count * width];
        nodes.Features.CopyTo(x);
        var graph = new ExplainedGraph(nodes.Count, edges.Sources, edges.Targets, row, nodes.Count, _ => throw new NotSupportedException());
        float[] Score(float[] features, bool[] keeps) => model.Score(FeatureMatrix.Dense(nodes.Count, width, features)
            .With(nodes.Features.Sides), edges.Keeping(keeps)).Score[(row * outputs)..((row + 1) * outputs)];
        return new OcclusionExplainer(graph, x, Score, options.CancellationToken).Explain(model.Info, row,
            of => nodes.Ids.All?[of] is { } id ? id.Text ?? id.ToString() : of.ToString(CultureInfo.InvariantCulture), [row]);
    }

    internal static GraphExplanation Explain(GraphScoringTransformer model, Microsoft.ML.IDataView graphs, long row, int? node,
        GraphExplanationOptions options)
    {
        var (table, _, at) = model.ReadExplained(graphs, row, node);
        var (count, outputs) = (table.NodeStart[1], model.Info.Outputs);
        var scorer = new GraphModel.Scorer(model.Model);
        var graph = new ExplainedGraph(count, [.. table.Sources], [.. table.Targets], at, node is null ? 1 : count,
            _ => throw new NotSupportedException());
        return new OcclusionExplainer(graph, [.. table.NodeFeatures],
            (features, keeps) => scorer.Score(table.With(features, keeps)).Score[(at * outputs)..((at + 1) * outputs)],
            options.CancellationToken).Explain(model.Info, node, of => of.ToString(CultureInfo.InvariantCulture),
                node is { } one ? [one] : [.. Enumerable.Range(0, count)]);
    }

    private GraphExplanation Explain(ModelInfo info, int? node, Func<int, string> name, int[] start)
    {
        bool[] all = [.. graph.Sources.Select(_ => true)];
        var whole = score(x, all);
        int nodes = graph.NodeCount, width = x.Length / nodes;
        // Where numbers may be missing a 0 is one that is given. Those that are given are handed through: the others are explained.
        var (isFilled, left) = (info.Input.AllowsMissing, info.Input.AllowsMissing ? float.NaN : 0);
        bool Counts(int output) => !isFilled || node is not { } row || output >= width || float.IsNaN(x[row * width + output]);
        float Change(float[] features, bool[] keeps)
        {
            cancellation.ThrowIfCancellationRequested();
            var other = score(features, keeps);
            if (info.Task == ModelTask.Binary)
                return Math.Abs(Logistic(whole[0]) - Logistic(other[0]));
            var predicted = Array.IndexOf(whole, whole.Max());
            return info.Task.HasClasses() ? Math.Abs(whole[predicted] - other[predicted])
                : whole.Zip(other, (one, two) => Math.Abs(one - two)).Where((_, output) => Counts(output)).Sum();
        }

        var (edges, reached) = Edges(all, start, keeps => Change(x, keeps));
        var (ofNodes, ofFeatures) = (new float[nodes], new float[width]);
        foreach (var at in reached)
        {
            var without = (float[])x.Clone();
            without.AsSpan(at * width, width).Fill(left);
            ofNodes[at] = Change(without, all);
        }
        for (var feature = 0; feature < width; feature++)
        {
            if (reached.All(at => x[at * width + feature].Equals(left)))
                continue;
            var without = (float[])x.Clone();
            for (var at = feature; at < without.Length; at += width)
                without[at] = left;
            ofFeatures[feature] = Change(without, all);
        }
        // Only what has an effect on a node is shown of its graph, and of a whole graph everything.
        int[] rows = [.. reached.Order()], kept = [.. Enumerable.Range(0, edges.Length).Where(edge =>
            start.Length == nodes || edges[edge] > Least)];
        int At(int row) => Array.BinarySearch(rows, row);
        var shown = graph with
        {
            NodeCount = rows.Length, Sources = [.. kept.Select(edge => At(graph.Sources[edge]))],
            Targets = [.. kept.Select(edge => At(graph.Targets[edge]))],
        };
        return new(GraphExplanationMethod.Occlusion, PredictionText.Of(info, whole), shown, node is { } one ? At(one) : null, rows, name,
            new([.. kept.Select(edge => edges[edge])], ofFeatures, [.. rows.Select(row => ofNodes[row])]));
    }

    // From the start on against the edges, a step at a time, until no edge of a step has an effect.
    private (float[] Edges, IReadOnlyCollection<int> Reached) Edges(bool[] all, int[] start, Func<bool[], float> change)
    {
        var reverses = graph.Reverses();
        var found = new float[all.Length];
        var seen = new bool[all.Length];
        HashSet<int> reached = [.. start];
        for (var front = start; front.Length > 0;)
        {
            int[] step = [.. Enumerable.Range(0, all.Length).Where(edge => !seen[edge] && front.Contains(graph.Targets[edge]))];
            HashSet<int> next = [];
            foreach (var edge in step)
            {
                if (!seen[edge])
                {
                    seen[edge] = seen[reverses[edge]] = true;
                    var keeps = (bool[])all.Clone();
                    keeps[edge] = keeps[reverses[edge]] = false;
                    found[edge] = found[reverses[edge]] = change(keeps);
                }
                if (found[edge] > Least && reached.Add(graph.Sources[edge]))
                    next.Add(graph.Sources[edge]);
            }
            front = [.. next];
        }
        return (found, reached);
    }

    private static float Logistic(float logit) => 1 / (1 + MathF.Exp(-logit));
}
