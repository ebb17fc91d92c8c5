using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

// The model that needs no program to write.
internal sealed partial record GenerativeNetwork
{
    /// <summary>
    /// A model that decodes greedily by itself: takes the source, or a prompt <c>tokens</c> [batch, prompt], and
    /// <c>max_length</c> [1]; gives <c>generated</c> [batch, length], padded with the end token, and <c>lengths</c> [batch], the
    /// number of tokens before the end.
    /// </summary>
    internal void WriteGreedily(NetworkBuilder network)
    {
        var graph = network.Graph;
        var memory = Prepare(network);
        var prompt = Encoder is null ? Sequence.WithRows(network.Input(Tokens, ElementType.Int64, ["batch", "prompt"]))
            : Op.Filled((long)Vocabulary.Start, ["batch", 1], graph.Inputs[0]);
        var longest = network.Input(MaximumLength, ElementType.Int64, [1]);
        var capacity = Op.Range(longest + Op.SizeOf(prompt, 1), "cache");
        Value[] first = [.. memory.States.Select(state => state.First ?? Op.Filled(0f, state.Shape, prompt, capacity))];
        var allowed = new float[Vocabulary.Count];
        foreach (var token in Vocabulary.Suppressed)
            allowed[token] = -1e30f;
        Value Choose(Value logits) => // [batch]
            Op.ArgMax(Op.Squeeze(Op.Slice(logits, 1, -1), 1) + graph.Vector(allowed), -1, keepDims: false);
        var (logits, read) = Continue(network, prompt, graph.Vector(0L), first, memory);
        var done = Op.Filled(0L, ["batch"], prompt);
        var end = graph.Scalar((long)Vocabulary.End);
        var one = graph.Scalar(1L);
        var (_, tokens) = Op.Loop(Op.Squeeze(longest, 0), [Choose(logits), done, Op.SizeOf(prompt, 1), .. read.Present], "length",
            (_, states) =>
        {
            Value token = Op.Where(Op.Equal(states[1], one), end, states[0]), position = states[2];
            var isDone = Op.Max(states[1], Op.Cast(Op.Equal(token, end), ElementType.Int64));
            // What follows the last position isn't written, so that any one does.
            var at = Decoder.MaximumLength is { } most ? Op.Min(position, graph.Vector(most - 1L)) : position;
            var (next, decoded) = Continue(network, Op.Unsqueeze(token, 1), at, states[3..], memory);
            var goesOn = Op.Less(Op.ReduceMin(isDone, keepDims: false), one);
            return (goesOn, [Choose(next), isDone, position + 1L, .. decoded.Present], [token]);
        });
        var generated = Op.Transpose(tokens[0], 1, 0);
        graph.Output(Generated, generated);
        graph.Output(Lengths, Op.ReduceSum(Op.Cast(Op.Not(Op.Equal(generated, end)), ElementType.Int64), [1], keepDims: false));
    }
}
