using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// φ(t) = cos(t ω + b) with learned frequencies, which start from 1 or <paramref name="fastest"/> down to
    /// <paramref name="slowest"/> in equal ratios, and b = 0 (Xu et al. 2020; Rossi et al. 2020).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="times">Times or gaps, [.., 1].</param>
    /// <param name="size">Numbers of the encoding.</param>
    /// <param name="fastest">The first frequency at the start, in radians per unit of time.</param>
    /// <param name="slowest">The last one.</param>
    /// <param name="name">Scope of the parameters: <c>frequency</c> [size], <c>phase</c> [size].</param>
    /// <returns>[.., size].</returns>
    /// <exception cref="GraphException">The last axis of the times isn't 1, or the size or a frequency is out of range.</exception>
    public static Value TimeEncoding(this NetworkBuilder network, Value times, int size, double fastest = 1, double slowest = 1e-9,
        string name = "time_encoding")
    {
        if (times.Shape.Rank < 2 || times.Shape[-1] != 1)
            throw new GraphException($"TimeEncoding: expected times [.., 1]; got {times}.");
        if (size < 1 || !(slowest > 0) || !(fastest >= slowest) || !double.IsFinite(fastest))
            throw new GraphException($"TimeEncoding: expected a size of at least 1 and frequencies above 0, the fastest first; got {size}, "
                + $"{fastest} and {slowest}.");
        using (network.Scope(name))
        {
            var frequency = network.Parameter("frequency", [size], (_, _) => [.. Enumerable.Range(0, size).Select(i =>
                (float)(fastest * Math.Pow(slowest / fastest, i / Math.Max(1.0, size - 1))))], decays: false);
            var phase = network.Parameter("phase", [size], Initializers.Zeros, decays: false);
            return Op.Cos(times * frequency + phase);
        }
    }
}
