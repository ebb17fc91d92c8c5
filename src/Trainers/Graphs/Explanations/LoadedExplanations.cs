using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Explanations of models that were loaded: of a graph per row by <c>ml.Model.LoadSequenceGraph</c> or <c>ApplyGraphModel</c>, of nodes by
/// <c>ApplyNodeModel</c>. A file has predictions and no gradients, so they are explained by <see cref="GraphExplanationMethod.Occlusion"/>.
/// </summary>
public static class LoadedExplanations
{
    private static readonly GraphExplanationOptions Usual = new() { Method = GraphExplanationMethod.Occlusion };

    /// <summary>Explains the prediction for one node: which edges, nodes and features of its graph it depends on.</summary>
    /// <param name="model">The model, over the graph it was fitted to.</param>
    /// <param name="node">The node's id, a whole number; the row number where nodes have no column of ids.</param>
    /// <param name="options">Null for <see cref="GraphExplanationMethod.Occlusion"/>.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    /// <exception cref="InvalidOperationException">Another method is asked for.</exception>
    public static GraphExplanation Explain(this NodeScoringTransformer model, long node, GraphExplanationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return OcclusionExplainer.Explain(model, new NodeId(node, null), Checked(options));
    }

    /// <inheritdoc cref="Explain(NodeScoringTransformer, long, GraphExplanationOptions?)" path="/*[not(self::param)]"/>
    /// <param name="model">The model, over the graph it was fitted to.</param>
    /// <param name="node">The node's id, a text.</param>
    /// <param name="options">Null for <see cref="GraphExplanationMethod.Occlusion"/>.</param>
    public static GraphExplanation Explain(this NodeScoringTransformer model, string node, GraphExplanationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(node);
        return OcclusionExplainer.Explain(model, new NodeId(0, node), Checked(options));
    }

    /// <summary>Explains the prediction for one graph, or for one of its nodes: which edges, nodes and features it depends on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="graphs">A view with a graph per row.</param>
    /// <param name="row">The row of the graph, from 0.</param>
    /// <param name="node">The node, from 0, of a model that predicts something for each node; null for all others.</param>
    /// <param name="options">Null for <see cref="GraphExplanationMethod.Occlusion"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or node.</exception>
    /// <exception cref="ArgumentException">The model is one of nodes and none is named, or the other way round.</exception>
    /// <exception cref="InvalidDataException">The row is no graph, or has no nodes.</exception>
    /// <exception cref="InvalidOperationException">Another method is asked for.</exception>
    public static GraphExplanation Explain(this GraphScoringTransformer model, IDataView graphs, long row = 0, int? node = null,
        GraphExplanationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return OcclusionExplainer.Explain(model, graphs, row, node, Checked(options));
    }

    private static GraphExplanationOptions Checked(GraphExplanationOptions? options)
    {
        options ??= Usual;
        options.Validate();
        return options.Method == GraphExplanationMethod.Occlusion ? options
            : throw new InvalidOperationException($"Explain by {options.Method}: the model was loaded from a file, which has no gradients; "
                + $"expected {nameof(GraphExplanationMethod)}.{nameof(GraphExplanationMethod.Occlusion)}.");
    }
}
