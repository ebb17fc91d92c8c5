namespace MLSeqGraph.Onnx;

/// <summary>Random numbers that .NET doesn't draw itself.</summary>
internal static class RandomNumbers
{
    /// <summary>A standard normal number (Box and Muller 1958); 1 - u is never 0.</summary>
    internal static double NextNormal(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
