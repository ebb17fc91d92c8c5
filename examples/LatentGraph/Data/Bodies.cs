using MLSeqGraph.Onnx;

namespace LatentGraph.Data;

/// <summary>
/// Five bodies of mass 1 in a plane. Springs: half of the pairs, drawn at random, pull each other by k times their distance. Charges: each
/// body is positive or negative, and like ones push, unlike ones pull, by c / (r² + s²). Leapfrog steps (Kipf et al. 2018, section 5.1,
/// without its walls).
/// </summary>
internal static class Bodies
{
    private const int Count = 5, Substeps = 20;
    private const double Interval = 0.2, Spring = 0.4, Charge = 0.6, Softening = 0.3;

    /// <summary>Draws motions.</summary>
    /// <param name="task">springs or charges.</param>
    /// <param name="motions">How many.</param>
    /// <param name="steps">Times of each.</param>
    /// <param name="seed">Decides all.</param>
    internal static Motion[] Draw(string task, int motions, int steps, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, motions).Select(_ => task == "charges" ? OfCharges(steps, random) : OfSprings(steps, random))];
    }

    private static Motion OfSprings(int steps, Random random)
    {
        var isLinked = new bool[Count, Count];
        for (var a = 0; a < Count; a++)
            for (var b = 0; b < a; b++)
                isLinked[a, b] = isLinked[b, a] = random.Next(2) == 1;
        return new(Run(steps, random, (a, b, _) => isLinked[a, b] ? -Spring : 0), isLinked);
    }

    private static Motion OfCharges(int steps, Random random)
    {
        bool[] isPositive = [.. Enumerable.Range(0, Count).Select(_ => random.Next(2) == 1)];
        var attract = new bool[Count, Count];
        for (var a = 0; a < Count; a++)
            for (var b = 0; b < Count; b++)
                attract[a, b] = a != b && isPositive[a] != isPositive[b];
        return new(Run(steps, random, (a, b, square) => (attract[a, b] ? -Charge : Charge) / Math.Pow(square + Softening, 1.5)), attract);
    }

    // The force on a by b is the way from b to a times a factor.
    private static float[][] Run(int steps, Random random, Func<int, int, double, double> factor)
    {
        double[] x = [.. Enumerable.Range(0, 2 * Count).Select(_ => 0.5 * random.NextNormal())], v = new double[2 * Count];
        for (var body = 0; body < Count; body++)
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * random.NextDouble());
            (v[2 * body], v[2 * body + 1]) = (0.5 * cosine, 0.5 * sine);
        }
        var times = new float[steps][];
        const double Step = Interval / Substeps;
        for (var step = 0; step < steps; step++)
        {
            times[step] = [.. Enumerable.Range(0, Count).SelectMany(body => (float[])[(float)x[2 * body], (float)x[2 * body + 1],
                (float)v[2 * body], (float)v[2 * body + 1]])];
            for (var i = 0; i < Substeps; i++)
            {
                Push(Step / 2);
                for (var k = 0; k < x.Length; k++)
                    x[k] += Step * v[k];
                Push(Step / 2);
            }
        }
        return times;

        void Push(double time)
        {
            for (var a = 0; a < Count; a++)
                for (var b = 0; b < Count; b++)
                    if (a != b)
                    {
                        double east = x[2 * a] - x[2 * b], north = x[2 * a + 1] - x[2 * b + 1];
                        var of = factor(a, b, east * east + north * north);
                        v[2 * a] += time * of * east;
                        v[2 * a + 1] += time * of * north;
                    }
        }
    }
}
