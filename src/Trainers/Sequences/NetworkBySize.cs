using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>The preset that suits the training rows, by their kind and number.</summary>
internal sealed record NetworkBySize : SequenceNetwork
{
    // Above it gradient steps see enough rows to learn filters of their own.
    internal const long FewRows = 2_000;

    public override string Name => "network by size";

    internal override SequenceNetwork For(SequenceSample rows) =>
        // Kernels longer than the series would count little but the zeros around it.
        (rows.Kind == SequenceKind.Real && rows.Rows <= FewRows && rows.Longest >= MiniRocketKernels.Length && rows.HasClasses
            && rows.Needs is null && rows.NotLinear is null ? MiniRocket() : Lstm()).For(rows);

    public override EncodedSequence Encode(Sequence x) => Lstm().Encode(x);
}
