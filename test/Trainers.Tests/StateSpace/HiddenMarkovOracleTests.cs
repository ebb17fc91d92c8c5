using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.StateSpace;

[TestClass]
[TestCategory("Oracle")]
public class HiddenMarkovOracleTests
{
    private const double Tolerance = 1e-6;

    [TestMethod]
    [OracleData("HMM", "HMMDiscrete", "HMMGaussian")]
    public void Inference_and_a_Baum_Welch_step(string file)
    {
        var oracle = OracleCase.Load(file);
        var (model, sequences) = (Model(oracle), Sequences(oracle));
        var time = (int)oracle.Inputs["observations"].Shape[sequences.Count == 1 && !oracle.Inputs.ContainsKey("lengths") ? 0 : 1];
        var padded = new Dictionary<string, List<double>>();
        void Add(string name, params IEnumerable<double> values) => (padded.TryGetValue(name, out var known) ? known
            : padded[name] = []).AddRange(values);
        foreach (var x in sequences)
        {
            Add("log_likelihood", model.LogLikelihood(x));
            var (path, logProbability) = model.Viterbi(x);
            Add("viterbi_log_prob", logProbability);
            Assert.AreEqual(logProbability, model.LogProbability(x, path), 1e-9);
            Add("viterbi_path", [.. path.Select(state => (double)state), .. Enumerable.Repeat(-1.0, time - x.Steps)]);
            Add("posterior", [.. model.Posterior(x).Cast<double>(), .. new double[(time - x.Steps) * model.States]]);
            // The logarithmic form, which takes over where scaled probabilities vanish.
            var posterior = new double[x.Steps * model.States];
            Assert.AreEqual(model.LogLikelihood(x), LogDomain.Run(model, model.LogDensities(x), posterior), 1e-9);
            Compare(oracle.File, "logarithmic posterior", [.. model.Posterior(x).Cast<double>()], posterior);
        }
        Add("expected_transitions", model.ExpectedTransitions(sequences).Cast<double>());
        var (next, before) = BaumWelch.Step(model, sequences);
        Assert.AreEqual(sequences.Sum(model.LogLikelihood), before, 1e-9);
        Add("new_initial", next.Initial);
        Add("new_transition", next.Transition.Cast<double>());
        if (next.Emission is DiscreteEmission symbols)
            Add("new_emission", symbols.Probabilities.Cast<double>());
        if (next.Emission is GaussianEmission gaussian)
        {
            Add("new_mean", gaussian.Means.Cast<double>());
            Add(gaussian.Kind == CovarianceKind.Diagonal ? "new_variance" : "new_covariance", gaussian.Covariances);
        }
        foreach (var x in sequences)
            Add("log_likelihood_after", next.LogLikelihood(x));
        foreach (var (name, expected) in oracle.Outputs)
            Compare(oracle.File, name, expected.Data, [.. padded[name]]);
    }

    [TestMethod]
    [OracleData("HMM", "HMMDiscrete", "HMMGaussian")]
    public void The_graph_gives_the_same(string file)
    {
        var oracle = OracleCase.Load(file);
        var (model, sequences) = (Model(oracle), Sequences(oracle));
        var (batch, time) = (sequences.Count, sequences.Max(x => x.Steps));
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        var graph = network.Graph;
        var logs = new float[time * batch * model.States];
        var numbers = new float[time * batch * Math.Max(1, model.Emission.Dimensions)];
        for (var row = 0; row < batch; row++)
        {
            var densities = model.LogDensities(sequences[row]);
            for (var step = 0; step < sequences[row].Steps; step++)
            {
                for (var state = 0; state < model.States; state++)
                    logs[(step * batch + row) * model.States + state] = (float)densities[step * model.States + state];
                for (var d = 0; d < model.Emission.Dimensions; d++)
                    numbers[(step * batch + row) * model.Emission.Dimensions + d] = (float)sequences[row].At(step)[d];
            }
        }
        var x = model.Emission.Dimensions == 0 ? graph.Constant(TensorData.Create(logs, time, batch, model.States))
            : graph.Constant(TensorData.Create(numbers, time, batch, model.Emission.Dimensions));
        HiddenMarkovGraph written = new(new(network, x, graph.Vector([.. sequences.Select(each => (long)each.Steps)])), [model]);
        graph.Output("log_likelihood", written.LogLikelihood);
        graph.Output("posterior", written.Posterior());
        graph.Output("viterbi_path", written.Viterbi());
        using var session = new OnnxSession(graph);
        var given = session.Run(new Dictionary<string, TensorData>());
        Compare(file, "log_likelihood", oracle.Outputs["log_likelihood"].Data,
            Array.ConvertAll(given["log_likelihood"].As<float>(), number => (double)number), 1e-5);
        Compare(file, "posterior", oracle.Outputs["posterior"].Data,
            Array.ConvertAll(given["posterior"].As<float>(), number => (double)number), 1e-5);
        Compare(file, "viterbi_path", oracle.Outputs["viterbi_path"].Data,
            Array.ConvertAll(given["viterbi_path"].As<long>(), number => (double)number));
    }

    internal static void Compare(string file, string what, double[] expected, double[] actual, double tolerance = Tolerance)
    {
        Assert.HasCount(expected.Length, actual, $"{file}: {what}");
        for (var i = 0; i < expected.Length; i++)
            Assert.IsTrue(Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"{file}: {what}, element {i}: expected {expected[i]}, got {actual[i]}");
    }

    private static HiddenMarkovModel Model(OracleCase oracle)
    {
        var initial = Normalized(oracle.Params["initial"]);
        int states = initial.Length;
        var transition = Normalized(oracle.Params["transition"]);
        if (oracle.Params.TryGetValue("emission", out var emission))
            return new(initial, transition, new DiscreteEmission(Normalized(emission), states));
        var kind = oracle.Setting("covariance", "diagonal") switch
        {
            "full" => CovarianceKind.Full, "tied" => CovarianceKind.Tied, _ => CovarianceKind.Diagonal,
        };
        var covariance = oracle.Params.TryGetValue("variance", out var variance) ? variance : oracle.Params["covariance"];
        return new(initial, transition, new GaussianEmission(oracle.Params["mean"].Data, covariance.Data, states, kind));
    }

    // The files' rows sum to 1 but for the rounding of their digits.
    private static double[] Normalized(OracleTensor tensor) => tensor.Data;

    private static List<ObservedSequence> Sequences(OracleCase oracle)
    {
        var observed = oracle.Inputs["observations"];
        var isDiscrete = oracle.Params.ContainsKey("emission");
        var dimensions = isDiscrete ? 1 : (int)observed.Shape[^1];
        var isBatch = observed.Shape.Length == (isDiscrete ? 2 : 3);
        int batch = isBatch ? (int)observed.Shape[0] : 1, time = (int)observed.Shape[isBatch ? 1 : 0];
        return [.. Enumerable.Range(0, batch).Select(row =>
        {
            var steps = oracle.Inputs.TryGetValue("lengths", out var lengths) ? (int)lengths.Data[row] : time;
            var values = observed.Data.AsSpan(row * time * dimensions, steps * dimensions).ToArray();
            return isDiscrete ? ObservedSequence.OfSymbols(Array.ConvertAll(values, value => (int)value))
                : ObservedSequence.OfValues(values, dimensions);
        })];
    }
}
