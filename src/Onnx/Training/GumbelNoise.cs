namespace MLSeqGraph.Onnx;

/// <summary>Noise of Gumbel's distribution, -log(-log u): a function of seed, step and element alone, as a <see cref="DropoutMask"/> is.</summary>
internal sealed class GumbelNoise(Value input, int layer) : HostInput
{
    internal override IEnumerable<Value> Inputs => [input];

    internal override void Fill(HostFeed feed)
    {
        var counter = feed.Key(layer);
        foreach (ref var element in feed.Write(input))
        {
            var uniform = ((DropoutMask.Mix(counter += 0x9E3779B97F4A7C15) >> 11) + 0.5) * (1.0 / (1UL << 53));
            element = (float)-Math.Log(-Math.Log(uniform));
        }
    }
}
