using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
[TestCategory("Oracle")]
public class BatchNormOracleTests
{
    [TestMethod]
    [OracleData("BatchNorm1d")]
    public void Training_graph(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(values =>
        {
            Dictionary<string, Value> weights = new() { ["batch_norm/scale"] = values["weight"], ["batch_norm/bias"] = values["bias"] };
            // Running statistics are not read in training.
            foreach (var statistic in (string[])["mean", "variance"])
                weights["batch_norm/" + statistic] = Op.ZerosLike(values["bias"]);
            var network = new NetworkBuilder(values["x"].Graph, NetworkMode.Training, weights);
            return new Dictionary<string, Value> { ["output"] = network.BatchNorm(values["x"], oracle.Setting("momentum", 0.1f),
                oracle.Setting("eps", 1e-5f)) };
        });
    }
}
