namespace MLSeqGraph.Onnx;

/// <summary>
/// Draws of the standard normal distribution (Box and Muller 1958). Like a dropout mask they depend only on seed, step and
/// element.
/// </summary>
internal sealed class NormalNoise(Value input, int layer) : HostInput
{
    internal override IEnumerable<Value> Inputs => [input];

    internal override void Fill(HostFeed feed) => Fill(feed.Write(input), feed.Random(layer));

    // Two uniform draws give two normal ones.
    internal static void Fill(Span<float> noise, SplitMix64 random)
    {
        for (var i = 0; i < noise.Length; i += 2)
        {
            var radius = Math.Sqrt(-2 * Math.Log(random.NextPositive()));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * random.NextPositive());
            noise[i] = (float)(radius * cosine);
            if (i + 1 < noise.Length)
                noise[i + 1] = (float)(radius * sine);
        }
    }
}

public sealed partial class NetworkBuilder
{
    /// <summary>
    /// A draw of the normal distribution with gradients to its parameters, mean + exp(log variance / 2) · ε (Kingma and Welling 2014),
    /// while training; the mean otherwise. ε is a function of seed, step and element.
    /// </summary>
    /// <param name="mean">The mean, of any shape.</param>
    /// <param name="logVariance">The logarithm of the variance, of the same shape.</param>
    /// <exception cref="GraphException">The shapes differ.</exception>
    public Value NormalSample(Value mean, Value logVariance)
    {
        if (!mean.Shape.Equals(logVariance.Shape))
            throw new GraphException($"{nameof(NormalSample)}: expected mean and log variance of one shape; got {mean} and {logVariance}.");
        if (Mode != NetworkMode.Training)
            return mean;
        var noise = Graph.Input($"normal_noise_{_hostInputs.Count}", ElementType.Float, mean.Shape);
        _hostInputs.Add(new NormalNoise(noise, _hostInputs.Count));
        return mean + Op.Exp(logVariance * 0.5) * noise;
    }
}
