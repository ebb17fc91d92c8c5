using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A Transformer that writes token by token: decoder-only (Radford et al. 2019) without a source, the decoder of Vaswani et al. 2017 with
/// one.
/// </summary>
/// <param name="Options">Sizes and variants.</param>
/// <param name="TokensPerStep">
/// How many tokens stand for a step, as a return, a state and an action do: positions of <see cref="Continue"/> and caches count steps.
/// </param>
internal sealed record TransformerDecoder(TransformerOptions Options, int TokensPerStep = 1) : SequenceDecoder
{
    private const string Lengths = "memory.lengths";

    public override string Name => "Transformer";

    public override int? MaximumLength => Options.MaximumLength;

    internal override SequenceDecoder WithWindow(int steps) =>
        Options.Window is null && Options.Positions is PositionEncoding.None or PositionEncoding.Rotary or PositionEncoding.RelativeBias
        ? this with { Options = Options with { Window = steps } }
        : this;

    public override DecoderMemory Prepare(NetworkBuilder network, int embeddingSize, EncodedSequence? source)
    {
        Options.Check();
        if (Options.Attention != SelfAttention.Full)
            throw new ArgumentException($"{nameof(TransformerOptions.Attention)} of a decoder is {Options.Attention}; expected "
                + $"{nameof(SelfAttention)}.{nameof(SelfAttention.Full)}, with a {nameof(TransformerOptions.Window)} for long texts.");
        var constants = new List<(string, Value)>();
        var states = new List<DecoderState>();
        Shape cache = ["batch", Options.Heads, "cache", TokensPerStep * (Options.Hidden / Options.Heads)];
        var memory = source is null ? null : Op.Transpose(source.Steps.Steps, 1, 0, 2);    // [batch, source, features]
        if (memory is not null)
        {
            var all = Op.SizeOf(memory, 1) + Op.Filled(0L, [memory.Shape[0]], memory);
            constants.Add((Lengths, source!.Steps.Lengths ?? all));
        }
        using (network.Scope("decoder_memory"))
            for (var layer = 0; layer < Options.Layers; layer++)
            {
                states.Add(new($"{layer}.key", cache));
                states.Add(new($"{layer}.value", cache));
                if (memory is null)
                    continue;
                using (network.Scope($"layer_{layer}"))
                {
                    var (keys, values) = new MultiHead(network, Options.HeadOptions, Options.Hidden).KeysAndValues(memory);
                    constants.Add(($"memory.{layer}.key", keys));    // [batch, heads, source, d]
                    constants.Add(($"memory.{layer}.value", values));
                }
            }
        return new(constants, states);
    }

    public override DecodedSteps Decode(NetworkBuilder network, Value x, DecoderMemory memory)
    {
        var positions = TransformerInput.Positions(x);
        return Write(network, x, memory, positions, positions, AttentionMask.Causal(positions, x, 1, Options.Window), []);
    }

    public override DecodedSteps Continue(NetworkBuilder network, Value x, Value position, IReadOnlyList<Value> past, DecoderMemory memory)
    {
        var positions = TransformerInput.Positions(x) + position * (long)TokensPerStep;
        var keys = Tokens(past[0]);
        var keyPositions = Op.Range(Op.SizeOf(past[0], 2) * (long)TokensPerStep, keys.Shape[2]);
        return Write(network, x, memory, positions, keyPositions, AttentionMask.Causal(positions, keys, 2, Options.Window), past);
    }

    // The past is empty, or two tensors per layer, keys and values, into which the new ones are written.
    private DecodedSteps Write(NetworkBuilder network, Value x, DecoderMemory memory, Value positions, Value keyPositions,
        AttentionMask mask, IReadOnlyList<Value> past)
    {
        var present = new List<Value>();
        Value? attention = null, cachePositions = null;
        using (network.Scope("decoder"))
        {
            var (h, bias, rotary) = TransformerInput.Write(network, x, Options, positions, keyPositions, isCausal: true);
            for (var layer = 0; layer < Options.Layers; layer++)
                using (network.Scope($"layer_{layer}"))
                {
                    h = network.Residual(h, Options, n =>
                    {
                        using (network.Scope("attention"))
                        {
                            var heads = new MultiHead(network, Options.HeadOptions, Options.Hidden);
                            var (keys, values) = heads.KeysAndValues(n, rotary);
                            if (past.Count > 0)
                            {
                                (keys, values) = (Steps(keys), Steps(values));
                                cachePositions ??= CachePositions(keys, positions);
                                present.Add(keys = Op.ReplaceAt(past[2 * layer], cachePositions, keys));
                                present.Add(values = Op.ReplaceAt(past[2 * layer + 1], cachePositions, values));
                                (keys, values) = (Tokens(keys), Tokens(values));
                            }
                            var (output, weights) = heads.Attend(heads.Queries(n, rotary), keys, values, mask, bias);
                            if (memory.Constants.Count == 0)
                                attention = Op.ReduceMean(weights, [1], keepDims: false);                          // [batch, time, cache]
                            return output;
                        }
                    });
                    if (memory.Constants.Count > 0)
                        h = network.Residual(h, Options, n =>
                        {
                            Value keys = memory[$"memory.{layer}.key"], values = memory[$"memory.{layer}.value"];
                            using (network.Scope("source_attention"))
                            {
                                var heads = new MultiHead(network, Options.HeadOptions, Options.Hidden);
                                var (output, weights) = heads.Attend(heads.Queries(n), keys, values,
                                    AttentionMask.Padding(memory[Lengths], keys, 2), null);
                                attention = Op.ReduceMean(weights, [1], keepDims: false);                         // [batch, time, source]
                                return output;
                            }
                        });
                    h = network.Residual(h, Options, n =>
                        network.FeedForward(n, Options.FeedForwardHidden, Options.Activation, Options.Dropout, Options.Bias));
                }
            return new(Options.NormFirst ? network.Norm(h, Options.Norm) : h, present, attention);
        }
    }

    // [batch, heads, tokens, d] → [batch, heads, steps, tokens of a step · d], and back.
    private Value Steps(Value tokens) => TokensPerStep == 1 ? tokens
        : Op.Reshape(tokens, [tokens.Shape[0], tokens.Shape[1], tokens.Shape[2].FloorDivide(TokensPerStep),
            tokens.Shape[3] * TokensPerStep], tokens);

    private Value Tokens(Value steps) => TokensPerStep == 1 ? steps
        : Op.Reshape(steps, [steps.Shape[0], steps.Shape[1], steps.Shape[2] * TokensPerStep, Options.Hidden / Options.Heads], steps);

    // The places of new steps' keys and values in a cache [batch, heads, cache, d]: batch, head and position, [batch, heads, steps, 3].
    private Value CachePositions(Value keys, Value positions)
    {
        Shape shape = [keys.Shape[0], keys.Shape[1], keys.Shape[2]];
        var zeros = Op.Filled(0L, shape, keys);
        var steps = TokensPerStep == 1 ? positions : Op.Div(Op.Squeeze(Op.Slice(
            Op.Reshape(positions, [keys.Shape[2], TokensPerStep], keys), 1, 0, 1), 1), positions.Number(TokensPerStep));
        Value Along(Value numbers, params int[] axes) => Op.Unsqueeze(Op.Unsqueeze(numbers, axes) + zeros, 3);
        return Op.Concat(3,
            Along(Op.Range(Op.SizeOf(keys, 0), keys.Shape[0]), 1, 2),
            Along(Op.Range(Op.SizeOf(keys, 1), keys.Shape[1]), 1),
            Along(steps));
    }
}
