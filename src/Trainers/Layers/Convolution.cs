using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// A convolution over the spatial axes: y[b, o, p] = Σ_{c, k} w[o, c, k] x[b, c, p · stride + k · dilation - padding] + bias[o]
    /// (LeCun et al. 1989). The general form is <see cref="Op.Conv"/>.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, channels, height, width], or with one or three spatial axes.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="kernel">Sizes of the kernel, one for each spatial axis.</param>
    /// <param name="window">
    /// Strides, dilations and padding; null for a result of the input's size (of an even kernel's zeros the one more stands at the end).
    /// </param>
    /// <param name="groups">
    /// Runs of channels that are convolved separately (Krizhevsky et al. 2012); as many as channels for a depthwise convolution.
    /// </param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="name">
    /// Scope of the parameters: <c>weight</c> [channels, input channels / groups, kernel ..], <c>bias</c> [channels].
    /// </param>
    /// <returns>[batch, channels, ..].</returns>
    /// <exception cref="GraphException">
    /// The groups don't divide the channels, the kernel is larger than the padded input, or x has another number of axes.
    /// </exception>
    public static Value Convolution(this NetworkBuilder network, Value x, int channels, IReadOnlyList<long> kernel,
        WindowOptions? window = null, int groups = 1, bool bias = true, string name = "convolution")
    {
        if (x.Shape.Rank != kernel.Count + 2 || !x.Shape[1].IsKnown)
            throw new GraphException($"Convolution: expected [batch, channels, ..] with a known number of channels and {kernel.Count} "
                + $"spatial axes, as the kernel [{string.Join(", ", kernel)}] has; got {x}.");
        var inputs = x.Shape[1].Size;
        if (channels < 1 || groups < 1 || inputs % groups != 0 || channels % groups != 0)
            throw new GraphException($"Convolution: expected groups that divide the channels of input and result; got {groups} groups, "
                + $"{inputs} channels of {x} and {channels} of the result.");
        using (network.Scope(name))
        {
            long[] sizes = [channels, inputs / groups, .. kernel];
            var fanIn = sizes.Skip(1).Aggregate(1L, (product, size) => product * size);
            var weight = network.Parameter("weight", sizes, Initializers.Uniform(MathF.Sqrt(6f / fanIn))); // He et al. 2015
            var added = bias ? network.Parameter("bias", [channels], Initializers.Zeros, decays: false) : null;
            return Op.Conv(x, weight, added, window ?? new() { AutoPad = AutoPad.SameUpper }, groups);
        }
    }

    /// <summary>
    /// A convolution over the steps of sequences (temporal convolution; causal and dilated as in WaveNet, van den Oord et al. 2016). Steps
    /// past a sequence's length count as zeros, as those before its first step and after its last do.
    /// </summary>
    /// <param name="x">[time, batch, features].</param>
    /// <param name="features">Features of the result.</param>
    /// <param name="kernel">Steps of the kernel.</param>
    /// <param name="stride">Steps from one result to the next.</param>
    /// <param name="dilation">Steps from one element of the kernel to the next.</param>
    /// <param name="groups">Runs of features that are convolved separately.</param>
    /// <param name="causal">Whether a step sees only itself and those before it; otherwise its kernel's middle stands at it.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="name">
    /// Scope of the parameters: <c>weight</c> [features, input features / groups, kernel], <c>bias</c> [features].
    /// </param>
    /// <returns>[⌈time / stride⌉, batch, features]; lengths are rounded up likewise.</returns>
    public static Sequence Convolution(this Sequence x, int features, int kernel, int stride = 1, int dilation = 1, int groups = 1,
        bool causal = false, bool bias = true, string name = "convolution")
    {
        var window = StepWindow("Convolution", kernel, stride, dilation, causal);
        var y = x.Network.Convolution(Op.Transpose(x.Masked, 1, 2, 0), features, [kernel], window, groups, bias, name);
        return x.Strided(Op.Transpose(y, 2, 0, 1), stride);                                              // [time, batch, features]
    }

    // ceil(time / stride) windows: zeros all in front, or half of them.
    private static WindowOptions StepWindow(string layer, int kernel, int stride, int dilation, bool causal)
    {
        if (kernel < 1 || stride < 1 || dilation < 1)
            throw new GraphException($"{layer}: expected a kernel, a stride and a dilation of at least 1; got {kernel}, {stride} and "
                + $"{dilation}.");
        var zeros = (kernel - 1) * dilation;
        var before = causal ? zeros : zeros / 2;
        return new() { Strides = [stride], Dilations = [dilation], Pads = [before, zeros - before] };
    }

    // Every stride-th step is left; a window at a valid step gives a valid one.
    private static Sequence Strided(this Sequence x, Value steps, int stride)
    {
        if (stride == 1)
            return x.With(steps);
        var lengths = x.Lengths is null ? null : Op.Div(x.Lengths + (stride - 1.0), x.Lengths.Number(stride));
        return new(x.Network, steps, lengths) { Inputs = x.Inputs };
    }
}
