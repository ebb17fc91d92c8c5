namespace MLSeqGraph.Onnx;

/// <summary>
/// Noise of Gumbel's distribution, -log(-log u): a function of seed, step and element alone, as a <see cref="DropoutMask"/> is.
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
    /// <summary>Noise of Gumbel's distribution of a tensor's shape, for draws while training; the same for one seed and step.</summary>
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
