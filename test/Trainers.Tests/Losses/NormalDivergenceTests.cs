using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class NormalDivergenceTests
{
    [TestMethod]
    public void Worked_values()
    {
        var graph = new Graph("divergence");
        graph.Output("loss", Loss.NormalDivergence(graph.Input("mean", ElementType.Float, ["rows", 2]),
            graph.Input("log_variance", ElementType.Float, ["rows", 2])));
        using var session = new OnnxSession(graph);
        float Of(float[] mean, float[] logVariance) => session.Run(new Dictionary<string, TensorData>
        {
            ["mean"] = TensorData.Create(mean, mean.Length / 2, 2),
            ["log_variance"] = TensorData.Create(logVariance, mean.Length / 2, 2),
        })["loss"].As<float>()[0];
        Assert.AreEqual(0, Of([0, 0], [0, 0]), 1e-7f);
        // ½ μ² for each element, the sum of a row, the mean of the rows
        Assert.AreEqual((0.5f + 2f) / 2, Of([1, 2, 0, 0], [0, 0, 0, 0]), 1e-6f);
        // ½ (v − 1 − log v) for a variance of 4
        Assert.AreEqual(0.5f * (4 - 1 - MathF.Log(4)), Of([0, 0], [MathF.Log(4), 0]), 1e-6f);
    }

    [TestMethod]
    public void Gradient() => FiniteDifferences.Check(
        values => Loss.NormalDivergence(values[0], values[1]),
            [FiniteDifferences.Random(ElementType.Float, 1, 3, 4), FiniteDifferences.Random(ElementType.Float, 2, 3, 4)]);
}
