namespace MLSeqGraph.Transforms;

/// <summary>A model's scores for some nodes, graphs or pairs of nodes.</summary>
/// <param name="Score">[rows, outputs].</param>
/// <param name="Vector">[rows, width], the vectors that the output layer reads; null of models that don't give them.</param>
/// <param name="Attention">How much edges count: those of a graph, or those that end at a node; null for models that don't say.</param>
/// <param name="PoolingAttention">How much each node of a graph counts; null for models that don't say.</param>
internal sealed record GraphScores(float[] Score, float[]? Vector = null, RaggedNumbers? Attention = null,
    RaggedNumbers? PoolingAttention = null)
{
    /// <summary>The index of the scores of each row of the view, -1 for none; null where it is the row's number.</summary>
    internal int[]? OfRow { get; init; }

    /// <summary>Where the nodes of each row begin, of a model that predicts something for each node; null for one of rows.</summary>
    internal IReadOnlyList<int>? NodeStart { get; init; }

    /// <summary>The class of each node, from 0; null where none is predicted.</summary>
    internal long[]? Classes { get; init; }

    /// <summary>The outputs of a run.</summary>
    /// <param name="outputs">The outputs.</param>
    /// <param name="edgeStart">Where the edges of each row begin; null where rows have no attention of edges.</param>
    /// <param name="nodeStart">Where the nodes of each row begin; null where rows aren't pooled.</param>
    /// <param name="isOfNodes">Whether there are scores for each node and not for each row.</param>
    internal static GraphScores Of(IReadOnlyDictionary<string, Onnx.TensorData> outputs, IReadOnlyList<int>? edgeStart = null,
        IReadOnlyList<int>? nodeStart = null, bool isOfNodes = false)
    {
        float[]? Find(string name) => outputs.GetValueOrDefault(name)?.As<float>();
        RaggedNumbers? Ragged(string name, IReadOnlyList<int>? start) =>
            start is not null && Find(name) is { } numbers ? new(numbers, start) : null;
        return new(Find(ModelFormat.Score)!, Find(ModelFormat.Vector), Ragged(ModelFormat.Attention, edgeStart),
            Ragged(ModelFormat.PoolingAttention, nodeStart))
        {
            NodeStart = isOfNodes ? nodeStart : null,
            Classes = isOfNodes ? outputs.GetValueOrDefault(ModelFormat.PredictedLabel)?.As<long>() : null,
        };
    }
}

/// <summary>Some numbers for each row, those of one row behind those of the row before.</summary>
/// <param name="Numbers">All of them.</param>
/// <param name="Start">Where those of each row begin, and at last where they end.</param>
internal sealed record RaggedNumbers(float[] Numbers, IReadOnlyList<int> Start)
{
    internal ReadOnlySpan<float> this[long row] => Numbers.AsSpan(Start[(int)row], Start[(int)row + 1] - Start[(int)row]);
}
