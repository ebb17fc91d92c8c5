namespace MLSeqGraph.Onnx.Tests;

/// <summary>Small models that write tokens, with random weights.</summary>
internal static class ToyDecoders
{
    /// <summary>The next token depends on the last one alone.</summary>
    internal static byte[] Bigram(int seed, int vocabulary, GenerationInfo? info = null, float scale = 1.5f)
    {
        var graph = new Graph("decoder");
        var table = graph.Constant(Random(seed, scale, vocabulary, vocabulary));
        graph.Output("logits", Op.Gather(table, graph.Input("tokens", ElementType.Int64, ["batch", "steps"])));
        return Bytes(graph, info);
    }

    /// <summary>A recurrent network: one state of fixed size.</summary>
    internal static byte[] Recurrent(int seed, int vocabulary, GenerationInfo? info = null, bool readsSource = false)
    {
        const int Hidden = 5;
        var graph = new Graph("decoder");
        var x = Op.Transpose(Op.Gather(graph.Constant(Random(seed, 1, vocabulary, Hidden)),
            graph.Input("tokens", ElementType.Int64, ["batch", "steps"])), 1, 0, 2);
        if (readsSource)
            x += graph.Input("memory", ElementType.Float, ["batch", Hidden]);
        Value recurrent = graph.Constant(Random(seed + 1, 1, Hidden, Hidden)), output =
            graph.Constant(Random(seed + 2, 3, Hidden, vocabulary));
        var (last, steps) = Op.Scan([graph.Input("past.h", ElementType.Float, ["batch", Hidden])], [x], (states, slices) =>
        {
            var h = Op.Tanh(slices[0] + Op.MatMul(states[0], recurrent));
            return ([h], [h]);
        });
        graph.Output("logits", Op.MatMul(Op.Transpose(steps[0], 1, 0, 2), output));
        graph.Output("present.h", last[0]);
        return Bytes(graph, info);
    }

    /// <summary>The mean of the source's vectors, for <see cref="Recurrent"/>.</summary>
    internal static byte[] Encoder(int seed, int vocabulary, int width = 5)
    {
        var graph = new Graph("encoder");
        var vectors = Op.Gather(graph.Constant(Random(seed, 1, vocabulary, width)),
            graph.Input("source", ElementType.Int64, ["batch", "source"]));
        var lengths = graph.Input("source_lengths", ElementType.Int64, ["batch"]);
        var mask = Op.Cast(Op.Less(Op.Range(Op.SizeOf(vectors, 1), "source"), Op.Unsqueeze(lengths, 1)), ElementType.Float);
        graph.Output("memory", Op.ReduceSum(vectors * Op.Unsqueeze(mask, 2), [1], keepDims: false)
            / Op.Unsqueeze(Op.Cast(lengths, ElementType.Float), 1));
        return Bytes(graph, null);
    }

    /// <summary>Attention to all vectors so far, kept in a cache of fixed capacity or in one that grows.</summary>
    internal static byte[] Cached(int seed, int vocabulary, bool grows, GenerationInfo? info = null)
    {
        const int Width = 4;
        var graph = new Graph("decoder");
        var tokens = graph.Input("tokens", ElementType.Int64, ["batch", "steps"]);
        var position = graph.Input("position", ElementType.Int64, [1]);
        var x = Op.Gather(graph.Constant(Random(seed, 1, vocabulary, Width)), tokens);                     // [batch, steps, width]
        var at = Op.Range(Op.SizeOf(tokens, 1), "steps") + position;
        Value all;
        if (grows)
            all = Op.Concat(1, graph.Input("past.x", ElementType.Float, ["batch", "past", Width]), x);
        else
        {
            var zeros = Op.Filled(0L, ["batch", "steps"], tokens);
            var places = Op.Concat(2, Op.Unsqueeze(Op.Unsqueeze(Op.Range(Op.SizeOf(tokens, 0), "batch"), 1) + zeros, 2),
                Op.Unsqueeze(at + zeros, 2));
            all = Op.ReplaceAt(graph.Input("past.x", ElementType.Float, ["batch", "cache", Width]), places, x);
        }
        var keys = Op.Range(Op.SizeOf(all, 1), all.Shape[1]);
        var hidden = Op.Where(Op.LessOrEqual(keys, Op.Unsqueeze(at, 1)), graph.Scalar(0f), graph.Scalar(-1e30f));
        var weights = Op.Softmax(Op.MatMul(x, Op.Transpose(all, 0, 2, 1)) + hidden);
        graph.Output("logits", Op.MatMul(Op.MatMul(weights, all), graph.Constant(Random(seed + 1, 3, Width, vocabulary))));
        graph.Output("present.x", all);
        return Bytes(graph, info);
    }

    internal static byte[] Bytes(Graph graph, GenerationInfo? info) =>
        OnnxFile.ToBytes(graph, info is null ? null : new Dictionary<string, string> { [GenerationInfo.Key] = info.ToJson() });

    private static TensorData Random(int seed, float scale, params long[] sizes) =>
        TensorData.Create(Initializers.Normal(scale)(sizes, new Random(seed)), sizes);
}
