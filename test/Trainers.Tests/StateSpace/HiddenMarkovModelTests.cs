namespace MLSeqGraph.Trainers.Tests.StateSpace;

[TestClass]
public class HiddenMarkovModelTests
{
    [TestMethod]
    public void Hand_worked_case()
    {
        // Two states that emit two symbols: p(0, 1) summed over the four paths by hand.
        var model = new HiddenMarkovModel([0.6, 0.4], new[,] { { 0.7, 0.3 }, { 0.4, 0.6 } },
            new DiscreteEmission(new[,] { { 0.9, 0.1 }, { 0.2, 0.8 } }));
        var x = ObservedSequence.OfSymbols(0, 1);
        var paths = new[,] { { 0.6 * 0.9 * 0.7 * 0.1, 0.6 * 0.9 * 0.3 * 0.8 }, { 0.4 * 0.2 * 0.4 * 0.1, 0.4 * 0.2 * 0.6 * 0.8 } };
        var whole = paths.Cast<double>().Sum();
        Assert.AreEqual(Math.Log(whole), model.LogLikelihood(x), 1e-12);
        var posterior = model.Posterior(x);
        Assert.AreEqual((paths[0, 0] + paths[0, 1]) / whole, posterior[0, 0], 1e-12);
        Assert.AreEqual((paths[0, 1] + paths[1, 1]) / whole, posterior[1, 1], 1e-12);
        var (path, logProbability) = model.Viterbi(x);
        CollectionAssert.AreEqual(new[] { 0, 1 }, path);
        Assert.AreEqual(Math.Log(paths[0, 1]), logProbability, 1e-12);
        Assert.AreEqual(paths[0, 1] / whole, model.ExpectedTransitions(x)[0, 1], 1e-12);
        // An unknown symbol says nothing.
        Assert.AreEqual(Math.Log(0.6 * 0.9 + 0.4 * 0.2), model.LogLikelihood(ObservedSequence.OfSymbols(0, -1)), 1e-12);
        Assert.AreEqual(1 + 2 + 2, model.ParameterCount);
        Assert.AreEqual(2 * 5 + 4, model.Aic(-2), 1e-12);
        Assert.AreEqual(5 * Math.Log(10) + 4, model.Bic(-2, 10), 1e-12);
    }

    [TestMethod]
    [DataRow(CovarianceKind.Diagonal, 1, HiddenMarkovTopology.Ergodic)]
    [DataRow(CovarianceKind.Full, 1, HiddenMarkovTopology.Ergodic)]
    [DataRow(CovarianceKind.Tied, 1, HiddenMarkovTopology.LeftRight)]
    [DataRow(CovarianceKind.Diagonal, 3, HiddenMarkovTopology.Ergodic)]
    [DataRow(CovarianceKind.Full, 2, HiddenMarkovTopology.LeftRight)]
    public void Baum_Welch_never_lowers_the_likelihood(CovarianceKind kind, int mixtures, HiddenMarkovTopology topology)
    {
        var random = new Random(1);
        ObservedSequence[] sequences = [.. Enumerable.Range(0, 20).Select(i => ObservedSequence.OfValues(
            [.. Enumerable.Range(0, 2 * (3 + i)).Select(j => j % 7 + 5 * random.NextDouble())], 2))];
        var fit = BaumWelch.Fit(sequences, new()
        {
            States = 3, Covariance = kind, Mixtures = mixtures, Topology = topology, MaximumIterations = 40, Tolerance = 0,
        });
        Rises(fit);
        if (topology == HiddenMarkovTopology.LeftRight)
            foreach (var (from, to) in ((int, int)[])[(0, 2), (1, 0), (2, 1), (2, 0)])
                Assert.AreEqual(0, fit.Model.Transition[from, to]);
    }

    [TestMethod]
    public void Symbols_are_learned_and_masks_kept()
    {
        var truth = new HiddenMarkovModel([1, 0, 0], new[,] { { 0.8, 0.2, 0 }, { 0, 0.8, 0.2 }, { 0.2, 0, 0.8 } },
            new DiscreteEmission(new[,] { { 0.9, 0.1, 0 }, { 0.1, 0.1, 0.8 }, { 0, 0.9, 0.1 } }));
        var random = new Random(2);
        ObservedSequence[] sequences = [.. Enumerable.Range(0, 60).Select(_ => truth.Sample(50, random).Sequence)];
        bool[,] mask = { { true, true, false }, { false, true, true }, { true, false, true } };
        var fit = BaumWelch.Fit(sequences, new() { States = 3, TransitionMask = mask, Starts = 4, MaximumIterations = 200 });
        Rises(fit);
        Assert.AreEqual(0, fit.Model.Transition[0, 2]);
        Assert.IsGreaterThan(sequences.Sum(truth.LogLikelihood), fit.LogLikelihood);        // it has more freedom than the truth
        Assert.IsLessThan(0.02 * Math.Abs(fit.LogLikelihood), fit.LogLikelihood - sequences.Sum(truth.LogLikelihood));
    }

    [TestMethod]
    public void Counting_known_states_gives_their_shares()
    {
        var model = BaumWelch.Count([ObservedSequence.OfSymbols(0, 1, 1), ObservedSequence.OfSymbols(2, 1)], [[0, 0, 1], [1, 0]],
            new() { States = 3, PseudoCount = 0 });
        CollectionAssert.AreEqual(new[] { 0.5, 0.5, 0 }, model.Initial.ToArray());
        CollectionAssert.AreEqual(new[] { 0.5, 0.5, 0 }, Row(model.Transition, 0));
        CollectionAssert.AreEqual(new[] { 1.0, 0, 0 }, Row(model.Transition, 1));
        var symbols = ((DiscreteEmission)model.Emission).Probabilities;
        CollectionAssert.AreEqual(new[] { 1 / 3.0, 2 / 3.0, 0 }, Row(symbols, 0));
        CollectionAssert.AreEqual(new[] { 0, 0.5, 0.5 }, Row(symbols, 1));
        Assert.AreEqual(1, Row(symbols, 2).Sum(), 1e-12);                                    // a state nobody visits has a distribution too
        var gaussian = (GaussianEmission)BaumWelch.Count([ObservedSequence.OfValues([1, 3, 10, 12])], [[0, 0, 1, 1]],
            new() { States = 2 }).Emission;
        CollectionAssert.AreEqual(new[] { 2.0, 11 }, gaussian.Means.Cast<double>().ToArray());
        CollectionAssert.AreEqual(new[] { 1.0, 1 }, gaussian.Covariances.ToArray());
    }

    [TestMethod]
    public void States_nobody_visits_keep_what_they_have()
    {
        var model = new HiddenMarkovModel([1, 0], new[,] { { 1.0, 0 }, { 0.3, 0.7 } },
            new GaussianEmission(new[,] { { 0.0 }, { 50 } }, [1, 4], CovarianceKind.Diagonal));
        var (next, _) = BaumWelch.Step(model, ObservedSequence.OfValues([0.5, -0.5, 1]));
        CollectionAssert.AreEqual(new[] { 0.3, 0.7 }, Row(next.Transition, 1));
        var emission = (GaussianEmission)next.Emission;
        Assert.AreEqual(50, emission.Means[1, 0]);
        Assert.AreEqual(4, emission.Covariances[1]);
        Assert.AreEqual(1 / 3.0, emission.Means[0, 0], 1e-12);
    }

    [TestMethod]
    public void Constant_data_meets_the_least_variance()
    {
        var fit = BaumWelch.Fit([ObservedSequence.OfValues([3, 3, 3, 3, 3, 3], 2)], new() { States = 2, Covariance = CovarianceKind.Full });
        Assert.IsTrue(double.IsFinite(fit.LogLikelihood));
        Rises(fit);
    }

    [TestMethod]
    public void Far_outliers_need_logarithms_and_get_them()
    {
        // The second state alone can follow the first, and is 1,000 deviations away: scaled probabilities vanish.
        var model = new HiddenMarkovModel([1, 0], new[,] { { 0, 1.0 }, { 0, 1.0 } },
            new GaussianEmission(new[,] { { 0.0 }, { 1000 } }, [1, 1], CovarianceKind.Diagonal));
        var x = ObservedSequence.OfValues([0, 0, 1000]);
        Assert.AreEqual(-1.5 * Math.Log(2 * Math.PI) - 500_000, model.LogLikelihood(x), 1e-6);
        Assert.AreEqual(1, model.Posterior(x)[1, 1], 1e-12);
        Assert.AreEqual(1, model.ExpectedTransitions(x)[1, 1], 1e-12);
    }

    [TestMethod]
    public void Sampled_sequences_have_the_models_shares()
    {
        var model = new HiddenMarkovModel([0.5, 0.5], new[,] { { 0.9, 0.1 }, { 0.3, 0.7 } },
            new GaussianMixtureEmission(new[,] { { 0.5, 0.5 }, { 1.0, 0 } },
                new GaussianEmission(new[,] { { -1.0 }, { 1 }, { 10 }, { 99 } }, [0.01, 0.01, 1, 1], CovarianceKind.Diagonal)));
        var (x, path) = model.Sample(20_000, new(3));
        Assert.AreEqual(0.75, path.Count(state => state == 0) / 20_000.0, 0.03);
        Assert.AreEqual(10, Enumerable.Range(0, 20_000).Where(step => path[step] == 1).Average(step => x.Values[step]), 0.05);
        Assert.AreEqual(path.Length, path.Zip(model.Viterbi(x).Path).Count(pair => pair.First == pair.Second), 20);
    }

    [TestMethod]
    public void Bad_input_is_said()
    {
        var model = new HiddenMarkovModel([1, 0], new[,] { { 1.0, 0 }, { 0, 1 } }, new DiscreteEmission(new[,] { { 1.0, 0 }, { 0, 1 } }));
        Says<ArgumentException>("expected at least one symbol", () => ObservedSequence.OfSymbols());
        Says<ArgumentException>("Step 1: the symbol is -2", () => ObservedSequence.OfSymbols(0, -2));
        Says<ArgumentException>("has 3 values; expected at least one step of 2", () => ObservedSequence.OfValues([1, 2, 3], 2));
        Says<ArgumentException>("expected a finite number", () => ObservedSequence.OfValues([1, double.PositiveInfinity], 2));
        Says<ArgumentException>("the model has 2, and -1", () => model.LogLikelihood(ObservedSequence.OfSymbols(2)));
        Says<ArgumentException>("steps of 1 numbers; the model emits symbols", () => model.LogLikelihood(ObservedSequence.OfValues([1])));
        Assert.AreEqual(double.NegativeInfinity, model.LogLikelihood(ObservedSequence.OfSymbols(0, 1)));
        Says<InvalidDataException>("can't emit the sequence", () => model.Posterior(ObservedSequence.OfSymbols(0, 1)));
        Says<InvalidDataException>("can't emit the sequence", () => model.Viterbi(ObservedSequence.OfSymbols(0, 1)));
        Says<InvalidDataException>("Sequence 1: the model can't emit it",
            () => BaumWelch.Step(model, ObservedSequence.OfSymbols(0), ObservedSequence.OfSymbols(0, 1)));
        Says<ArgumentException>("There are no sequences", () => BaumWelch.Fit([]));
        Says<ArgumentException>("isn't positive definite", () => new GaussianEmission(
            new[,] { { 0.0, 0 } }, [1, 1, 1, 1], CovarianceKind.Full));
        Says<ArgumentException>("the variance is 0", () => new GaussianEmission(new[,] { { 0.0 } }, [0], CovarianceKind.Diagonal));
        Says<ArgumentException>("row 1 sum to 1.1", () => new DiscreteEmission(new[,] { { 1.0, 0 }, { 0.1, 1 } }));
        Says<ArgumentException>("States is 0; expected at least 1",
            () => BaumWelch.Fit([ObservedSequence.OfSymbols(0)], new() { States = 0 }));
        Says<ArgumentException>("TransitionMask", () => BaumWelch.Fit(
            [ObservedSequence.OfSymbols(0)], new() { TransitionMask = new bool[4, 4] }));
        Says<ArgumentException>("Sequence 0: expected a path of 2 states below 4",
            () => BaumWelch.Count([ObservedSequence.OfSymbols(0, 1)], [[4, 0]]));
        Says<ArgumentException>("NaN, expected a finite number", () => BaumWelch.Fit([ObservedSequence.OfValues([1, double.NaN])]));
    }

    internal static void Says<T>(string text, Action action) where T : Exception =>
        StringAssert.Contains(Assert.ThrowsExactly<T>(action).Message, text);

    private static void Rises(HiddenMarkovFit fit)
    {
        for (var i = 1; i < fit.LogLikelihoods.Count; i++)
            Assert.IsGreaterThanOrEqualTo(fit.LogLikelihoods[i - 1] - 1e-8 * Math.Abs(fit.LogLikelihoods[i]), fit.LogLikelihoods[i]);
    }

    private static double[] Row(double[,] matrix, int row) => [.. Enumerable.Range(0, matrix.GetLength(1)).Select(i => matrix[row, i])];
}
