using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A recurrent network that writes token by token: without a source, from a fixed summary of the source that every step reads (Cho et
/// al. 2014), or with attention to it. States start as tanh(s W + b) with the source's summary s. A token is predicted from
/// tanh([context; state] W + b) with attention, otherwise from the state.
/// </summary>
/// <param name="Options">Cell and sizes; one direction.</param>
/// <param name="Attention">How it attends to the source; null for the fixed summary.</param>
/// <param name="Timing">When it attends.</param>
internal sealed record RecurrentDecoder(RecurrentOptions Options, SourceAttention? Attention, AttentionTiming Timing) : SequenceDecoder
{
    private const string Memory = "memory.source", Keys = "memory.keys", Lengths = "memory.lengths", Summary = "memory.summary",
        Fed = "fed";

    public override string Name => Options.Name + (Attention is null ? "" : " with attention");

    private int StatesOfLayer => Options.StateNames.Count;

    private bool Feeds => Attention is not null && Timing == AttentionTiming.Feeding;

    public override DecoderMemory Prepare(NetworkBuilder network, int embeddingSize, EncodedSequence? source)
    {
        Options.Check();
        if (Options.Bidirectional)
            throw new ArgumentException("A decoder runs in one direction: it can't read what it has not written.");
        if (source is not null && Options.LearnedInitialStates)
            throw new ArgumentException(
                $"{nameof(RecurrentOptions.LearnedInitialStates)} of {Options.GetType().Name} is set, but a decoder with a source starts "
                + "from a summary of the source; expected false.");
        if (Attention is HardAttention && Timing != AttentionTiming.After)
            throw new ArgumentException($"Hard attention looks after the step; got {Timing}.");
        var constants = new List<(string, Value)>();
        var summary = source is null ? null : source.Final ?? source.Steps.Last;
        using (network.Scope("decoder_memory"))
        {
            if (source is not null && Attention is not null)
            {
                var memory = Op.Transpose(source.Steps.Masked, 1, 0, 2);                                 // [batch, source, features]
                constants.Add((Memory, memory));
                constants.Add((Lengths, source.Steps.Lengths ?? Op.SizeOf(memory, 1) + Op.Filled(0L, [memory.Shape[0]], memory)));
                using (network.Scope("attention"))
                    if (Attention.Keys(network, memory) is var keys && keys != memory)
                        constants.Add((Keys, keys));
            }
            else if (summary is not null)
                constants.Add((Summary, summary));
            var states = new List<DecoderState>();
            for (var layer = 0; layer < Options.Layers; layer++)
                foreach (var state in Options.StateNames)
                {
                    var first = summary is null ? null : Op.Tanh(network.Linear(summary, Options.Hidden, name: $"{state}_{layer}"));
                    states.Add(new($"{state}.{layer}", ["batch", Options.Hidden], first));
                }
            if (source is not null && Feeds)
                states.Add(new(Fed, ["batch", Options.Hidden]));
            return new(constants, states);
        }
    }

    public override DecodedSteps Decode(NetworkBuilder network, Value x, DecoderMemory memory)
    {
        Value[] first = [.. memory.States.Select(state => state.First ?? Op.Filled(0f, state.Shape.With(0, x.Shape[0]), x))];
        return Write(network, x, memory, TransformerInput.Positions(x), first, network.Graph.Vector(1f)) with { Present = [] };
    }

    public override DecodedSteps Continue(NetworkBuilder network, Value x, Value position, IReadOnlyList<Value> past,
        DecoderMemory memory) =>
        Write(
            network, x, memory, TransformerInput.Positions(x) + position, [.. past],
            Op.Cast(Op.Equal(position, network.Graph.Scalar(0L)), ElementType.Float));

    // isStart: 1 at the beginning of a sequence, otherwise 0, [1]
    private DecodedSteps Write(NetworkBuilder network, Value x, DecoderMemory memory, Value positions, Value[] first, Value isStart)
    {
        using (network.Scope("decoder"))
        {
            var steps = Op.Transpose(x, 1, 0, 2);                                                        // [steps, batch, width]
            var attends = memory.Constants.Any(constant => constant.Name == Memory);
            return attends && Timing != AttentionTiming.After
                ? Together(network, steps, memory, positions, first)
                : LayerByLayer(network, steps, memory, positions, first, isStart, attends);
        }
    }

    // Every layer runs over all steps before the next one, and attention comes last.
    private DecodedSteps LayerByLayer(
        NetworkBuilder network, Value steps, DecoderMemory memory, Value positions, Value[] first, Value isStart, bool attends)
    {
        var present = new List<Value>();
        var summary = memory.Constants.FirstOrDefault(constant => constant.Name == Summary).Value;
        for (var layer = 0; layer < Options.Layers; layer++)
            using (network.Scope($"layer_{layer}"))
            {
                if (layer > 0)
                    steps = network.Dropout(steps, Options.Dropout);
                var cell = Options.CreateCell(network, steps.Shape[2].Size);
                var projected = cell.Project(steps);
                if (layer == 0 && summary is not null)
                    projected = [.. projected.Zip(cell.ProjectContext(summary), (all, context) => all + context)];
                var before = first[(layer * StatesOfLayer)..((layer + 1) * StatesOfLayer)];
                if (Options.LearnedInitialStates)
                    before = [.. before.Zip(cell.InitialStates(steps.Shape[1], steps), (state, learned) => state + learned * isStart)];
                var (last, outputs) = Op.Scan(before, projected, (states, slices) =>
                {
                    var next = cell.Next(slices, states);
                    return (next, [next[0]]);
                }, truncation: Options.Truncation);
                present.AddRange(last);
                steps = outputs[0];
            }
        var h = Op.Transpose(steps, 1, 0, 2);                                                            // [batch, steps, hidden]
        if (!attends)
            return new(h, present, null);
        using (network.Scope("attention"))
        {
            Value source = memory[Memory], lengths = memory[Lengths];
            var scores = Attention!.Scores(network, h, KeysOf(memory));
            var weights = Attention.Weights(network, h, scores, lengths, positions);
            var logProbability = Attention is HardAttention ? HardAttention.LogProbability(scores, weights, lengths) : null;
            return new(Combined(network, Op.MatMul(weights, source), h), present, weights) { ChoiceLogProbability = logProbability };
        }
    }

    // Attention is part of the loop: each step waits for it.
    private DecodedSteps Together(NetworkBuilder network, Value steps, DecoderMemory memory, Value positions, Value[] first)
    {
        Value source = memory[Memory], keys = KeysOf(memory), lengths = memory[Lengths];
        Value[] Drops(int layer) => layer == 0 || Options.Dropout == 0 || network.Mode != NetworkMode.Training ? []
            : [network.Dropout(Op.Filled(1f, [steps.Shape[0], steps.Shape[1], Options.Hidden], steps), Options.Dropout)];
        var masks = Enumerable.Range(0, Options.Layers).Select(Drops).ToArray();
        var cells = new RecurrentCell[Options.Layers];
        Value[] projected = [];
        for (var layer = 0; layer < Options.Layers; layer++)
            using (network.SharedScope($"layer_{layer}"))
            {
                cells[layer] = Options.CreateCell(network, layer == 0 ? steps.Shape[2].Size : Options.Hidden);
                if (layer == 0)
                    projected = cells[0].Project(steps);
            }
        var (last, outputs) = Op.Scan(first, [.. projected, positions, .. masks.SelectMany(mask => mask)], (states, slices) =>
        {
            var position = Op.Unsqueeze(slices[projected.Length], 0);
            var used = projected.Length + 1;
            var top = states[(Options.Layers - 1) * StatesOfLayer];
            Value? context = null, weights = null;
            if (Timing == AttentionTiming.Before)
                (context, weights) = Look(top);
            Value[] next = [], input = slices[..projected.Length];
            for (var layer = 0; layer < Options.Layers; layer++)
                using (network.SharedScope($"layer_{layer}"))
                {
                    if (layer == 0)
                        input = [.. input.Zip(cells[0].ProjectContext(context ?? states[^1]), (step, seen) => step + seen)];
                    else
                    {
                        var below = next[^StatesOfLayer];
                        input = cells[layer].Project(masks[layer].Length == 0 ? below : below * slices[used++]);
                    }
                    next = [.. next, .. cells[layer].Next(input, states[(layer * StatesOfLayer)..((layer + 1) * StatesOfLayer)])];
                }
            top = next[^StatesOfLayer];
            if (Timing == AttentionTiming.Feeding)
                (context, weights) = Look(top);
            Value output;
            using (network.SharedScope("attention"))
                output = Combined(network, context!, top);
            return (Timing == AttentionTiming.Feeding ? [.. next, output] : next, [output, weights!]);

            (Value, Value) Look(Value query)
            {
                using (network.SharedScope("attention"))
                {
                    var (seen, by) = Attention!.Attend(network, Op.Unsqueeze(query, 1), keys, source, lengths, position);
                    return (Op.Squeeze(seen, 1), Op.Squeeze(by, 1));
                }
            }
        }, truncation: Options.Truncation);
        return new(Op.Transpose(outputs[0], 1, 0, 2), last, Op.Transpose(outputs[1], 1, 0, 2));
    }

    private static Value KeysOf(DecoderMemory memory) =>
        memory.Constants.FirstOrDefault(constant => constant.Name == Keys).Value ?? memory[Memory];

    // tanh([context; state] W + b)
    private Value Combined(NetworkBuilder network, Value context, Value state)
    {
        using (network.SharedScope("combined"))
            return Op.Tanh(network.Linear(Op.Concat(-1, context, state), Options.Hidden));
    }
}
