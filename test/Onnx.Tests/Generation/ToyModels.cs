using MLSeqGraph.Onnx.Generation;

namespace MLSeqGraph.Onnx.Tests.Generation;

/// <summary>Small decoders with random weights, one of each kind of state.</summary>
internal static class ToyModels
{
    internal const int Hidden = 5;

    internal static SequenceGenerator Load(byte[] decoder, byte[]? encoder = null) => SequenceGenerator.Load(decoder, encoder, ExecutionTarget.Cpu(1));

    internal static byte[] Bytes(Graph graph, int vocabulary, long? positions = null, long end = 0, GenerationMetadata? metadata = null) =>
        OnnxFile.ToBytes(graph, new Dictionary<string, string>
        {
            [GenerationMetadata.Key] = (metadata ?? new() { StartToken = 1, EndTokens = [end], PadToken = 0, MaximumPositions = positions }).ToJson(),
        });

    /// <summary>The next token's logits depend on the last two tokens; the state is the token before, a whole number.</summary>
    internal static byte[] Trigram(int seed, int vocabulary = 4, float[]? table = null, long? positions = null)
    {
        var graph = new Graph("trigram");
        var logits = graph.Constant(table is null ? Weights(seed, vocabulary * vocabulary, vocabulary, 2) : TensorData.Create(table, vocabulary * vocabulary, vocabulary));
        var tokens = graph.Input("tokens", ElementType.Int64, ["batch", "steps"]);
        var past = graph.Input("past.token", ElementType.Int64, ["batch", 1]);
        var before = Op.Renamed(Op.Slice(Op.Concat(1, past, tokens), 1, 0, -1), tokens.Shape);
        graph.Output("logits", Op.Gather(logits, before * vocabulary + tokens));
        graph.Output("present.token", Op.Slice(tokens, 1, -1));
        return Bytes(graph, vocabulary, positions);
    }

    /// <summary>Embeds the source; its mean over the length is the decoder's first state.</summary>
    internal static byte[] Encoder(int seed, int vocabulary, int hidden = Hidden, bool withMemory = true, bool withLengths = true)
    {
        var graph = new Graph("encoder");
        var source = graph.Input("source", ElementType.Int64, ["batch", "source"]);
        var memory = Op.Gather(graph.Constant(Weights(seed, vocabulary, hidden, 1)), source);
        var sum = memory;
        if (withLengths)
        {
            var lengths = graph.Input("source_lengths", ElementType.Int64, ["batch"]);
            var inside = Op.Less(Op.Unsqueeze(Op.Range(Op.SizeOf(source, 1), "source"), 0), Op.Unsqueeze(lengths, 1));
            sum *= Op.Unsqueeze(Op.Cast(inside, ElementType.Float), 2);
            graph.Output("mask", Op.Cast(inside, ElementType.Float));
        }
        graph.Output("past.hidden", Op.Unsqueeze(Op.Tanh(Op.ReduceSum(sum, [1], keepDims: false)), 0)); // [layers, batch, hidden]
        if (withMemory)
            graph.Output("memory", memory);
        return OnnxFile.ToBytes(graph);
    }

    /// <summary>A plain recurrent network whose state reads the source by attention.</summary>
    internal static byte[] Rnn(int seed, int vocabulary, int hidden = Hidden)
    {
        var graph = new Graph("decoder");
        var tokens = graph.Input("tokens", ElementType.Int64, ["batch", "steps"]);
        var memory = graph.Input("memory", ElementType.Float, ["batch", "source", hidden]);
        var mask = graph.Input("mask", ElementType.Float, ["batch", "source"]);
        var past = graph.Input("past.hidden", ElementType.Float, [1, "batch", hidden]);
        Value recurrent = graph.Constant(Weights(seed + 1, hidden, hidden, 1)), projection = graph.Constant(Weights(seed + 2, hidden, vocabulary, 2));
        var embedded = Op.Transpose(Op.Gather(graph.Constant(Weights(seed + 3, vocabulary, hidden, 2)), tokens), 1, 0, 2); // [steps, batch, hidden]
        var (last, steps) = Op.Scan([Op.Squeeze(past, 0)], [embedded], (states, slices) =>
        {
            var weights = Op.Softmax(Op.Squeeze(Op.MatMul(memory, Op.Unsqueeze(states[0], 2)), 2) + (mask - 1.0) * 1e9); // [batch, source]
            var context = Op.Squeeze(Op.MatMul(Op.Unsqueeze(weights, 1), memory), 1);
            var next = Op.Tanh(slices[0] + Op.MatMul(states[0], recurrent) + context);
            return ([next], [next, weights]);
        });
        graph.Output("logits", Op.MatMul(Op.Transpose(steps[0], 1, 0, 2), projection));
        graph.Output("attention", Op.Transpose(steps[1], 1, 0, 2));
        graph.Output("present.hidden", Op.Unsqueeze(last[0], 0));
        return Bytes(graph, vocabulary);
    }

    /// <summary>Causal attention over a cache of fixed capacity, written in place.</summary>
    internal static byte[] Cached(int seed, int vocabulary, long? positions = 64)
    {
        var graph = new Graph("cached");
        var tokens = graph.Input("tokens", ElementType.Int64, ["batch", "steps"]);
        var position = graph.Input("position", ElementType.Int64, [1]);
        var past = graph.Input("past.keys", ElementType.Float, ["batch", 1, "cache", Hidden]);
        var x = Embed(graph, seed, vocabulary, tokens);
        var positionsOfSteps = position + Op.Range(Op.SizeOf(tokens, 1), "steps");
        Value[] rows = [Op.Unsqueeze(Op.Range(Op.SizeOf(tokens, 0), "batch"), 1), Op.Unsqueeze(positionsOfSteps, 0)];
        var zeros = Op.ZerosLike(tokens);
        var places = Op.Concat(3, [.. new[] { rows[0] + zeros, zeros, rows[1] + zeros }.Select(index => Op.Unsqueeze(index, 1, 3))]); // [batch, 1, steps, 3]
        var present = Op.ReplaceAt(past, places, Op.Unsqueeze(x, 1));
        graph.Output("logits", Attend(graph, seed, vocabulary, x, Op.Squeeze(present, 1), positionsOfSteps, "cache"));
        graph.Output("present.keys", present);
        return Bytes(graph, vocabulary, positions);
    }

    /// <summary>The same over a cache that grows.</summary>
    internal static byte[] Growing(int seed, int vocabulary)
    {
        var graph = new Graph("growing");
        var tokens = graph.Input("tokens", ElementType.Int64, ["batch", "steps"]);
        var past = graph.Input("past.keys", ElementType.Float, ["batch", "past", Hidden]);
        var x = Embed(graph, seed, vocabulary, tokens);
        var present = Op.Concat(1, past, x);
        var positionsOfSteps = Op.SizeOf(past, 1) + Op.Range(Op.SizeOf(tokens, 1), "steps");
        graph.Output("logits", Attend(graph, seed, vocabulary, x, present, positionsOfSteps, present.Shape[1]));
        graph.Output("present.keys", present);
        return Bytes(graph, vocabulary);
    }

    internal static TensorData Weights(int seed, int rows, int columns, float scale)
    {
        var random = new Random(seed);
        return TensorData.Create(Enumerable.Range(0, rows * columns).Select(_ => (float)(random.NextDouble() * 2 - 1) * scale).ToArray(), rows, columns);
    }

    private static Value Embed(Graph graph, int seed, int vocabulary, Value tokens) => Op.Gather(graph.Constant(Weights(seed, vocabulary, Hidden, 2)), tokens);

    private static Value Attend(Graph graph, int seed, int vocabulary, Value x, Value keys, Value positions, Dim length)
    {
        var allowed = Op.LessOrEqual(Op.Unsqueeze(Op.Range(Op.SizeOf(keys, 1), length), 0), Op.Unsqueeze(positions, 1)); // [steps, length]
        var queries = Op.MatMul(x, graph.Constant(Weights(seed + 1, Hidden, Hidden, 1)));
        var scores = Op.MatMul(queries, Op.Transpose(keys, 0, 2, 1));
        var weights = Op.Softmax(Op.Where(allowed, scores, scores.Number(-1e9)));
        return Op.MatMul(Op.MatMul(weights, keys) + x, graph.Constant(Weights(seed + 2, Hidden, vocabulary, 2)));
    }
}
