using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// What a network predicts for known nodes, as a chain of transformers from a node's id to its prediction: the id becomes a key, the
/// key a sequence of one token, and a sequence model of one table lookup gives the scores.
/// </summary>
internal static class NodeLookup
{
    private const string Key = "mlseqgraph.node", Token = "mlseqgraph.nodes";

    internal static TransformerChain<ITransformer> Build(MLContext ml, GraphModelInfo info, string idColumn, NodeId[] ids, float[] scores)
    {
        var isText = ids[0].Text is not null;
        IDataView data = isText
            ? ml.Data.LoadFromEnumerable(ids.Select(id => new TextRow { Id = id.Text! }))
            : ml.Data.LoadFromEnumerable(ids.Select(id => new NumberRow { Id = id.Number }));
        // Ids are told apart as text, whatever type their column has.
        var rows = ml.Transforms.CopyColumns(idColumn, "Id").Fit(data).Transform(data);
        var chain = ml.Transforms.Conversion.MapValueToKey(Key, idColumn).Append(ml.Transforms.Concatenate(Token, Key)).Fit(rows);
        var mapped = chain.Transform(rows);
        var column = SequenceColumn.FromData(mapped, Token, null, null, default);
        var task = info.HasClasses ? SequenceTask.Classification : SequenceTask.Regression;
        var description = new SequenceModelInfo(task, SequenceModelInput.Of(column), info.Labels, info.Versions, info.Verification);
        var scoring = new SequenceScoringTransformer(OnnxFile.ToBytes(Graph(info, ids.Length, scores), description.ToMetadata()), null, column);
        var drop = ml.Transforms.DropColumns(Key, Token).Fit(scoring.Transform(mapped));
        return new([.. chain, scoring, drop]);
    }

    // Token 0 is a node the table doesn't have: every class alike, or the mean.
    private static Graph Graph(GraphModelInfo info, int nodes, float[] scores)
    {
        var outputs = info.Outputs;
        var table = new float[(nodes + 1) * outputs];
        for (var i = 0; i < outputs; i++)
            table[i] = info.HasClasses ? 1f / outputs : Enumerable.Range(0, nodes).Average(node => scores[node * outputs + i]);
        scores.CopyTo(table, outputs);
        var graph = new Graph("node_lookup");
        var tokens = graph.Input(SequenceModelFormat.Tokens, ElementType.Int64, ["batch", "time"]);
        graph.OptionalInput(SequenceModelFormat.Lengths, ["batch"], TensorData.Vector(-1L));
        var node = Op.Squeeze(Op.Slice(tokens, 1, 0, 1), 1);
        var known = Op.And(Op.GreaterOrEqual(node, graph.Scalar(0L)), Op.LessOrEqual(node, graph.Scalar((long)nodes)));
        var rows = Op.Gather(graph.Constant(TensorData.Create(table, nodes + 1, outputs), "table"), Op.Where(known, node, graph.Scalar(0L)));
        graph.Output(SequenceModelFormat.Score, rows);
        if (info.HasClasses)
            graph.Output(SequenceModelFormat.PredictedLabel, Op.ArgMax(rows, -1, keepDims: false));
        return graph;
    }

    private sealed class TextRow
    {
        public string Id { get; set; } = "";
    }

    private sealed class NumberRow
    {
        public long Id { get; set; }
    }
}
