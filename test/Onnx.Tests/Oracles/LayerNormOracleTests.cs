namespace MLSeqGraph.Onnx.Tests.Oracles;

[TestClass]
[TestCategory("Oracle")]
public class LayerNormOracleTests
{
    [TestMethod]
    [OracleData("LayerNorm")]
    public void Values_and_gradients(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(v => new Dictionary<string, Value>
        {
            ["output"] = Op.LayerNormalization(v["x"], v["weight"], v.GetValueOrDefault("bias"), oracle.Setting("eps", 1e-5f)),
        });
    }
}
