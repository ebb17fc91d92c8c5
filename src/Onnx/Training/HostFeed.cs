namespace MLSeqGraph.Onnx;

/// <summary>What a <see cref="HostInput"/> reads and where it writes.</summary>
internal abstract class HostFeed
{
    /// <summary>
    /// The step's number, from 0, and the run's seed: random inputs depend on nothing else, so that a resumed run repeats them.
    /// </summary>
    internal abstract (long Step, int Seed) Position { get; }

    /// <summary>The size a named dimension has in this batch.</summary>
    internal abstract long SizeOf(Dim dim);

    /// <summary>A layer's random numbers in this step.</summary>
    internal SplitMix64 Random(int layer)
    {
        var (step, seed) = Position;
        return SplitMix64.OfStep(step, seed, layer);
    }

    /// <summary>A buffer for an input, of the sizes that it has in this batch.</summary>
    internal Span<float> Write(Value input)
    {
        var sizes = new long[input.Shape.Rank];
        for (var i = 0; i < sizes.Length; i++)
            sizes[i] = SizeOf(input.Shape[i]);
        return Write<float>(input, sizes);
    }

    /// <summary>The elements of an input of the batch.</summary>
    internal abstract ReadOnlySpan<T> Read<T>(Value input) where T : unmanaged;

    /// <summary>A buffer for an input of the given sizes, which the step reads.</summary>
    internal abstract Span<T> Write<T>(Value input, params ReadOnlySpan<long> sizes) where T : unmanaged;
}
