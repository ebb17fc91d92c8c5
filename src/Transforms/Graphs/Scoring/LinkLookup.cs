using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A link model over known nodes as a chain of ML.NET's own transformers, from the ids of a pair's nodes to its score: ids become
/// numbers, by which the decoder looks up the nodes' embeddings. A pair with an unknown node or relation has a score of NaN.
/// </summary>
internal static class LinkLookup
{
    /// <summary>Inputs of the decoder: nodes' numbers, from 1.</summary>
    internal const string Source = "source", Target = "target";

    /// <summary>Saves the chain. It writes the context's one component.</summary>
    /// <param name="context">Where to save.</param>
    /// <param name="decoder">A model that reads <see cref="Source"/>, <see cref="Target"/> and optionally a relation.</param>
    /// <param name="pairs">The columns of pairs.</param>
    /// <param name="nodes">The nodes that have embeddings.</param>
    /// <param name="relation">The decoder's input of relations, how many there are, and their names if any; null for none.</param>
    /// <param name="targets">The nodes that can be targets; null for the same.</param>
    /// <param name="task">Whether pairs are said to be linked or not (Binary), or have a number (Regression).</param>
    /// <exception cref="NotSupportedException">Ids are of a type that can't be saved.</exception>
    internal static void Save(ModelSaveContext context, Graph decoder, GraphEdgeColumns pairs, NodeIds nodes,
        (string Input, int Count, string[]? Names)? relation, NodeIds? targets = null, ModelTask task = ModelTask.Binary)
    {
        var schema = pairs.Data.Schema;
        var columns = new DataViewSchema.Builder();
        string?[] read = [pairs.SourceColumnName, pairs.TargetColumnName, relation is null ? null : pairs.RelationColumnName];
        foreach (var column in read.OfType<string>().Select(name => schema.Require(name)))
            columns.AddColumn(column.Name, column.Type, column.Annotations);
        var chain = new SavedChain(columns.ToSchema());
        List<ModelInput> inputs = [];
        void Add(string input, string column, int count) => inputs.Add(new(SequenceKind.Category, column, 0, count + 1, 0,
            chain.Schema[column].Type.RawType.Name, Name: input, IsScalar: true));
        foreach (var (input, column, ids) in ((string, string, NodeIds)[])[(Source, pairs.SourceColumnName, nodes),
            (Target, pairs.TargetColumnName, targets ?? nodes)])
        {
            NodeNumbers.AddTo(chain, column, ids, SavedChain.Prefix + input);
            Add(input, SavedChain.Prefix + input, ids.Count);
        }
        if (relation is var (name, relations, names))
        {
            var column = pairs.RelationColumnName!;
            // By their names, since a view's keys may have another order.
            if (names is not null && NodeNumbers.Takes(chain.Schema[column]))
                NodeNumbers.AddTo(chain, column, NodeIds.Of(column, [.. names.Select(of => new NodeId(0, of))]),
                    column = SavedChain.Prefix + name);
            Add(name, column, relations);
        }
        var model = ModelReader.Read("The model of links", () => new MemoryStream(OnnxFile.ToBytes(decoder), writable: false));
        model.Graph.Input.Clear();
        model.Graph.Output.Clear();
        foreach (var input in inputs)
            SingleRowModel.AddRowInput(model.Graph, input, SingleRowModel.InputOf(input), input.InputName);
        SingleRowModel.AddOutputs(model.Graph, task, width: 1);
        SingleRowModel.MarkLookup(model);
        OnnxTransformerChain.Save(context, model, task, null,
            [.. inputs.Select(input =>
                new OnnxTransformerChain.Input(SingleRowModel.InputOf(input), input.Column, OnnxTransformerChain.TypeOf(input)))], chain);
    }
}
