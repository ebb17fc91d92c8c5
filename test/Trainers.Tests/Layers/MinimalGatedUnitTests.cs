using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>A recurrent layer that is no part of any switch or list: options and a cell in one file, tested in this one.</summary>
[TestClass]
public class MinimalGatedUnitTests() : RecurrentLayerTests(new MinimalGatedUnitOptions())
{
    [TestMethod]
    [TestCategory("Oracle")]
    [OracleData("MGU")]
    public void Golden_values_in_training(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(values => Golden(oracle, values, NetworkMode.Training));
    }

    [TestMethod]
    [TestCategory("Oracle")]
    [OracleData("MGU")]
    public void Golden_values_deployed(string file)
    {
        var oracle = OracleCase.Load(file).WithoutGradients();
        oracle.Check(values => Golden(oracle, values, NetworkMode.Deployment));
    }

    private static Dictionary<string, Value> Golden(OracleCase oracle, IReadOnlyDictionary<string, Value> v, NetworkMode mode)
    {
        var hidden = oracle.Setting("hidden_size", 0);
        // rows of the weights: state first, then input
        var features = v["x"].Shape[2].Size;
        Value[] forget = Op.Split(v["w_f"], 0, hidden, features), candidate = Op.Split(v["w_h"], 0, hidden, features);
        Dictionary<string, Value> weights = new()
        {
            ["mgu/input_weight"] = Op.Concat(1, forget[1], candidate[1]), ["mgu/bias"] = Op.Concat(0, v["b_f"], v["b_h"]),
            ["mgu/forget_weight"] = forget[0], ["mgu/candidate_weight"] = candidate[0],
        };
        var network = new NetworkBuilder(v["x"].Graph, mode, weights);
        var run = network.Recurrent(new(network, Op.Transpose(v["x"], 1, 0, 2), v.GetValueOrDefault("lengths")),
            new MinimalGatedUnitOptions { Hidden = hidden });
        return new() { ["output"] = Op.Transpose(run.Output.Steps, 1, 0, 2) };
    }

    [TestMethod]
    public void It_is_deployed_as_a_loop()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        Sequence x = new(network, network.Input("x", ElementType.Float, ["time", "batch", Features]), null);
        network.Graph.Output("y", network.Recurrent(x, new MinimalGatedUnitOptions { Hidden = 3 }).Output.Steps);
        Assert.AreEqual(1, network.Graph.Nodes.Count(node => node.OpType == "Scan"));
    }
}
