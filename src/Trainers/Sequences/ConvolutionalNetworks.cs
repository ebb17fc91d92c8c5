using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Networks of convolutions over the steps of a series, normalized over the batch, without steps past a series' length; the summary is the
/// mean over the steps.
/// </summary>
internal abstract record ConvolutionalSequenceNetwork : SequenceNetwork
{
    public override EncodedSequence Encode(Sequence x)
    {
        using (x.Network.Scope(Name.ToLowerInvariant()))
        {
            var steps = Layers(x);
            return new(steps, steps.MeanPooling());
        }
    }

    private protected abstract Sequence Layers(Sequence x);

    private protected static Sequence Normalized(Sequence x, int filters, int kernel) =>
        x.Convolution(filters, kernel, bias: false).BatchNorm();

    private protected static Sequence Rectified(Sequence x) => x.With(Op.Relu(x.Steps));

    // A shortcut of as many features as what it is added to.
    private protected static Sequence Added(Sequence x, Sequence shortcut) => Rectified(x.With(x.Steps
        + (shortcut.Features == x.Features ? shortcut.BatchNorm() : Normalized(shortcut, (int)x.Features, 1)).Steps));
}

/// <summary>A fully convolutional network: three layers (Wang, Yan and Oates 2017).</summary>
internal sealed record FullyConvolutionalNetwork(int Filters) : ConvolutionalSequenceNetwork
{
    public override string Name => "FCN";

    private protected override Sequence Layers(Sequence x) =>
        Rectified(Normalized(Rectified(Normalized(Rectified(Normalized(x, Filters, 8)), 2 * Filters, 5)), Filters, 3));
}

/// <summary>A residual network: three blocks of three layers (Wang, Yan and Oates 2017).</summary>
internal sealed record ResidualSequenceNetwork(int Filters) : ConvolutionalSequenceNetwork
{
    public override string Name => "ResNet";

    private protected override Sequence Layers(Sequence x)
    {
        foreach (var filters in (int[])[Filters, 2 * Filters, 2 * Filters])
            x = Added(Normalized(Rectified(Normalized(Rectified(Normalized(x, filters, 8)), filters, 5)), filters, 3), x);
        return x;
    }
}

/// <summary>
/// InceptionTime (Fawaz et al. 2020): modules of convolutions of several lengths side by side, with a shortcut over every three of them.
/// The paper's classifier is a mean over five such networks.
/// </summary>
internal sealed record InceptionNetwork(int Filters, int Depth) : ConvolutionalSequenceNetwork
{
    private static readonly int[] Kernels = [40, 20, 10];

    public override string Name => "InceptionTime";

    private protected override Sequence Layers(Sequence x)
    {
        var shortcut = x;
        for (var module = 0; module < Depth; module++)
        {
            x = Module(x);
            if (module % 3 == 2)
                shortcut = x = Added(x, shortcut);
        }
        return x;
    }

    private Sequence Module(Sequence x)
    {
        var narrow = x.Features > 1 ? x.Convolution(Filters, 1, bias: false, name: "bottleneck") : x;
        Value[] parts = [.. Kernels.Select(kernel => narrow.Convolution(Filters, kernel, bias: false).Steps),
            x.MaxPool(3, 1).Convolution(Filters, 1, bias: false).Steps];
        return Rectified(x.With(Op.Concat(2, parts)).BatchNorm());
    }
}
