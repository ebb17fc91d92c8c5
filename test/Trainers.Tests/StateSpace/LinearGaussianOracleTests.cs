using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.StateSpace;

[TestClass]
[TestCategory("Oracle")]
public class LinearGaussianOracleTests
{
    [TestMethod]
    [OracleData("LinearGaussian")]
    public void Filter_smoother_forecast_and_a_step(string file)
    {
        var oracle = OracleCase.Load(file);
        var (model, x) = (Model(oracle), Observations(oracle));
        var (smoothed, forecast) = (model.Smooth(x), model.Forecast(x, oracle.Setting("ahead", 1)));
        var filtered = smoothed.Filtered;
        var given = new Dictionary<string, IEnumerable<double>>
        {
            ["predicted_mean"] = filtered.PredictedMeans.SelectMany(each => each),
            ["predicted_cov"] = filtered.PredictedCovariances.SelectMany(each => each),
            ["filtered_mean"] = filtered.FilteredMeans.SelectMany(each => each),
            ["filtered_cov"] = filtered.FilteredCovariances.SelectMany(each => each),
            ["log_likelihood"] = [filtered.LogLikelihood],
            ["smoothed_mean"] = smoothed.Means.SelectMany(each => each),
            ["smoothed_cov"] = smoothed.Covariances.SelectMany(each => each),
            ["smoothed_cross_cov"] = smoothed.CrossCovariances.SelectMany(each => each),
            ["forecast_mean"] = forecast.SelectMany(step => step.Mean),
            ["forecast_cov"] = forecast.SelectMany(step => step.Covariance.Cast<double>()),
        };
        var (next, before) = KalmanEm.Step(model, [x]);
        Assert.AreEqual(filtered.LogLikelihood, before, 1e-12);
        given["new_transition"] = next.Transition.Cast<double>();
        given["new_transition_cov"] = next.TransitionCovariance.Cast<double>();
        given["new_observation"] = next.Observation.Cast<double>();
        given["new_observation_cov"] = next.ObservationCovariance.Cast<double>();
        given["new_initial_mean"] = next.InitialMean;
        given["new_initial_cov"] = next.InitialCovariance.Cast<double>();
        given["log_likelihood_after"] = [next.LogLikelihood(x)];
        foreach (var (name, expected) in oracle.Outputs)
            HiddenMarkovOracleTests.Compare(file, name, expected.Data, [.. given[name]]);
    }

    [TestMethod]
    [OracleData("LinearGaussian")]
    public void The_graph_gives_the_same(string file)
    {
        var oracle = OracleCase.Load(file);
        var (model, x) = (Model(oracle), Observations(oracle));
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        var graph = network.Graph;
        var steps = graph.Constant(TensorData.Create(Array.ConvertAll(x.Values.ToArray(), value => (float)value), x.Steps, 1,
            x.Dimensions));
        LinearGaussianGraph written = new(new(network, steps, null), model);
        var horizon = oracle.Setting("ahead", 1);
        graph.Output("log_likelihood", written.LogLikelihood);
        graph.Output("smoothed_mean", written.Smoothed());
        graph.Output("forecast", written.Forecast(horizon));
        using var session = new OnnxSession(graph);
        var given = session.Run(new Dictionary<string, TensorData>());
        double[] Numbers(string name) => Array.ConvertAll(given[name].As<float>(), number => (double)number);
        HiddenMarkovOracleTests.Compare(file, "log_likelihood", oracle.Outputs["log_likelihood"].Data, Numbers("log_likelihood"), 1e-4);
        HiddenMarkovOracleTests.Compare(file, "smoothed_mean", oracle.Outputs["smoothed_mean"].Data, Numbers("smoothed_mean"), 1e-4);
        HiddenMarkovOracleTests.Compare(file, "forecast_mean", oracle.Outputs["forecast_mean"].Data,
            Numbers("forecast")[..(horizon * x.Dimensions)], 1e-4);
    }

    private static LinearGaussianModel Model(OracleCase oracle) => new(oracle.Params["transition"].Data, oracle.Params["observation"].Data,
        oracle.Params["transition_cov"].Data, oracle.Params["observation_cov"].Data, oracle.Params["initial_mean"].Data,
        oracle.Params["initial_cov"].Data);

    private static ObservedSequence Observations(OracleCase oracle)
    {
        var values = oracle.Inputs["observations"];
        var mask = oracle.Inputs.GetValueOrDefault("mask");
        return ObservedSequence.OfValues([.. values.Data.Select((value, i) => mask is null || mask.Data[i] != 0 ? value : double.NaN)],
            (int)values.Shape[^1]);
    }
}
