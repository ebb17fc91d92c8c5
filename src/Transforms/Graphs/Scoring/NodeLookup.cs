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
    private const string Name = "mlseqgraph.node_name", Number = "mlseqgraph.node_number", Token = "mlseqgraph.node";

    /// <param name="info">What the network predicts.</param>
    /// <param name="nodes">The nodes it was trained with.</param>
    /// <param name="idColumn">The column of their ids.</param>
    /// <param name="scores">Its scores of them, row by row.</param>
    /// <param name="output">What the column of scores is called.</param>
    internal static TransformerChain<ITransformer> Build(
        ModelInfo info, IDataView nodes, string idColumn, float[] scores, string output = ModelFormat.Score)
    {
        var ml = new MLContext();
        var count = scores.Length / info.Outputs;
        var id = nodes.Schema[idColumn];
        List<ITransformer> chain = [];
        IDataView data = ml.Transforms.SelectColumns(idColumn).Fit(nodes).Transform(nodes);
        void Add(IEstimator<ITransformer> estimator)
        {
            chain.Add(estimator.Fit(data));
            data = chain[^1].Transform(data);
        }
        var input = idColumn;
        if (id.Type is KeyDataViewType && id.Annotations.Schema.GetColumnOrNull(LabelType.KeyValues) is not null)
            Add(ml.Transforms.Conversion.MapKeyToValue(input = Name, idColumn));
        Add(Numbers(ml, data, input));
        Add(ml.Transforms.Concatenate(Token, Number));
        var column = SequenceColumn.FromData(data, Token, null, count + 1, default);
        var description = new ModelInfo(
            ModelRows.Sequences, info.Task, [ModelInput.Of(column)], info.Labels, info.Versions, info.Verification)
        {
            Outputs = info.Outputs,
        };
        var scoring = new SequenceScoringTransformer(OnnxFile.ToBytes(Graph(info, count, scores), description.ToMetadata()), null, column);
        data = scoring.Transform(data);
        chain.Add(scoring);
        List<string> passing = input == Name ? [Name, Number, Token] : [Number, Token];
        if (output != ModelFormat.Score)
        {
            Add(ml.Transforms.CopyColumns(output, ModelFormat.Score));
            passing.Add(ModelFormat.Score);
        }
        Add(ml.Transforms.DropColumns([.. passing]));
        return new([.. chain]);
    }

    // Each id becomes the number of its row, from 1; one that isn't known becomes 0.
    private static IEstimator<ITransformer> Numbers(MLContext ml, IDataView data, string column)
    {
        IEstimator<ITransformer> Of<T>() => ml.Transforms.Conversion.MapValue(
            Number, data.GetColumn<T>(column).Select((id, row) => KeyValuePair.Create(id, row + 1L)), column);
        var type = data.Schema[column].Type;
        return type switch
        {
            TextDataViewType => Of<string>(),
            NumberDataViewType when type.RawType == typeof(int) => Of<int>(),
            NumberDataViewType when type.RawType == typeof(long) => Of<long>(),
            NumberDataViewType when type.RawType == typeof(uint) => Of<uint>(),
            _ => throw new NotSupportedException($"Column '{column}' is {type}: the predictions of nodes can be saved by ids that are "
                + $"text, keys of text, Int32, Int64 or UInt32."),
        };
    }

    // Token k + 1 is number k; numbers 0 and below are nodes the table doesn't have: every class alike, yes as much as no, or the mean.
    private static Graph Graph(ModelInfo info, int nodes, float[] scores)
    {
        var (outputs, task) = (info.Outputs, info.Task);
        var table = new float[(nodes + 2) * outputs];
        for (var i = 0; i < outputs; i++)
            table[i] = table[outputs + i] = task switch
            {
                ModelTask.Classification => 1f / outputs,
                ModelTask.Binary => 0,
                _ => Enumerable.Range(0, nodes).Average(node => scores[node * outputs + i]),
            };
        scores.CopyTo(table, 2 * outputs);
        var graph = new Graph("node_lookup");
        var tokens = graph.Input(ModelFormat.Tokens, ElementType.Int64, ["batch", "time"]);
        var node = Op.Squeeze(Op.Slice(tokens, 1, 0, 1), 1);
        var known = Op.And(Op.GreaterOrEqual(node, graph.Scalar(0L)), Op.LessOrEqual(node, graph.Scalar(nodes + 1L)));
        var rows = Op.Gather(graph.Constant(TensorData.Create(table, nodes + 2, outputs), "table"),
            Op.Where(known, node, graph.Scalar(0L)));
        var label = ModelFormat.PredictedLabel;
        foreach (var (name, value) in task switch
        {
            ModelTask.Classification => [(ModelFormat.Score, rows), (label, Op.ArgMax(rows, -1, keepDims: false))],
            ModelTask.Binary => BinaryOutputs.Of(Op.Squeeze(rows, 1)),
            _ => (IReadOnlyList<(string, Value)>)[(ModelFormat.Score, rows)],
        })
            graph.Output(name, value);
        return graph;
    }
}
