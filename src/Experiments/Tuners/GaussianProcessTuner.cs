using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace MLSeqGraph.Experiments;

/// <summary>
/// Expected improvement under a Gaussian process with a Matérn 5/2 kernel (Snoek et al. 2012):
/// k(r) = (1 + √5 r + 5/3 r²) exp(−√5 r), r being the distance over the length scale, which is chosen with the noise by the marginal
/// likelihood. Different choices are 1 apart. For spaces of up to about ten dimensions, and trials that cost more than a second.
/// </summary>
public sealed record GaussianProcessTuner : Tuner
{
    private static readonly double[] Scales = [0.1, 0.2, 0.4, 0.8, 1.6], Noises = [1e-6, 1e-3, 1e-2, 1e-1];

    /// <summary>Quasi-random trials before the first model. 8 by default.</summary>
    public int StartupTrials { get; init; } = 8;

    /// <summary>Trials that the model is fitted to: the best of all. 200 by default.</summary>
    public int MostTrials { get; init; } = 200;

    /// <summary>Random candidates; as many again are near the best trials. 500 by default.</summary>
    public int Candidates { get; init; } = 500;

    internal override void Validate()
    {
        Experiment.Check(nameof(StartupTrials), StartupTrials, 0);
        Experiment.Check(nameof(MostTrials), MostTrials, 2);
        Experiment.Check(nameof(Candidates), Candidates, 1);
    }

    /// <inheritdoc/>
    public override double[] Propose(TunerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        TunedTrial[] completed = [.. context.History.Where(trial => trial.State == TrialState.Completed).OrderBy(trial => trial.Loss)
            .Take(MostTrials)];
        if (completed.Length < Math.Max(StartupTrials, 2))
            return new QuasiRandomTuner().Propose(context);
        var worst = completed[^1].Loss;
        // What failed or runs counts as no better than the worst: it isn't proposed again.
        (double[] Point, double Loss)[] known = [.. completed.Select(trial => (Features(context, trial.Point), trial.Loss)),
            .. context.History.Where(trial => trial.State != TrialState.Completed).TakeLast(50)
                .Select(trial => (Features(context, trial.Point), worst))];
        var (mean, deviation) = Moments(known.Select(one => one.Loss));
        var y = Vector<double>.Build.DenseOfEnumerable(known.Select(one => (one.Loss - mean) / deviation));
        double[][] points = [.. known.Select(one => one.Point)];
        var model = (from scale in Scales from noise in Noises select Model.Fit(points, y, scale, noise)).OfType<Model>()
            .MaxBy(fitted => fitted.Likelihood);
        if (model is null)
            return RandomPoint(context);
        var best = (completed[0].Loss - mean) / deviation;
        return Proposals(context, completed).MaxBy(point => model.ExpectedImprovement(Features(context, point), best))!;
    }

    private IEnumerable<double[]> Proposals(TunerContext context, TunedTrial[] completed)
    {
        for (var i = 0; i < Candidates; i++)
            yield return RandomPoint(context);
        for (var i = 0; i < Candidates; i++)
            yield return [.. completed[i % Math.Min(5, completed.Length)].Point.Zip(context.Space.Dimensions, (place, dimension) =>
                dimension.IsChoice ? context.Random.NextDouble() < 0.2 ? context.Random.NextDouble() : place
                    : Math.Clamp(place + 0.1 * (context.Random.NextDouble() + context.Random.NextDouble() - 1), 0, 1))];
    }

    // Places as the values they stand for: rounded, choices as indicators, dimensions that don't matter in the middle.
    private static double[] Features(TunerContext context, double[] point)
    {
        var values = context.Space.SampleFromFeatureSpace(point);
        var mapped = context.Space.MappingToFeatureSpace(values)!;
        var features = new List<double>();
        foreach (var (place, dimension) in mapped.Zip(context.Space.Dimensions))
            if (dimension.IsChoice)
                features.AddRange(dimension.Choices.Select((choice, i) => values.ContainsKey(dimension.Name)
                    && i == (int)(place * dimension.Choices.Count) ? Math.Sqrt(0.5) : 0));
            else
                features.Add(place);
        return [.. features];
    }

    private static (double Mean, double Deviation) Moments(IEnumerable<double> values)
    {
        double[] all = [.. values];
        var mean = all.Average();
        var deviation = Math.Sqrt(all.Average(value => (value - mean) * (value - mean)));
        return (mean, deviation > 0 ? deviation : 1);
    }

    private sealed record Model(double[][] Points, double Scale, double Noise, Cholesky<double> Factor, Vector<double> Weights,
        double Likelihood)
    {
        internal static Model? Fit(double[][] points, Vector<double> y, double scale, double noise)
        {
            var covariance = Matrix<double>.Build.Dense(points.Length, points.Length, (i, j) =>
                Kernel(points[i], points[j], scale) + (i == j ? noise + 1e-9 : 0));
            try
            {
                var factor = covariance.Cholesky();
                var weights = factor.Solve(y);
                // log p(y) = −½ yᵀK⁻¹y − ½ log |K| + constant
                return new(points, scale, noise, factor, weights, -0.5 * y.DotProduct(weights) - 0.5 * factor.DeterminantLn);
            }
            catch (ArgumentException)
            {
                return null; // not positive definite
            }
        }

        internal double ExpectedImprovement(double[] x, double best)
        {
            var k = Vector<double>.Build.Dense(Points.Length, i => Kernel(x, Points[i], Scale));
            var mean = k.DotProduct(Weights);
            var deviation = Math.Sqrt(Math.Max(1 - k.DotProduct(Factor.Solve(k)), 1e-12));
            var z = (best - mean) / deviation;
            return (best - mean) * SpecialFunctions.Erfc(-z / Math.Sqrt(2)) / 2 + deviation * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        }

        private static double Kernel(double[] a, double[] b, double scale)
        {
            var squares = 0.0;
            for (var i = 0; i < a.Length; i++)
                squares += (a[i] - b[i]) * (a[i] - b[i]);
            var r = Math.Sqrt(5 * squares) / scale;
            return (1 + r + r * r / 3) * Math.Exp(-r);
        }
    }
}
