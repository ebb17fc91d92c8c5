namespace MLSeqGraph.Onnx;

/// <summary>How the padding of a convolution or pooling is chosen.</summary>
public enum AutoPad
{
    /// <summary>As <see cref="WindowOptions.Pads"/> says.</summary>
    Explicit,
    /// <summary>ceil(size / stride) results; of an odd number of zeros the one more stands at the end.</summary>
    SameUpper,
    /// <summary>ceil(size / stride) results; of an odd number of zeros the one more stands at the beginning.</summary>
    SameLower,
    /// <summary>None.</summary>
    Valid,
}

/// <summary>
/// How a window moves over the spatial axes of [batch, channels, ..] in a convolution or a pooling: a list of one number for each of
/// them.
/// </summary>
public sealed record WindowOptions
{
    /// <summary>Positions from one window to the next; null, the default, for 1.</summary>
    public IReadOnlyList<long>? Strides { get; init; }

    /// <summary>Positions from one element of a window to the next; null, the default, for 1.</summary>
    public IReadOnlyList<long>? Dilations { get; init; }

    /// <summary>Zeros before each axis, then those after each axis; null, the default, for none.</summary>
    public IReadOnlyList<long>? Pads { get; init; }

    /// <summary>How the padding is chosen, <see cref="AutoPad.Explicit"/> by default.</summary>
    public AutoPad AutoPad { get; init; }

    /// <summary>As many zeros at both ends of each axis.</summary>
    public static IReadOnlyList<long> Symmetric(params long[] pads) => [.. pads, .. pads];
}
