namespace MLSeqGraph.Onnx.Generation;

/// <summary>
/// Writes one decoder step of a <see cref="GreedyLoop"/>.
/// </summary>
/// <param name="tokens">The tokens before, [batch, 1] Int64.</param>
/// <param name="position">How many tokens went before these, [1] Int64.</param>
/// <param name="past">The states before the step.</param>
/// <returns>The logits of the next token, [batch, 1, vocabulary], and the states after the step, in the shapes they had.</returns>
public delegate (Value Logits, Value[] Present) DecoderStep(Value tokens, Value position, Value[] past);

/// <summary>Greedy decoding inside the model: an ONNX <c>Loop</c> around one decoder step.</summary>
public static class GreedyLoop
{
    /// <summary>
    /// Writes the loop: at each step the most probable token, the first of several that tie, until every row has had the end token
    /// or there are as many tokens as allowed.
    /// </summary>
    /// <param name="tokens">What each row starts with, [batch, 1] Int64.</param>
    /// <param name="states">The decoder's states before the first step; they keep their shapes.</param>
    /// <param name="maximumLength">The largest number of tokens to generate, [] Int64.</param>
    /// <param name="endToken">The token that ends a row.</param>
    /// <param name="padToken">What stands behind the end token.</param>
    /// <param name="step">Writes one decoder step; it may use any value of the graph, an encoder's outputs above all.</param>
    /// <returns>
    /// The generated tokens [batch, length] Int64, where length is the number of steps taken, the end token among them and pad tokens
    /// behind it; and the number of tokens before the end token [batch] Int64.
    /// </returns>
    /// <exception cref="GraphException">A tensor has another type or shape.</exception>
    public static (Value Generated, Value Lengths) Write(Value tokens, Value[] states, Value maximumLength, long endToken, long padToken, DecoderStep step)
    {
        if (tokens.Type != ElementType.Int64 || tokens.Shape.Rank != 2 || tokens.Shape[1] != 1)
            throw new GraphException($"GreedyLoop: expected tokens [batch, 1] Int64; got {tokens.Type} {tokens}.");
        var batch = tokens.Shape[0];
        var graph = tokens.Graph;
        Value end = graph.Scalar(endToken), pad = graph.Scalar(padToken);
        var zeros = Op.ZerosLike(tokens);
        var (last, outputs) = Op.Loop(maximumLength, graph.Scalar(true), [tokens, Op.Less(zeros, zeros), Op.Squeeze(zeros, 1), .. states], (iteration, past) =>
        {
            var (previous, ended, lengths) = (past[0], past[1], past[2]);
            var (logits, present) = step(previous, Op.Unsqueeze(iteration, 0), past[3..]);
            if (logits.Shape.Rank != 3 || logits.Shape[0] != batch || logits.Shape[1] != 1)
                throw new GraphException($"GreedyLoop: expected logits [{batch}, 1, vocabulary]; got {logits}.");
            var next = Op.Where(ended, pad, Op.ArgMax(logits, -1, keepDims: false)); // [batch, 1]
            var endsNow = Op.Or(ended, Op.Equal(next, end));
            var count = lengths + Op.Squeeze(Op.Cast(Op.Not(endsNow), ElementType.Int64), 1);
            var allEnded = Op.ReduceMin(Op.Cast(endsNow, ElementType.Int64), keepDims: false);
            return (Op.Equal(allEnded, allEnded.Number(0)), [next, endsNow, count, .. present], [Op.Squeeze(next, 1)]);
        }, "generated");
        return (Op.Transpose(outputs[0], 1, 0), last[2]);
    }
}
