using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Predicts from only the last few tokens (Bengio et al. 2003): h = tanh(W [x of those tokens] + b). A baseline without memory; it reads
/// no source.
/// </summary>
/// <param name="Tokens">Number of tokens read.</param>
/// <param name="Hidden">Size of h.</param>
internal sealed record WindowDecoder(int Tokens, int Hidden) : SequenceDecoder
{
    public override string Name => $"{Tokens + 1}-gram network";

    public override DecoderMemory Prepare(NetworkBuilder network, int embeddingSize, EncodedSequence? source)
    {
        if (Tokens < 1 || Hidden < 1)
            throw new ArgumentException($"A window has at least 1 token and 1 feature; got {Tokens} and {Hidden}.");
        if (source is not null)
            throw new GraphException($"The {Name} reads no source: it is a language model.");
        return new([], Tokens == 1 ? [] : [new("window", ["batch", Tokens - 1, embeddingSize])]);
    }

    public override DecodedSteps Decode(NetworkBuilder network, Value x, DecoderMemory memory) =>
        new(Write(network, x, Op.Pad(x, 1, Tokens - 1, 0)), [], null);

    public override DecodedSteps Continue(NetworkBuilder network, Value x, Value position, IReadOnlyList<Value> past, DecoderMemory memory)
    {
        if (Tokens == 1)
            return new(Write(network, x, x), [], null);
        var seen = Op.Concat(1, past[0], x);
        return new(Write(network, x, seen), [Op.Slice(seen, 1, -(Tokens - 1))], null);
    }

    // seen: the previous steps and these, [batch, tokens - 1 + steps, embeddingSize]
    private Value Write(NetworkBuilder network, Value x, Value seen)
    {
        using (network.Scope("decoder"))
        {
            var shifted = Enumerable.Range(0, Tokens).Select(i =>
                i == Tokens - 1 ? Op.Slice(seen, 1, i) : Op.Slice(seen, 1, i, i - (Tokens - 1)));
            var windows = Op.Concat(2, [.. shifted.Select(part => Op.Renamed(part, x.Shape))]);   // [batch, steps, tokens · embeddingSize]
            return Op.Tanh(network.Linear(windows, Hidden, name: "hidden"));
        }
    }
}
