namespace MLSeqGraph.Onnx.Tests.Training;

[TestClass]
public class NormalNoiseTests
{
    [TestMethod]
    public void Draws_are_standard_normal()
    {
        var noise = new float[200_001];
        NormalNoise.Fill(noise, new(12345));
        Assert.AreEqual(0, noise.Average(), 0.01);
        Assert.AreEqual(1, noise.Average(x => (double)x * x), 0.02);
        Assert.AreEqual(0, noise.Average(x => Math.Pow(x, 3)), 0.04);
        Assert.AreEqual(3, noise.Average(x => Math.Pow(x, 4)), 0.1);
        // neighbors are independent
        Assert.AreEqual(0, noise.Zip(noise.Skip(1), (a, b) => (double)a * b).Average(), 0.01);
    }

    [TestMethod]
    public void The_key_decides()
    {
        float[] Draw(ulong key)
        {
            var noise = new float[7];
            NormalNoise.Fill(noise, new(key));
            return noise;
        }
        CollectionAssert.AreEqual(Draw(1), Draw(1));
        CollectionAssert.AreNotEqual(Draw(1), Draw(2));
    }
}
