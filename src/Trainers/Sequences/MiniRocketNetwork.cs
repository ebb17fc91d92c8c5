using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Random convolutions whose thresholds come from the training rows; the output layer alone is trained.</summary>
internal sealed record MiniRocketNetwork(MiniRocketOptions Options) : SequenceNetwork
{
    // Time and memory of the closed form grow with the square of the rows or of the features, whichever are fewer.
    private const long MostByItself = 4_000, MostAtAll = 10_000;

    // Set once the training rows are known.
    private MiniRocketKernels? Kernels { get; init; }

    private ReadoutOptions? Solved { get; init; }

    public override string Name => "MiniRocket";

    internal override ReadoutOptions? Readout => Solved;

    internal override SequenceNetwork For(SequenceSample rows)
    {
        if (rows.Kind != SequenceKind.Real)
            throw new ArgumentException($"The network '{Name}' reads series of numbers; the column of sequences has tokens.");
        if (rows.Needs is { } needs)
            throw new ArgumentException($"The network '{Name}' gives a vector for a whole series, but {needs}: expected another network.");
        var size = Math.Min(rows.Rows, Options.Features);
        var whyNot = rows.NotLinear ?? (size > (Options.Readout == Trainers.Readout.Auto ? MostByItself : MostAtAll)
            ? $"{rows.Rows:N0} rows and {Options.Features:N0} features are too many for the closed form" : null);
        if (Options.Readout == Trainers.Readout.ClosedForm && whyNot is not null)
            throw new ArgumentException($"{nameof(MiniRocketOptions.Readout)} is {Options.Readout}, but {whyNot}; expected "
                + $"{nameof(Trainers.Readout.Gradient)}.");
        return this with
        {
            Kernels = MiniRocketKernels.Fit(Options, rows),
            Solved = Options.Readout == Trainers.Readout.Gradient || whyNot is not null ? null : new(Options.Ridge),
        };
    }

    public override EncodedSequence Encode(Sequence x)
    {
        var features = x.MiniRocket(Kernels ?? throw new GraphException($"The network '{Name}' is for trainers of labels, which give it "
            + "the training rows before it is written."));
        // Steps of the optimizer want features of one scale; the closed form scales them itself.
        if (Readout is null)
            features = x.Network.BatchNorm(features);
        return new(new(x.Network, Op.Unsqueeze(features, 0), null), features);                           // one step for the whole series
    }
}
