namespace MLSeqGraph.Onnx;

// How much of each message passes: what explanations learn, and differentiate by.
public sealed partial class GraphEdges
{
    /// <summary>What every message is multiplied by, [edges, 1]; null for nothing. Degrees and attention don't change.</summary>
    internal Value? Mask { get; private init; }

    /// <summary>The same edges without their mask, for what isn't a sum of messages, such as degrees.</summary>
    internal GraphEdges Unmasked => Mask is null ? this : Copy(Weights, null);

    /// <summary>The same edges, each message of which is multiplied by a number; the loops that a layer adds pass as they are.</summary>
    /// <param name="mask">[edges, 1].</param>
    internal GraphEdges WithMask(Value mask) => mask.Shape.Equals([Count, 1])
        ? Copy(Weights, mask)
        : throw new GraphException($"{nameof(WithMask)}: expected [{Count}, 1]; got {mask}.");

    private GraphEdges Copy(Value? weights, Value? mask) =>
        new(Network, SourceCount, TargetCount, Count, _incoming, () => _outgoing.Value, () => Source, () => Target)
        {
            Weights = weights, Mask = mask, IsSampled = IsSampled, WeightUnit = WeightUnit, _base = _base ?? this,
        };

    private Value? MaskWithLoops(Dim count) => Mask is null ? null
        : Op.Renamed(Op.Concat(0, Mask, Op.Cast(Op.Filled(1f, [TargetCount, 1], Mask, _incoming.Degree), Mask.Type)), [count, 1]);

    // Messages may have any number of axes behind that of the edges.
    private Value Masked(Value messages) => Mask is null ? messages
        : messages * (messages.Shape.Rank == 2 ? Mask : Op.Unsqueeze(Mask, [.. Enumerable.Range(2, messages.Shape.Rank - 2)]));
}
