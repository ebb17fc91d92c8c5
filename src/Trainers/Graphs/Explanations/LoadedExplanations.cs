using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Explanations of models that were loaded: of a graph per row by <c>ml.Model.LoadSequenceGraph</c> or <c>ApplyGraphModel</c>, of nodes by
/// <c>ApplyNodeModel</c>. They are explained by <see cref="GraphExplanationMethod.Occlusion"/> unless another method is asked for: then the
/// file's operations are read as ones with gradients: its importances are those of the trained network. A file doesn't say which loss
/// numbers were learned with: GNNExplainer keeps those by their squared differences.
/// </summary>
public static class LoadedExplanations
{
    private static readonly GraphExplanationOptions Usual = new() { Method = GraphExplanationMethod.Occlusion };

    /// <summary>Explains the prediction for one node: which edges, nodes and features of its graph it depends on.</summary>
    /// <param name="model">The model, over the graph it was fitted to.</param>
    /// <param name="node">The node's id, a whole number; the row number where nodes have no column of ids.</param>
    /// <param name="options">Null for <see cref="GraphExplanationMethod.Occlusion"/>.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another method than occlusion is asked for, and the file has an operation without gradients or gives no attention; the message says
    /// which.
    /// </exception>
    public static GraphExplanation Explain(this NodeScoringTransformer model, long node, GraphExplanationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Explain(model, new NodeId(node, null), Checked(options));
    }

    /// <inheritdoc cref="Explain(NodeScoringTransformer, long, GraphExplanationOptions?)" path="/*[not(self::param)]"/>
    /// <param name="model">The model, over the graph it was fitted to.</param>
    /// <param name="node">The node's id, a text.</param>
    /// <param name="options">Null for <see cref="GraphExplanationMethod.Occlusion"/>.</param>
    public static GraphExplanation Explain(this NodeScoringTransformer model, string node, GraphExplanationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(node);
        return Explain(model, new NodeId(0, node), Checked(options));
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
    /// <exception cref="InvalidOperationException">
    /// Another method than occlusion is asked for, and the file has an operation without gradients or gives no attention; the message says
    /// which.
    /// </exception>
    public static GraphExplanation Explain(this GraphScoringTransformer model, IDataView graphs, long row = 0, int? node = null,
        GraphExplanationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options = Checked(options);
        return options.Method == GraphExplanationMethod.Occlusion ? OcclusionExplainer.Explain(model, graphs, row, node, options)
            : GradientExplanations.Explain(model, ExplainedNetwork.Of(model.Model, options.Method), graphs, row, node, options);
    }

    private static GraphExplanation Explain(NodeScoringTransformer model, NodeId node, GraphExplanationOptions options) =>
        options.Method == GraphExplanationMethod.Occlusion ? OcclusionExplainer.Explain(model, node, options)
            : GradientExplanations.Explain(model, ExplainedNetwork.Of(model.Model, options.Method), node, options);

    private static GraphExplanationOptions Checked(GraphExplanationOptions? options)
    {
        options ??= Usual;
        options.Validate();
        return options;
    }
}
