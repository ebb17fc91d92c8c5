using static MLSeqGraph.Trainers.Tests.StateSpace.HiddenMarkovModelTests;

namespace MLSeqGraph.Trainers.Tests.StateSpace;

[TestClass]
public class LinearGaussianModelTests
{
    // Two states, one of which is known at the start, with inputs: everything at once from the joint distribution of all variables.
    [TestMethod]
    public void Filter_and_smoother_equal_a_dense_joint_distribution()
    {
        var model = new LinearGaussianModel(new[,] { { 0.9, 0.2 }, { -0.1, 0.8 } }, new[,] { { 1.0, 0.5 }, { 0.3, -1 } },
            new[,] { { 0.4, 0.1 }, { 0.1, 0.2 } }, new[,] { { 0.5, 0.2 }, { 0.2, 0.6 } }, [1, -1], new[,] { { 1.0, 0 }, { 0, 0 } },
            new[,] { { 0.5 }, { -0.2 } }, new[,] { { 0.1 }, { 0.7 } });
        const int steps = 4, n = 2, m = 2;
        var random = new Random(1);
        var inputs = ObservedSequence.OfValues([1, -0.5, 2, 0.3]);
        double[] values = model.Sample(steps, random, inputs).Values.ToArray();
        (values[1], values[4], values[5]) = (double.NaN, double.NaN, double.NaN);
        var x = ObservedSequence.OfValues(values, m);
        // Means and covariances of z[0..], then of x[0..], step by step.
        var size = steps * (n + m);
        var (mean, covariance) = (new double[size], new double[size * size]);
        var (f, h, b, d) = (model.F, model.H, model.B, model.D);
        // Every variable as a linear function of independent noises.
        var root = new double[size][];
        for (var i = 0; i < size; i++)
            root[i] = new double[size];
        var (p, q, r) = (Root(model.Covariance, n), Root(model.Q, n), Root(model.R, m));
        for (var t = 0; t < steps; t++)
        {
            for (var i = 0; i < n; i++)
            {
                mean[t * n + i] = t == 0 ? model.Mean[i] : b[i] * inputs.Values[t]
                    + Enumerable.Range(0, n).Sum(j => f[i * n + j] * mean[(t - 1) * n + j]);
                for (var k = 0; k < n; k++)
                    root[t * n + i][t * n + k] = t == 0 ? p[i, k] : q[i, k];
                for (var j = 0; j < n && t > 0; j++)
                    for (var k = 0; k < t * n; k++)
                        root[t * n + i][k] += f[i * n + j] * root[(t - 1) * n + j][k];
            }
            for (var i = 0; i < m; i++)
            {
                var at = steps * n + t * m;
                mean[at + i] = d[i] * inputs.Values[t] + Enumerable.Range(0, n).Sum(j => h[i * n + j] * mean[t * n + j]);
                for (var k = 0; k < m; k++)
                    root[at + i][at + k] = r[i, k];
                for (var j = 0; j < n; j++)
                    for (var k = 0; k < steps * n; k++)
                        root[at + i][k] += h[i * n + j] * root[t * n + j][k];
            }
        }
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
                covariance[i * size + j] = VectorMath.Dot(root[i], root[j]);
        var smoothed = model.Smooth(x, inputs);
        var (whole, density) = Given([.. Enumerable.Range(0, steps * m)]);
        Assert.AreEqual(density, smoothed.LogLikelihood, 1e-9);
        for (var t = 0; t < steps; t++)
            for (var i = 0; i < n; i++)
            {
                Assert.AreEqual(whole[t * n + i].Mean, smoothed.Means[t][i], 1e-9, $"smoothed {t}");
                Assert.AreEqual(whole[t * n + i].Variance, smoothed.Covariances[t][i * n + i], 1e-9, $"smoothed {t}");
                Assert.AreEqual(Given([.. Enumerable.Range(0, (t + 1) * m)]).States[t * n + i].Mean,
                    smoothed.Filtered.FilteredMeans[t][i], 1e-9, $"filtered {t}");
            }

        ((double Mean, double Variance)[] States, double LogDensity) Given(int[] observed)
        {
            int[] seen = [.. observed.Where(i => !double.IsNaN(values[i]))];
            var s = seen.Length;
            double[] spread = [.. from i in seen from j in seen select covariance[(steps * n + i) * size + steps * n + j]];
            var lower = DenseMatrix.Cholesky(spread, s)!;
            double[] away = [.. seen.Select(i => values[i] - mean[steps * n + i])];
            var solved = DenseMatrix.SolveRows(lower, away, s);
            return ([.. Enumerable.Range(0, steps * n).Select(state =>
            {
                double[] cross = [.. seen.Select(i => covariance[state * size + steps * n + i])];
                return (mean[state] + VectorMath.Dot(cross, solved),
                    covariance[state * size + state] - VectorMath.Dot(cross, DenseMatrix.SolveRows(lower, cross, s)));
            })], -(s * Math.Log(2 * Math.PI) + DenseMatrix.LogDeterminant(lower, s) + VectorMath.Dot(away, solved)) / 2);
        }

        static double[,] Root(double[] matrix, int size)
        {
            var (values, vectors) = SymmetricEigen.Of(matrix, size);
            var root = new double[size, size];
            for (var i = 0; i < size; i++)
                for (var k = 0; k < size; k++)
                    root[i, k] = Math.Sqrt(Math.Max(0, values[k])) * vectors[k * size + i];
            return root;
        }
    }

    [TestMethod]
    [DataRow(LinearGaussianParts.All, false)]
    [DataRow(LinearGaussianParts.Noise, true)]
    [DataRow(LinearGaussianParts.Transition | LinearGaussianParts.Observation, false)]
    public void Expectation_maximization_never_lowers_the_likelihood(LinearGaussianParts parts, bool isIndependent)
    {
        var truth = new LinearGaussianModel(new[,] { { 0.9, 0.2 }, { -0.2, 0.8 } }, new[,] { { 1.0, 0 }, { 0.3, -1 } },
            new[,] { { 0.4, 0 }, { 0, 0.2 } }, new[,] { { 0.5, 0.2 }, { 0.2, 0.6 } }, [0, 0], new[,] { { 1.0, 0 }, { 0, 1 } },
            new[,] { { 0.5 }, { -0.2 } });
        var random = new Random(2);
        ObservedSequence[] inputs = [.. Enumerable.Range(0, 3).Select(_ => ObservedSequence.OfValues(
            [.. Enumerable.Range(0, 40).Select(_ => random.NextDouble())]))];
        ObservedSequence[] rows = [.. inputs.Select(input => ObservedSequence.OfValues(Array.ConvertAll(
            truth.Sample(40, random, input).Values.ToArray(), value => random.Next(4) == 0 ? double.NaN : value), 2))];
        var start = new LinearGaussianModel(truth.F, [1, 0, 0, 1], [1, 0, 0, 1], [2, 0, 0, 1], [0.5, 0], [1, 0, 0, 1], [0.1, 0.1], [0, 0]);
        var fit = KalmanEm.Fit(start, rows, new() { Learned = parts, IndependentNoise = isIndependent, MaximumIterations = 30,
            Tolerance = 0 },
            inputs);
        Assert.HasCount(31, fit.LogLikelihoods);
        for (var i = 1; i < fit.LogLikelihoods.Count; i++)
            Assert.IsGreaterThanOrEqualTo(fit.LogLikelihoods[i - 1] - 1e-8, fit.LogLikelihoods[i], $"step {i}");
        if (isIndependent)
            Assert.AreEqual(0, fit.Model.ObservationCovariance[0, 1]);
        if (!parts.HasFlag(LinearGaussianParts.Transition))
            CollectionAssert.AreEqual(truth.F, fit.Model.F);
    }

    [TestMethod]
    public void A_levels_variances_are_recovered()
    {
        // Like the Nile: a level that moves by 40 a step and is seen with a deviation of 120.
        var truth = new LinearGaussianModel([1], [1], [1600], [14400], [1000], [1e4]);
        var x = truth.Sample(2000, new(4));
        var fit = KalmanEm.Fit(StructuralModels.Of(x), [x], StructuralModels.Variances);
        Assert.AreEqual(1600, fit.Model.TransitionCovariance[0, 0], 500);
        Assert.AreEqual(14400, fit.Model.ObservationCovariance[0, 0], 1200);
        Assert.IsGreaterThan(truth.LogLikelihood(x) - 8, fit.LogLikelihood);
    }

    [TestMethod]
    public void Trend_and_seasons_are_forecast()
    {
        double Truth(int step) => 10 + 0.5 * step + 3 * Math.Sin(step * Math.PI / 2);
        var x = ObservedSequence.OfValues([.. Enumerable.Range(0, 60).Select(step => step % 7 == 3 ? double.NaN : Truth(step))]);
        var fit = KalmanEm.Fit(StructuralModels.Of(x, hasTrend: true, period: 4), [x],
            StructuralModels.Variances with { MaximumIterations = 50 });
        var ahead = fit.Model.Forecast(x, 8);
        for (var step = 0; step < 8; step++)
            Assert.AreEqual(Truth(60 + step), ahead[step].Mean[0], 0.5, $"step {step}");
        Assert.IsGreaterThan(ahead[0].Covariance[0, 0], ahead[7].Covariance[0, 0]);
    }

    [TestMethod]
    public void Missing_steps_and_single_steps_have_a_forecast()
    {
        var model = new LinearGaussianModel([1], [1], [1], [1], [5], [2]);
        var nothing = ObservedSequence.OfValues([double.NaN, double.NaN]);
        Assert.AreEqual(0, model.LogLikelihood(nothing));
        Assert.AreEqual(5, model.Forecast(nothing, 1)[0].Mean[0]);
        Assert.AreEqual(2 + 1 + 1 + 1, model.Forecast(nothing, 1)[0].Covariance[0, 0]);
        Assert.AreEqual(5 + 2 * 2 / 3.0, model.Filter(ObservedSequence.OfValues([7])).FilteredMeans[0][0], 1e-12);
        Says<ArgumentException>("All values of all sequences are missing", () => KalmanEm.Fit(model, [nothing]));
        Says<ArgumentException>("All values of the series are missing", () => StructuralModels.Of(nothing));
    }

    [TestMethod]
    public void Bad_input_is_said()
    {
        Says<ArgumentException>("expected a finite number, or NaN", () => ObservedSequence.OfValues([double.NegativeInfinity]));
        Says<ArgumentException>("isn't symmetric", () => new LinearGaussianModel(
            [1, 0, 0, 1], [1, 0], [1, 0.5, 0, 1], [1], [0, 0], [1, 0, 0, 1]));
        Says<ArgumentException>("eigenvalue", () => new LinearGaussianModel([1], [1], [-1], [1], [0], [1]));
        Says<ArgumentException>("isn't finite", () => new LinearGaussianModel([double.NaN], [1], [1], [1], [0], [1]));
        Says<ArgumentException>("The transition has 2 numbers; expected 1", () => new LinearGaussianModel([1, 2], [1], [1], [1], [0], [1]));
        var exact = new LinearGaussianModel([1], [1, 1], [1], [0, 0, 0, 0], [0], [1]);
        Says<InvalidDataException>("Step 0: the covariance of the observation is singular",
            () => exact.Filter(ObservedSequence.OfValues([1, 1], 2)));
        Says<ArgumentException>("the model observes 2", () => exact.Filter(ObservedSequence.OfValues([1])));
        var driven = new LinearGaussianModel([1], [1], [1], [1], [0], [1], [1]);
        Says<ArgumentException>("expected 2 steps of 1", () => driven.Filter(ObservedSequence.OfValues([1, 2])));
        Says<ArgumentException>("A known input is NaN",
            () => driven.Filter(ObservedSequence.OfValues([1]), ObservedSequence.OfValues([double.NaN])));
        Says<ArgumentException>("There are no sequences", () => KalmanEm.Fit(exact, []));
        Says<ArgumentException>("The period is 1", () => StructuralModels.Of(ObservedSequence.OfValues([1]), period: 1));
    }
}
