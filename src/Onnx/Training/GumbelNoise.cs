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
