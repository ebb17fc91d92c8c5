using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// What a network predicts for known nodes, as a chain of transformers from a node's id to its prediction: the id becomes a number, the
/// number a sequence of one token, and a sequence model of one table lookup gives the scores.
/// </summary>
internal static class NodeLookup
{
    private const string Number = SavedChain.Prefix + "node_number", Token = SavedChain.Prefix + "node";

    /// <param name="info">What the network predicts.</param>
    /// <param name="nodes">The nodes it was trained with.</param>
    /// <param name="idColumn">The column of their ids.</param>
    /// <param name="ids">The ids.</param>
    /// <param name="scores">The network's scores for them, row by row.</param>
    /// <param name="output">The name of the column of scores.</param>
    internal static TransformerChain<ITransformer> Build(ModelInfo info, IDataView nodes, string idColumn, NodeIds ids,
        float[] scores, string output = ModelFormat.Score)
    {
        var chain = Numbers(nodes, idColumn, ids);
        chain.Add(chain.Transforms.Concatenate(Token, Number));
        var column = SequenceColumn.FromData(chain.Data, Token, null, ids.Count + 1, default);
        // A Boolean has no missing value.
        var labels = info.Labels is { Type: nameof(Boolean) } yesAndNo ? yesAndNo with { Type = nameof(String) } : info.Labels;
        var description = new ModelInfo(
            ModelRows.Sequences, info.Task, [ModelInput.Of(column)], labels, info.Versions, info.Verification) { Outputs = info.Outputs };
        chain.Add(new SequenceScoringTransformer(OnnxFile.ToBytes(Graph(info, ids.Count, scores), description.ToMetadata()), null, column));
        if (output != ModelFormat.Score)
        {
            chain.Add(chain.Transforms.CopyColumns(output, ModelFormat.Score));
            chain.Add(chain.Transforms.DropColumns(ModelFormat.Score));
        }
        return chain.ToTransformer();
    }

    /// <summary>The same of numbers of which nodes have more or fewer, by a table; a node that isn't known has none.</summary>
    /// <param name="nodes">The nodes it was trained with.</param>
    /// <param name="idColumn">The column of their ids.</param>
    /// <param name="ids">The ids.</param>
    /// <param name="numbers">The numbers.</param>
    /// <param name="output">What their column is called.</param>
    internal static TransformerChain<ITransformer> Build(IDataView nodes, string idColumn, NodeIds ids, RaggedNumbers numbers,
        string output)
    {
        var chain = Numbers(nodes, idColumn, ids);
        chain.Add(chain.Transforms.Conversion.MapValue(output,
            Enumerable.Range(0, ids.Count).Select(row => KeyValuePair.Create(row + 1L, numbers[row].ToArray())), Number));
        return chain.ToTransformer();
    }

    private static SavedChain Numbers(IDataView nodes, string idColumn, NodeIds ids)
    {
        var id = nodes.Schema[idColumn];
        var columns = new DataViewSchema.Builder();
        columns.AddColumn(id.Name, id.Type, id.Annotations);
        var chain = new SavedChain(columns.ToSchema());
        NodeNumbers.AddTo(chain, idColumn, ids, Number);
        return chain;
    }

    // Token k + 1 is number k; numbers 0 and below are nodes that the table doesn't have: nothing is known of them.
    private static Graph Graph(ModelInfo info, int nodes, float[] scores)
    {
        var graph = new Graph("node_lookup");
        var tokens = graph.Input(ModelFormat.Tokens, ElementType.Int64, ["batch", "time"]);
        var node = Op.Squeeze(Op.Slice(tokens, 1, 0, 1), 1);
        var known = Op.And(Op.Greater(node, graph.Scalar(1L)), Op.LessOrEqual(node, graph.Scalar(nodes + 1L)));
        var rows = Op.Gather(
            graph.Constant(TensorData.Create([.. Enumerable.Repeat(float.NaN, info.Outputs), .. scores], nodes + 1, info.Outputs), "table"),
            Op.Where(known, node - 1, graph.Scalar(0L)));
        var outputs = info.Task switch
        {
            ModelTask.Classification => [(ModelFormat.Score, rows),
                (ModelFormat.PredictedLabel,
                    Op.Where(known, Op.ArgMax(rows, -1, keepDims: false), graph.Scalar(SingleRowModel.NoClass)))],
            ModelTask.Binary => BinaryOutputs.Of(Op.Squeeze(rows, 1), known),
            _ => (IReadOnlyList<(string, Value)>)[(ModelFormat.Score, rows)],
        };
        foreach (var (name, value) in outputs)
            graph.Output(name, value);
        return graph;
    }
}
