namespace Examples;

/// <summary>Places for the nodes of a graph: all push each other away, edges pull together (Fruchterman and Reingold 1991).</summary>
internal static class ForceLayout
{
    private const int Rounds = 500;

    /// <summary>Starts from a circle, so the same graph is drawn alike each time.</summary>
    internal static (double[] X, double[] Y) Of(int nodes, IReadOnlyList<(int Source, int Target)> edges)
    {
        double[] x = [.. Enumerable.Range(0, nodes).Select(i => Math.Cos(2 * Math.PI * i / nodes))];
        double[] y = [.. Enumerable.Range(0, nodes).Select(i => Math.Sin(2 * Math.PI * i / nodes))];
        var distance = 2 / Math.Sqrt(nodes);
        for (var round = 0; round < Rounds; round++)
        {
            double[] dx = new double[nodes], dy = new double[nodes];
            void Move(int a, int b, Func<double, double> force)
            {
                double towardsX = x[b] - x[a], towardsY = y[b] - y[a];
                var length = Math.Max(1e-6, Math.Sqrt(towardsX * towardsX + towardsY * towardsY));
                var part = force(length) / length;
                (dx[a], dy[a]) = (dx[a] + towardsX * part, dy[a] + towardsY * part);
                (dx[b], dy[b]) = (dx[b] - towardsX * part, dy[b] - towardsY * part);
            }
            for (var a = 0; a < nodes; a++)
                for (var b = a + 1; b < nodes; b++)
                    Move(a, b, length => -distance * distance / length);
            foreach (var (source, target) in edges)
                if (source != target)
                    Move(source, target, length => length * length / distance);
            var step = 0.1 * (1 - (double)round / Rounds);
            for (var node = 0; node < nodes; node++)
            {
                var length = Math.Max(1e-9, Math.Sqrt(dx[node] * dx[node] + dy[node] * dy[node]));
                x[node] += dx[node] / length * Math.Min(length, step);
                y[node] += dy[node] / length * Math.Min(length, step);
            }
        }
        return (x, y);
    }
}
