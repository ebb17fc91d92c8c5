using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Layers of forecasts: golden values, gradients, and worked cases.</summary>
[TestClass]
public class ForecastLayerTests
{
    [TestMethod]
    [TestCategory("Oracle")]
    [OracleData("RevIN")]
    public void Reversible_normalization_equals_golden_values(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(v =>
        {
            var affine = v.ContainsKey("gain");
            var network = Given(v, "reversible", affine ? ["gain", "bias"] : []);
            var normalized = network.ReversibleNormalization(v["x"], epsilon: oracle.Setting("epsilon", 1e-5f), affine: affine,
                detached: oracle.Setting("detached", false), mask: v.GetValueOrDefault("mask"));
            return new Dictionary<string, Value>
            {
                ["y"] = normalized.Normalized, ["mean"] = normalized.Mean, ["deviation"] = normalized.Deviation,
                ["restored"] = normalized.Restore(v.GetValueOrDefault("forecast") ?? normalized.Normalized),
            };
        });
    }

    [TestMethod]
    [TestCategory("Oracle")]
    [OracleData("DLinear")]
    public void DLinear_equals_golden_values(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(v =>
        {
            string[] given = [.. v.Keys.Where(key => key.EndsWith("weight", StringComparison.Ordinal) || key == "bias")];
            var horizon = (int)oracle.Params["trend_weight"].Shape[0];
            var (y, trend) = Given(v, "dlinear", given).DLinear(v["x"], horizon, oracle.Setting("kernel", 25), v.ContainsKey("bias"));
            return new Dictionary<string, Value> { ["y"] = y, ["trend"] = trend, ["seasonal"] = v["x"] - trend };
        });
    }

    [TestMethod]
    public void What_was_normalized_is_restored()
    {
        var graph = new Graph("reversible");
        var x = graph.Input("x", ElementType.Float, [1, 4, 2]);
        var gain = graph.Vector(2f, -0.5f);
        var network = new NetworkBuilder(graph, NetworkMode.Deployment,
            new Dictionary<string, Value> { ["reversible/gain"] = gain, ["reversible/bias"] = graph.Vector(1f, 3f) });
        var normalized = network.ReversibleNormalization(x);
        graph.Output("restored", normalized.Restore(normalized.Normalized));
        using var session = new OnnxSession(graph);
        float[] window = [1, 100, 2, 150, 5, 120, 3, 130];
        var restored = session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Create(window, 1, 4, 2) })["restored"]
            .As<float>();
        for (var i = 0; i < window.Length; i++)
            Assert.AreEqual(window[i], restored[i], 1e-3f);
    }

    [TestMethod]
    public void Masked_steps_and_constant_windows()
    {
        var graph = new Graph("reversible");
        var x = graph.Input("x", ElementType.Float, [2, 4, 1]);
        var mask = graph.Input("mask", ElementType.Float, [2, 4, 1]);
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        var normalized = network.ReversibleNormalization(x, affine: false, mask: mask);
        graph.Output("mean", normalized.Mean);
        graph.Output("y", normalized.Normalized);
        using var session = new OnnxSession(graph);
        var run = session.Run(new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create([1f, 3, 777, 888, 5, 5, 5, 5], 2, 4, 1),
            ["mask"] = TensorData.Create([1f, 1, 0, 0, 1, 1, 1, 1], 2, 4, 1),
        });
        CollectionAssert.AreEqual(new float[] { 2, 5 }, run["mean"].As<float>());
        CollectionAssert.AreEqual(new float[] { 0, 0, 0, 0 }, run["y"].As<float>()[4..]);
    }

    [TestMethod]
    [DataRow("dlinear")]
    [DataRow("nlinear")]
    [DataRow("reversible")]
    public void Gradient(string layer)
    {
        Value Apply(NetworkBuilder network, Value x) => layer switch
        {
            "dlinear" => network.DLinear(x, 2, 3).Forecast,
            "nlinear" => network.NLinear(x, 2),
            _ => network.ReversibleNormalization(Op.Unsqueeze(x, 2)) is var normalized
                ? normalized.Restore(Op.Slice(normalized.Normalized * normalized.Normalized, 1, 1)) : null!,
        };
        var parameters = new ParameterSet();
        var shapes = new NetworkBuilder(parameters, NetworkMode.Evaluation);
        Apply(shapes, shapes.Input("x", ElementType.Float, [3, 5]));
        TensorData[] at = [FiniteDifferences.Random(ElementType.Float, 1, 3, 5), .. parameters.All.Select((parameter, i) =>
            FiniteDifferences.Random(ElementType.Float, 2 + i, [.. parameter.Value.Sizes]))];
        FiniteDifferences.Check(values => Apply(new(values[0].Graph, NetworkMode.Training,
            parameters.All.Zip(values.Skip(1), (parameter, value) => (parameter.Name, value)).ToDictionary()), values[0]), at,
            tolerance: 2e-2);
    }

    [TestMethod]
    public void Bad_windows_are_errors()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var ragged = network.Input("x", ElementType.Float, [2, "time"]);
        var window = network.Input("y", ElementType.Float, [2, 9]);
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => network.DLinear(ragged, 3)).Message, "known size");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => network.NLinear(ragged, 3)).Message, "known size");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => network.DLinear(window, 3, 4)).Message, "odd");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => network.ReversibleNormalization(window, 1)).Message, "axis 1");
    }

    private static NetworkBuilder Given(IReadOnlyDictionary<string, Value> values, string scope, string[] names) =>
        new(values["x"].Graph, NetworkMode.Evaluation, names.ToDictionary(name => $"{scope}/{name}", name => values[name]));
}
