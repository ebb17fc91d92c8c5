using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A recurrent network that writes token by token. Without a source it is a language model. With one its first states are
/// tanh of a linear map of the source's summary. Its vector of a step is tanh(W [h; c; x]) where the context c is read in the step
/// (Bahdanau et al. 2015 with a plain layer in place of maxout; Cho et al. 2014), and Luong's attentional vector tanh(W [c; h]) otherwise.
/// </summary>
/// <param name="Options">Sizes and variants.</param>
internal sealed record RecurrentDecoder(RecurrentDecoderOptions Options) : SequenceDecoder
{
    private const string Values = "memory.values", Mask = "memory.mask", Keys = "memory.keys", Summary = "memory.context", Fed = "context";

    private RecurrentOptions Cells => Options.Cells;

    private string Kind => Cells switch { LstmOptions => "lstm", GruOptions => "gru", _ => "rnn" };

    public override string Name => Kind.ToUpperInvariant() + (Options.Attention is null ? "" : " with " + Options.Attention.Name);

    public override DecoderMemory Prepare(NetworkBuilder network, EncodedSequence? source)
    {
        Options.Check();
        var constants = new List<(string, Value)>();
        var states = new List<DecoderState>();
        Shape shape = ["batch", Cells.Hidden];
        using (network.Scope("decoder_memory"))
        {
            var summary = source is null ? null : source.Final ?? source.Steps.Last;
            for (var layer = 0; layer < Cells.Layers; layer++)
                foreach (var kind in new[] { "hidden", "cell" }.Take(DecoderCell.States(Cells)))
                    states.Add(new($"{kind}.{layer}", shape, summary is null ? null : Op.Tanh(network.Linear(summary, Cells.Hidden, name: $"{kind}_{layer}"))));
            if (source is not null && Options.Attention is null)
                constants.Add((Summary, summary!));
            if (source is not null && Options.Attention is { } attention)
            {
                using var scope = network.Scope("attention");
                var attended = attention.Prepare(network, Op.Transpose(source.Steps.Steps, 1, 0, 2), source.Steps.Lengths, Cells.Hidden);
                constants.AddRange([(Values, attended.Values), (Mask, attended.Mask)]);
                if (attended.Keys != attended.Values)
                    constants.Add((Keys, attended.Keys));
                if (Options.FeedsBack)
                    states.Add(new(Fed, shape));
            }
        }
        return new(constants, states);
    }

    public override DecodedSteps Decode(NetworkBuilder network, Value x, DecoderMemory memory)
    {
        if (memory.Constants.Count > 0)
        {
            var first = memory.States.Select(state => state.First ?? Op.Filled(0f, [x.Shape[0], Cells.Hidden], x));
            return Write(network, x, network.Graph.Vector(0L), [.. first], memory) with { Present = [] };
        }
        var steps = new Sequence(network, Op.Transpose(x, 1, 0, 2), null);
        using (network.Scope("decoder"))
        {
            var run = Cells switch
            {
                LstmOptions lstm => network.Lstm(steps, lstm),
                GruOptions gru => network.Gru(steps, gru),
                _ => network.Rnn(steps, (RnnOptions)Cells),
            };
            return new(Op.Transpose(run.Output.Steps, 1, 0, 2), [], null);
        }
    }

    public override DecodedSteps Continue(NetworkBuilder network, Value x, Value position, IReadOnlyList<Value> past, DecoderMemory memory) =>
        Write(network, x, position, past, memory);

    private DecodedSteps Write(NetworkBuilder network, Value x, Value position, IReadOnlyList<Value> past, DecoderMemory memory)
    {
        using var scope = network.Scope("decoder");
        var steps = Op.Transpose(x, 1, 0, 2);                                                           // [steps, batch, width]
        if (memory.Constants.Count == 0)
        {
            var (h, last) = new DecoderStack(network, Cells, Kind, x.Shape[2].Size).Run(steps, past, null);
            return new(Op.Transpose(h, 1, 0, 2), last, null);
        }
        if (Options.Attention is not { } attention)
        {
            var summary = memory[Summary];
            var (h, last) = new DecoderStack(network, Cells, Kind, x.Shape[2].Size + summary.Shape[1].Size).Run(steps, past, summary);
            var beside = Op.Unsqueeze(summary, 0) + Op.Filled(0f, [steps.Shape[0], steps.Shape[1], summary.Shape[1]], steps, summary);
            return new(Output(network, h, beside, steps), last, null);
        }
        var values = memory[Values];
        var keys = memory.Constants.Any(constant => constant.Name == Keys) ? memory[Keys] : values;
        var attended = new AttendedSource(values, memory[Mask], keys);
        var positions = Op.Range(Op.SizeOf(steps, 0), steps.Shape[0]) + position;
        if (attention.AsksBeforeStep || Options.FeedsBack)
            return InLoop(network, steps, positions, past, attended, attention);
        var (states, present) = new DecoderStack(network, Cells, Kind, x.Shape[2].Size).Run(steps, past, null);
        using (network.SharedScope("attention"))
        {
            var queries = Op.Transpose(states, 1, 0, 2);
            var (context, weights) = attention.Attend(network, queries, attended, positions);
            return new(Op.Tanh(network.Linear(Op.Concat(2, context, queries), Cells.Hidden, bias: false, name: "output")), present, weights);
        }
    }

    // Attention whose context is input of this step or the next.
    private DecodedSteps InLoop(NetworkBuilder network, Value steps, Value positions, IReadOnlyList<Value> past, AttendedSource source, SourceAttention attention)
    {
        long width = steps.Shape[2].Size, context = attention.AsksBeforeStep ? source.Values.Shape[2].Size : Cells.Hidden;
        var stack = new DecoderStack(network, Cells, Kind, width + context);
        (Value, Value) Attend(Value query, Value position)
        {
            var (found, weights) = attention.Attend(network, Op.Unsqueeze(query, 1), source, position);
            return (Op.Squeeze(found, 1), Op.Squeeze(weights, 1));
        }
        using var scope = network.SharedScope("attention");
        // The last slices are masks of dropout between layers.
        var (last, outputs) = Op.Scan([.. past], [stack.Project(steps), Op.Unsqueeze(positions, 1), .. stack.DropoutMasks(steps)], (states, slices) =>
        {
            if (attention.AsksBeforeStep)
            {
                var (c, weights) = Attend(stack.Top(states), slices[1]);
                var after = stack.Step(slices[0] + stack.ProjectRest(c), states, slices[2..]);
                return (after, [stack.Top(after), c, weights]);
            }
            else
            {
                var after = stack.Step(slices[0] + stack.ProjectRest(states[^1]), states[..^1], slices[2..]);
                var h = stack.Top(after);
                var (c, weights) = Attend(h, slices[1]);
                var attentional = Op.Tanh(network.Linear(Op.Concat(1, c, h), Cells.Hidden, bias: false, name: "output"));
                return ([.. after, attentional], [attentional, weights]);
            }
        }, truncation: Cells.Truncation);
        return new(attention.AsksBeforeStep ? Output(network, outputs[0], outputs[1], steps) : Op.Transpose(outputs[0], 1, 0, 2), last, Op.Transpose(outputs[^1], 1, 0, 2));
    }

    // tanh(W [h; c; x]) of all steps, [batch, steps, hidden]
    private Value Output(NetworkBuilder network, Value h, Value context, Value x) =>
        Op.Transpose(Op.Tanh(network.Linear(Op.Concat(2, h, context, x), Cells.Hidden, name: "output")), 1, 0, 2);
}
