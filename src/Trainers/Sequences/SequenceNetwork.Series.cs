namespace MLSeqGraph.Trainers;

// Networks of real-valued series, whose shapes matter more than their order.
public abstract partial record SequenceNetwork
{
    /// <summary>
    /// Random convolutions whose thresholds come from the training rows, and a ridge classifier over them in closed form: for series of
    /// which there are few rows, or whose shapes matter more than their order (Dempster, Schmidt and Webb 2021). Trainers of labels take
    /// it.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static SequenceNetwork MiniRocket(MiniRocketOptions? options = null)
    {
        (options ??= new()).Check();
        return new MiniRocketNetwork(options);
    }

    /// <summary>
    /// A fully convolutional network: kernels of 8, 5 and 3 steps, normalized over the batch, and the mean over all steps (Wang, Yan and
    /// Oates 2017).
    /// </summary>
    /// <param name="filters">Features of the first and last layer; the middle one has twice as many.</param>
    public static SequenceNetwork Fcn(int filters = 128)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(filters);
        return new FullyConvolutionalNetwork(filters);
    }

    /// <summary>A residual network of convolutions: three blocks of kernels of 8, 5 and 3 steps (Wang, Yan and Oates 2017).</summary>
    /// <param name="filters">Features of the first block; the others have twice as many.</param>
    public static SequenceNetwork ResNet(int filters = 64)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(filters);
        return new ResidualSequenceNetwork(filters);
    }

    /// <summary>
    /// InceptionTime: convolutions of 40, 20 and 10 steps side by side, module on module (Fawaz et al. 2020); the paper takes the mean of
    /// five such networks.
    /// </summary>
    /// <param name="filters">Features of each convolution.</param>
    /// <param name="depth">Number of modules.</param>
    public static SequenceNetwork InceptionTime(int filters = 32, int depth = 6)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(filters);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);
        return new InceptionNetwork(filters, depth);
    }

    /// <summary>
    /// <see cref="MiniRocket"/> for at most 2,000 training rows of real-valued series of 9 steps or more that each have a class; otherwise
    /// <see cref="Lstm"/>; the log says which.
    /// </summary>
    public static SequenceNetwork BySize() => new NetworkBySize();

    /// <summary>
    /// A Conformer encoder (Gulati et al. 2020), for speech. Its summary for <see cref="Pooling.Last"/> is the mean over valid steps.
    /// </summary>
    public static SequenceNetwork Conformer(ConformerOptions? options = null) => new ConformerSequenceNetwork(options ?? new());
}
