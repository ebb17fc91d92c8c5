using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Loss
{
    /// <summary>
    /// Kullback-Leibler divergence of normal distributions from the standard one, -½ Σ (1 + v - μ² - exp(v)) over the last axis,
    /// averaged over the others (Kingma and Welling 2014, appendix B).
    /// </summary>
    /// <param name="mean">μ, [.., features].</param>
    /// <param name="logVariance">v, the logarithm of the variance, of the same shape.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="GraphException">The shapes differ.</exception>
    public static Value NormalDivergence(Value mean, Value logVariance)
    {
        Same("NormalDivergence", mean, logVariance);
        return Op.ReduceMean(Op.ReduceSum(Op.Exp(logVariance) + mean * mean - logVariance - 1, [-1]), keepDims: false) * 0.5;
    }
}
