using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A batch of sequences inside a network, with the number of valid steps of each.</summary>
public sealed class Sequence
{
    private Value? _mask, _lastSteps;

    /// <summary>Wraps a tensor.</summary>
    /// <param name="network">The network it belongs to.</param>
    /// <param name="steps">[time, batch, features].</param>
    /// <param name="lengths">[batch] Int64, at least 1 each; null where every sequence has all steps.</param>
    public Sequence(NetworkBuilder network, Value steps, Value? lengths)
    {
        if (steps.Shape.Rank != 3)
            throw new GraphException($"A sequence has shape [time, batch, features]; got {steps}.");
        if (lengths is not null && (lengths.Type != ElementType.Int64 || !lengths.Shape.Equals([steps.Shape[1]])))
            throw new GraphException($"Lengths have shape [{steps.Shape[1]}] and type Int64; got {lengths.Type} {lengths}.");
        Network = network;
        Steps = steps;
        Lengths = lengths;
    }

    /// <summary>
    /// Steps of each sequence of tokens as a deployed model counts them, [batch] Int64: up to the last token that isn't padding, at least
    /// 1.
    /// </summary>
    /// <param name="tokens">[batch, time] Int64, 0 for padding.</param>
    internal static Value LengthsOf(Value tokens)
    {
        var zero = tokens.Graph.Scalar(0L);
        var ends = Op.Range(Op.SizeOf(tokens, 1), tokens.Shape[1]) + 1L;                                // [time]
        var counted = Op.Where(Op.Equal(tokens, zero), zero, ends);                                     // [batch, time]
        return Op.Max(Op.ReduceMax(counted, [1], keepDims: false), tokens.Graph.Scalar(1L));
    }

    /// <summary>
    /// The same tensor, in a deployed model that fails where it has no rows: ONNX Runtime's LSTM and GRU end the process on such a batch,
    /// and its message has the node's name.
    /// </summary>
    /// <param name="x">Whole numbers, [batch, ..].</param>
    internal static Value WithRows(Value x)
    {
        var first = Graph.Emit("Gather", [x, x.Graph.Scalar(0L)]).AddOutput(x.Type, x.Shape.Remove(0), "batch_has_a_row");
        return Op.Where(x.Graph.Scalar(true), x, first);
    }

    /// <summary>The network the sequences belong to.</summary>
    public NetworkBuilder Network { get; }

    /// <summary>
    /// All steps, [time, batch, features]. Values past a sequence's length are arbitrary; <see cref="Masked"/> has zeros there.
    /// </summary>
    public Value Steps { get; }

    /// <summary>Valid steps of each sequence, [batch] Int64; null where every sequence has all steps.</summary>
    public Value? Lengths { get; }

    /// <summary>The network's further inputs; only the main input, and sequences made from it with <see cref="With"/>, have them.</summary>
    public SideInputs Inputs { get; internal init; } = SideInputs.None;

    /// <summary>
    /// The token ids that a network with its own vectors of tokens reads, [batch, time] Int64, 0 for padding; null for other networks.
    /// </summary>
    internal Value? Tokens { get; init; }

    /// <summary>What image the steps are the pixels of; null for other sequences.</summary>
    internal ImageShape? Image { get; init; }

    /// <summary>Which rows have the input that the steps come from, [batch] Bool; null where all have.</summary>
    internal Value? Present { get; init; }

    /// <summary>The numbers as they were given, NaN for missing ones, [batch, time, features]; null for other inputs than series.</summary>
    internal Value? Given { get; init; }

    /// <summary>Token ids are 0 to this − 1.</summary>
    internal int TokenCount { get; init; }

    /// <summary>The number of features.</summary>
    public long Features => Steps.Shape[2].Size;

    /// <summary>1 for valid steps, 0 past the length, [time, batch, 1]; null where every sequence has all steps.</summary>
    public Value? Mask => Lengths is null ? null : _mask ??= Op.Cast(Op.Unsqueeze(Op.Less(StepNumbers, Lengths), 2), ElementType.Float);

    /// <summary>The steps with zeros past each sequence's length, [time, batch, features].</summary>
    public Value Masked => Mask is null ? Steps : Steps * Mask;

    /// <summary>The last valid step of each sequence, [batch, features].</summary>
    public Value Last
    {
        get
        {
            if (Lengths is null)
                return Op.Squeeze(Op.Slice(Steps, 0, -1), 0);
            // row (length - 1) · batch + b of the concatenated steps
            var batch = Op.SizeOf(Steps, 1);
            _lastSteps ??= (Lengths - 1L) * batch + Op.Range(batch, Steps.Shape[1]);
            return Op.TakeRows(Op.AsMatrix(Steps), _lastSteps);
        }
    }

    /// <summary>The same sequences with other features.</summary>
    /// <param name="steps">
    /// [time, batch, features] with the same time and batch; for another time make a new <see cref="Sequence"/> with its own lengths.
    /// </param>
    /// <exception cref="GraphException">Time or batch differs.</exception>
    public Sequence With(Value steps)
    {
        if (steps.Shape.Rank == 3 && (steps.Shape[0] != Steps.Shape[0] || steps.Shape[1] != Steps.Shape[1]))
            throw new GraphException($"With: expected steps [{Steps.Shape[0]}, {Steps.Shape[1]}, features]; got {steps}.");
        return new(Network, steps, Lengths) { _mask = _mask, _lastSteps = _lastSteps, Inputs = Inputs, Tokens = Tokens,
            TokenCount = TokenCount, Image = Image, Present = Present };
    }

    // [time, 1]
    private Value StepNumbers => Op.Unsqueeze(Op.Range(Op.SizeOf(Steps, 0), Steps.Shape[0]), 1);
}
