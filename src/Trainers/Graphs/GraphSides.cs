using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Vectors and categories of a whole graph, or of each of its nodes, which the network reads beside it.</summary>
internal static class GraphSides
{
    // Names of graph models' inputs and outputs, in addition to those of sequence models.
    private static readonly string[] Taken = ["x", "edge_index", "edge_attr", "edge_weight", "edge_type", "graph_index", "pair_index",
        LinkHead.PairTypes, LayeredNetworkModel.Outputs, GraphModel.Embedding, ModelFormat.Vector];

    /// <summary>Checks options' inputs against data and each other.</summary>
    /// <exception cref="ArgumentException">
    /// A column is missing or of another type, is not a vector or category, or has a placement other than beside the summary of a graph or
    /// the features of a node; or two inputs have the same name.
    /// </exception>
    internal static SequenceColumn[] Bind(IReadOnlyList<InputColumn> inputs, DataViewSchema schema, bool ofNodes = false)
    {
        foreach (var input in inputs)
        {
            if (!input.Kind.IsRow())
                throw new ArgumentException($"Column '{input.ColumnName}': the input is {(input.Kind == SequenceKind.Real ? "a series"
                    : "of tokens")}, but a {(ofNodes ? "node" : "graph")} has no steps; expected "
                        + $"{nameof(InputColumn)}.{nameof(InputColumn.Vector)} or {nameof(InputColumn)}.{nameof(InputColumn.Category)}.");
            if (ofNodes && input.Placement is not null)
                throw new ArgumentException($"Column '{input.ColumnName}': {nameof(InputColumn.Placement)} is {input.Placement}, but "
                    + "inputs stand beside the features of each node; expected null.");
            if (input.Placement is not (null or InputPlacement.Summary))
                throw new ArgumentException($"Column '{input.ColumnName}': {nameof(InputColumn.Placement)} is {input.Placement}, but "
                    + $"inputs stand beside the summary of a graph; expected {InputPlacement.Summary}.");
        }
        return SideInput.Bind(inputs, schema, isPerStep: false, Taken);
    }

    /// <summary>The inputs of a network, with the moments of their rows.</summary>
    internal static SequenceInput[] Of(IReadOnlyList<InputColumn> inputs, IReadOnlyList<SequenceRows> sides)
    {
        return [.. inputs.Zip(sides, (input, rows) => new SequenceInput(rows.Columns.Sequence,
            input.Standardize && input.Kind.IsReal() ? Scaling(rows) : null, input.SizeFor(rows.Columns.Sequence.TokenCount)))];

        static Moments Scaling(SequenceRows rows)
        {
            var moments = new Moments(rows.Columns.Sequence.FeatureCount);
            for (var row = 0; row < rows.Count; row++)
                moments.Add(rows.Features(row));
            return moments;
        }
    }
}
