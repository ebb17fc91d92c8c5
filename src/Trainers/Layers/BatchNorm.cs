using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// y = γ (x - μ) / √(σ² + ε) + β for each feature or channel, with mean and variance over the rest of the batch in training and
    /// their running averages afterwards (Ioffe and Szegedy 2015).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[rows, features], or [batch, channels, ..] with spatial axes.</param>
    /// <param name="momentum">The weight of a batch's statistics in the running averages.</param>
    /// <param name="epsilon">
    /// ε: small compared with activations, whose variance standardized inputs and initial weights keep near 1.
    /// </param>
    /// <param name="name">
    /// Scope of the parameters <c>scale</c> and <c>bias</c>, and of the statistics <c>mean</c> and <c>variance</c>, all [features].
    /// </param>
    /// <returns>The shape of x.</returns>
    /// <remarks>
    /// The running variance is the unbiased one, Σ (x - μ)² / (n - 1) over n rows or positions, as in PyTorch. In the first steps the
    /// averages are means of all batches so far, so that validation doesn't read where they began. After training they are
    /// recomputed over batches of training rows, with the deployed weights.
    /// </remarks>
    public static Value BatchNorm(this NetworkBuilder network, Value x, float momentum = 0.1f, float epsilon = 1e-5f,
        string name = "batch_norm") => network.BatchNorm(x, null, momentum, epsilon, name);

    /// <summary>
    /// The same for each feature of a step, with mean and variance over the steps of all sequences; steps past a sequence's length don't
    /// count.
    /// </summary>
    /// <param name="x">[time, batch, features].</param>
    /// <param name="momentum">The weight of a batch's statistics in the running averages.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="name">Scope of the parameters and statistics.</param>
    /// <returns>The shape of x.</returns>
    public static Sequence BatchNorm(this Sequence x, float momentum = 0.1f, float epsilon = 1e-5f, string name = "batch_norm") =>
        x.With(Op.Reshape(x.Network.BatchNorm(Op.AsMatrix(x.Steps), x.Mask is null ? null : Op.AsMatrix(x.Mask), momentum, epsilon, name),
            x.Steps.Shape, x.Steps));

    // counted: 1 for rows that count, otherwise 0, [rows, 1]; null where all do
    private static Value BatchNorm(this NetworkBuilder network, Value x, Value? counted, float momentum, float epsilon, string name)
    {
        if (x.Shape.Rank < 2 || !x.Shape[1].IsKnown)
            throw new GraphException($"BatchNorm: expected [rows, features] or [batch, channels, ..], known features; got {x}.");
        using (network.Scope(name))
        {
            long[] sizes = [x.Shape[1].Size];
            var scale = network.Parameter("scale", sizes, Initializers.Ones, decays: false);
            var bias = network.Parameter("bias", sizes, Initializers.Zeros, decays: false);
            Value mean = network.Statistic("mean", sizes, Initializers.Zeros),
                variance = network.Statistic("variance", sizes, Initializers.Ones);
            if (network.Mode == NetworkMode.Deployment && x.Shape.Rank > 2)
                return Op.BatchNormalization(x, scale, bias, mean, variance, epsilon); // ONNX Runtime joins it with a convolution
            if (network.Mode != NetworkMode.Training)
                return (x - Op.PerChannel(mean, x)) * Op.PerChannel(scale / Op.Sqrt(variance + (double)epsilon), x)
                    + Op.PerChannel(bias, x);
            var (normalized, batchMean, batchVariance) = counted is null ? Op.StandardizeChannels(x, epsilon)
                : Op.StandardizeRows(x, counted, epsilon);
            var positions = x.Shape.Where((_, axis) => axis != 1).Aggregate((Dim)1, (product, size) => product * size);
            var count = counted is null ? Op.Cast(Op.SizeOf(positions, x), ElementType.Float)
                : Op.Squeeze(Op.ReduceSum(counted, [0]), 1);
            var share = network.StatisticShare(momentum);
            network.Update(mean, mean * (1 - share) + batchMean * share);
            network.Update(variance, variance * (1 - share)
                + batchVariance * (count / Op.Max(count - 1.0, count.Graph.Scalar(1f)) * share));
            return normalized * Op.PerChannel(scale, x) + Op.PerChannel(bias, x);
        }
    }
}
