using System.Numerics;

namespace MLSeqGraph.Transforms;

/// <summary>Walks that end where they began.</summary>
internal static class ClosedWalks
{
    /// <summary>
    /// Writes the diagonals of M, M², … for the symmetric M = S A S, S being the diagonal <paramref name="scale"/>: with 1 the numbers
    /// of closed walks at each node; with 1 / √degree the probabilities that a random walk is back at its start, since D^-1 A and
    /// D^-1/2 A D^-1/2 have powers with the same diagonal.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="scale">One element per node.</param>
    /// <param name="length">The longest walk.</param>
    /// <param name="write">
    /// Called with node, length (from 1) and the diagonal's element; by several threads, each with nodes of its own.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    internal static void Diagonals(SimpleGraph graph, double[] scale, int length, Action<int, int, double> write,
        CancellationToken cancellationToken) =>
        Parallel.For(0, graph.NodeCount, new ParallelOptions { CancellationToken = cancellationToken }, () => new double[2][],
            (node, _, vectors) =>
        {
            // (M^(a + b))ᵢᵢ = (Mᵃ eᵢ) · (Mᵇ eᵢ): half as many products as lengths.
            var now = vectors[0] ??= new double[graph.NodeCount];
            var next = vectors[1] ??= new double[graph.NodeCount];
            Array.Clear(now);
            now[node] = 1;
            for (var walked = 1; walked <= length; walked++)
            {
                if (walked % 2 == 0)
                {
                    write(node, walked, Dot(now, now));
                    continue;
                }
                graph.Multiply(scale, now, next);
                write(node, walked, Dot(now, next));
                (now, next) = (next, now);
            }
            return vectors;
        }, _ => { });

    private static double Dot(double[] a, double[] b)
    {
        var sum = Vector<double>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count)
            sum += new Vector<double>(a, i) * new Vector<double>(b, i);
        var total = Vector.Sum(sum);
        for (; i < a.Length; i++)
            total += a[i] * b[i];
        return total;
    }
}
