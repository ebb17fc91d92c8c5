using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

// Negative log-likelihoods in nats: means over all elements.
public static partial class Loss
{
    /// <summary>
    /// Mean negative log-likelihood of normal distributions: ½ ((y - μ) / σ)² + log σ + ½ log 2π.
    /// </summary>
    /// <param name="mean">μ, of any shape.</param>
    /// <param name="logDeviation">log σ, of the same shape.</param>
    /// <param name="targets">y, of the same shape.</param>
    /// <param name="weights">A weight for each element, of a shape that broadcasts, 0 for missing ones; null for equal ones.</param>
    /// <exception cref="GraphException">The shapes differ.</exception>
    public static Value Gaussian(Value mean, Value logDeviation, Value targets, Value? weights = null)
    {
        Same("Gaussian", mean, targets);
        Same("Gaussian", logDeviation, targets);
        var z = (targets - mean) * Op.Exp(-logDeviation);
        return Mean(z * z * 0.5 + logDeviation + (0.5 * Math.Log(2 * Math.PI)), weights);
    }

    /// <summary>
    /// Mean negative log-likelihood of Student's t distributions with location μ, scale σ and ν degrees of freedom:
    /// -log Γ((ν + 1) / 2) + log Γ(ν / 2) + ½ log νπ + log σ + ½ (ν + 1) log(1 + z² / ν), z = (y - μ) / σ, ν = 2 + exp(η).
    /// </summary>
    /// <param name="mean">μ, of any shape.</param>
    /// <param name="logDeviation">log σ, of the same shape.</param>
    /// <param name="logDegrees">η: above 2 degrees of freedom the variance is finite. Of the same shape.</param>
    /// <param name="targets">y, of the same shape.</param>
    /// <param name="weights">A weight for each element, of a shape that broadcasts, 0 for missing ones; null for equal ones.</param>
    /// <exception cref="GraphException">The shapes differ.</exception>
    public static Value StudentT(Value mean, Value logDeviation, Value logDegrees, Value targets, Value? weights = null)
    {
        Same("StudentT", mean, targets);
        Same("StudentT", logDeviation, targets);
        Same("StudentT", logDegrees, targets);
        var degrees = Op.Exp(logDegrees) + 2;
        var z = (targets - mean) * Op.Exp(-logDeviation);
        var tail = (degrees + 1) * 0.5 * GammaFunction.LogOfOnePlus(z * z / degrees);
        var constant = Op.Log(degrees * Math.PI) * 0.5 - GammaFunction.LogRatio(degrees * 0.5, Op.OnesLike(degrees) * 0.5);
        return Mean(tail + constant + logDeviation, weights);
    }

    /// <summary>
    /// Mean negative log-likelihood of negative binomial distributions of counts, with mean μ and variance μ + α μ². With r = 1 / α:
    /// -log Γ(y + r) + log Γ(r) + log Γ(y + 1) + r log(1 + α μ) + y log(1 + 1 / (α μ)).
    /// </summary>
    /// <param name="logMean">log μ, of any shape.</param>
    /// <param name="logAlpha">log α, of the same shape.</param>
    /// <param name="targets">y, counts of at least 0, of the same shape and type.</param>
    /// <param name="weights">A weight for each element, of a shape that broadcasts, 0 for missing ones; null for equal ones.</param>
    /// <exception cref="GraphException">The shapes differ.</exception>
    public static Value NegativeBinomial(Value logMean, Value logAlpha, Value targets, Value? weights = null)
    {
        Same("NegativeBinomial", logMean, targets);
        Same("NegativeBinomial", logAlpha, targets);
        var r = Op.Exp(-logAlpha);
        var logOdds = logMean + logAlpha;
        // log Γ(y + r) with the one of the other two that it is closer to: large numbers cancel exactly.
        var few = GammaFunction.Log(targets + 1) - GammaFunction.LogRatio(r, targets);
        var many = GammaFunction.Log(r) - GammaFunction.LogRatio(targets + 1, r - 1);
        // log(1 + αμ) and log(1 + 1 / αμ), neither of which overflows
        var losses = Op.Where(Op.Less(targets, r), few, many) + r * Op.Softplus(logOdds) + targets * Op.Softplus(-logOdds);
        return Mean(losses, weights);
    }

    /// <summary>
    /// Mean pinball loss, max(q (y - f), (q - 1) (y - f)), whose minimum are the quantiles q of the targets (Koenker and Bassett 1978).
    /// </summary>
    /// <param name="forecasts">f, [.., quantiles].</param>
    /// <param name="targets">y, [..].</param>
    /// <param name="quantiles">q, between 0 and 1, as many as the forecasts' last axis has elements.</param>
    /// <param name="weights">A weight for each target, of a shape that broadcasts, 0 for missing ones; null for equal ones.</param>
    /// <exception cref="GraphException">The shapes don't fit, or a quantile isn't between 0 and 1.</exception>
    public static Value Quantiles(Value forecasts, Value targets, float[] quantiles, Value? weights = null)
    {
        ArgumentNullException.ThrowIfNull(quantiles);
        var last = forecasts.Shape.Rank - 1;
        if (forecasts.Type != targets.Type || last < 0
            || !forecasts.Shape.Equals(targets.Shape.Insert(targets.Shape.Rank, quantiles.Length)))
            throw new GraphException($"Quantiles: expected forecasts {targets.Type} [targets' shape {targets.Shape}, {quantiles.Length} "
                + $"quantiles]; got {forecasts.Type} {forecasts}.");
        if (quantiles.FirstOrDefault(q => !(q > 0 && q < 1), 0.5f) is var wrong && wrong != 0.5f)
            throw new GraphException(FormattableString.Invariant($"Quantiles: {wrong} is given, expected numbers between 0 and 1."));
        var error = Op.Unsqueeze(targets, last) - forecasts;
        var q = Op.Cast(targets.Graph.Vector(quantiles), targets.Type);
        return Mean(Op.Max(error * q, error * (q - 1)), weights is null ? null : Op.Unsqueeze(weights, weights.Shape.Rank));
    }
}
