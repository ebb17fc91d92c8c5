using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// y = γ (x - μ) / √(σ² + ε) + β for each feature, with mean and variance over the rows of the batch in training and their
    /// running averages afterwards (Ioffe and Szegedy 2015).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[rows, features].</param>
    /// <param name="momentum">The weight of a batch's statistics in the running averages.</param>
    /// <param name="epsilon">
    /// ε: small compared with activations, whose variance standardized inputs and initial weights keep near 1.
    /// </param>
    /// <param name="name">
    /// Scope of the parameters <c>scale</c> and <c>bias</c>, and of the statistics <c>mean</c> and <c>variance</c>, all [features].
    /// </param>
    /// <returns>[rows, features].</returns>
    /// <remarks>
    /// The running variance is the unbiased one, Σ (x - μ)² / (rows - 1), as in PyTorch. After training the averages are recomputed over
    /// batches of training rows, with the deployed weights.
    /// </remarks>
    public static Value BatchNorm(this NetworkBuilder network, Value x, float momentum = 0.1f, float epsilon = 1e-5f,
        string name = "batch_norm")
    {
        if (x.Shape.Rank != 2)
            throw new GraphException($"BatchNorm: expected [rows, features]; got {x}.");
        using (network.Scope(name))
        {
            long[] sizes = [x.Shape[1].Size];
            var scale = network.Parameter("scale", sizes, Initializers.Ones, decays: false);
            var bias = network.Parameter("bias", sizes, Initializers.Zeros, decays: false);
            Value mean = network.Statistic("mean", sizes, Initializers.Zeros),
                variance = network.Statistic("variance", sizes, Initializers.Ones);
            if (network.Mode != NetworkMode.Training)
                return (x - mean) * (scale / Op.Sqrt(variance + (double)epsilon)) + bias;
            var batchMean = Op.ReduceMean(x, [0], keepDims: false);
            var centered = x - batchMean;
            var batchVariance = Op.ReduceMean(centered * centered, [0], keepDims: false);
            var rows = Op.Cast(Op.SizeOf(x, 0), ElementType.Float);
            var share = network.StatisticShare(momentum);
            network.Update(mean, mean * (1 - share) + Op.StopGradient(batchMean) * share);
            network.Update(variance, variance * (1 - share)
                + Op.StopGradient(batchVariance) * (rows / Op.Max(rows - 1.0, rows.Graph.Scalar(1f)) * share));
            return centered * (scale / Op.Sqrt(batchVariance + (double)epsilon)) + bias;
        }
    }
}
