using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms.Tests.Scoring;

/// <summary>Small models in the deployed form, with weights at random.</summary>
internal static class TestModels
{
    public const int Features = 3, Vocabulary = 6, Classes = 3, Hidden = 5;

    public static readonly ModelLabels Labels = new(Classes, "String", ["left", "right", "both"]);

    public static readonly ModelInput Real = new(SequenceKind.Real, "Values", Features, 0, 0, "Single");

    public static readonly ModelInput Keys = new(SequenceKind.Tokens, "Words", 0, Vocabulary, 0, "UInt32") { Padding = 0 };

    public static readonly ModelTask[] Tasks = [ModelTask.Classification, ModelTask.Binary, ModelTask.Tagging, ModelTask.Regression];

    public static ModelInfo Info(ModelTask task, ModelInput input, ModelLabels? labels = null) =>
        new(ModelRows.Sequences, task, [input], task is ModelTask.Classification or ModelTask.Tagging ? labels ?? Labels : null,
            new ModelVersions("0.1.0", OnnxFile.DefaultOpset, "1.29"), new ModelVerification(1e-4, 1e-7, 5));

    public static byte[] Bytes(ModelTask task, ModelInput input, ModelLabels? labels = null, int outputs = 1,
        int? time = null, bool takesLengths = true)
    {
        var info = Info(task, input, labels);
        return OnnxFile.ToBytes(Graph(info, outputs, time, takesLengths), info.ToMetadata());
    }

    public static Graph Graph(ModelInfo info, int outputs = 1, int? time = null, bool takesLengths = true)
    {
        var graph = new Graph("test");
        var random = new Random(1);
        Value Weights(params long[] sizes) => graph.Constant(TensorData.Create(
            Enumerable.Range(0, (int)sizes.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)random.NextDouble() * 2 - 1).ToArray(),
                sizes));

        Dim steps = time is { } known ? known : "time";
        Value x;
        Value? lengths = null;
        if (info.Input.Kind == SequenceKind.Real)
        {
            x = graph.Input(ModelFormat.Features, ElementType.Float, ["batch", steps, info.Input.FeatureCount]);
            if (takesLengths)
                lengths = Op.Cast(graph.Input(ModelFormat.Lengths, ElementType.Int64, ["batch"]), ElementType.Int32);
        }
        else
        {
            var tokens = graph.Input(ModelFormat.Tokens, ElementType.Int64, ["batch", steps]);
            var isKnown = Op.And(Op.GreaterOrEqual(tokens, graph.Scalar(0L)), Op.Less(tokens, graph.Scalar((long)info.Input.Vocabulary)));
            var ends = Op.Range(Op.SizeOf(tokens, 1), steps) + 1L;
            var counted = Op.Where(Op.Equal(tokens, graph.Scalar(0L)), graph.Scalar(0L), ends);
            lengths = Op.Cast(Op.Max(Op.ReduceMax(counted, [1], keepDims: false), graph.Scalar(1L)), ElementType.Int32);
            x = Op.Gather(Weights(info.Input.Vocabulary, Features), Op.Where(isKnown, tokens, graph.Scalar(0L)));
        }

        long features = x.Shape[2].Size;
        var states = Op.Lstm(Op.Transpose(x, 1, 0, 2), Weights(1, 4 * Hidden, features), Weights(1, 4 * Hidden, Hidden),
            Weights(1, 8 * Hidden), lengths);
        var last = Op.Squeeze(states[1], 0);
        int width = info.Task switch { ModelTask.Binary => 1, ModelTask.Regression => outputs, _ => info.Labels!.Count };
        Value Head(Value state) => Op.MatMul(state, Weights(Hidden, width) * 6) + Weights(width) * 0.2;
        switch (info.Task)
        {
            case ModelTask.Classification:
                var scores = Op.Softmax(Head(last));
                graph.Output(ModelFormat.Score, scores);
                graph.Output(ModelFormat.PredictedLabel, Op.ArgMax(scores, 1, keepDims: false));
                break;
            case ModelTask.Binary:
                var logit = Op.Squeeze(Head(last), 1);
                graph.Output(ModelFormat.Score, logit);
                graph.Output(ModelFormat.Probability, Op.Sigmoid(logit));
                graph.Output(ModelFormat.PredictedLabel, Op.Greater(logit, graph.Scalar(0f)));
                break;
            case ModelTask.Tagging:
                var tags = Op.Softmax(Head(Op.Transpose(Op.Squeeze(states[0], 1), 1, 0, 2)));
                graph.Output(ModelFormat.Score, tags);
                graph.Output(ModelFormat.PredictedLabel, Op.ArgMax(tags, 2, keepDims: false));
                break;
            default:
                graph.Output(ModelFormat.Score, Head(last));
                break;
        }

        return graph;
    }
}
