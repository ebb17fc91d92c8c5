namespace MLSeqGraph.Onnx;

/// <summary>
/// Noise of Gumbel's distribution, -log(-log u): like a <see cref="DropoutMask"/> it depends only on seed, step and element.
/// </summary>
internal sealed class GumbelNoise(Value input, int layer) : HostInput
{
    internal override IEnumerable<Value> Inputs => [input];

    internal override void Fill(HostFeed feed)
    {
        var random = feed.Random(layer);
        foreach (ref var element in feed.Write(input))
            element = (float)-Math.Log(-Math.Log(random.NextPositive()));
    }
}

public sealed partial class NetworkBuilder
{
    /// <summary>
    /// Noise of Gumbel's distribution with a tensor's shape, for random draws in training; the same for the same seed and step.
    /// </summary>
    /// <exception cref="GraphException">The graph is not for training.</exception>
    public Value GumbelNoise(Value like)
    {
        if (Mode != NetworkMode.Training)
            throw new GraphException($"GumbelNoise: there is noise in training alone; the graph is for {Mode}.");
        var noise = Graph.Input($"noise_{_hostInputs.Count}", ElementType.Float, like.Shape);
        _hostInputs.Add(new GumbelNoise(noise, _hostInputs.Count));
        return noise;
    }
}
