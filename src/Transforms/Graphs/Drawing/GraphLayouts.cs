namespace MLSeqGraph.Transforms;

/// <summary>How the nodes of a drawn graph find their places.</summary>
public enum GraphLayout
{
    /// <summary>
    /// All nodes push each other away and edges pull together (Fruchterman and Reingold 1991), far nodes in groups (Barnes and Hut 1986),
    /// from places by distances to a few nodes.
    /// </summary>
    Force,
    /// <summary>
    /// The eigenvectors for the two smallest eigenvalues above 0 of each component's normalized Laplacian (Hall 1970, Koren 2003).
    /// </summary>
    Spectral,
}

/// <summary>Places for the nodes of a graph.</summary>
internal static class GraphLayouts
{
    // Components of a spectral layout stand side by side.
    private const double Apart = 2.4;

    /// <summary>Places; the same for the same graph and seed.</summary>
    internal static (double[] X, double[] Y) Of(GraphLayout layout, SimpleGraph graph, int seed, CancellationToken cancellationToken) =>
        layout == GraphLayout.Force ? Force(graph, seed, cancellationToken) : Spectral(graph);

    private static (double[] X, double[] Y) Force(SimpleGraph graph, int seed, CancellationToken cancellationToken)
    {
        var count = graph.NodeCount;
        if (count == 1)
            return ([0], [0]);
        var (x, y) = PivotPlacement.Of(graph, seed);
        double[] dx = new double[count], dy = new double[count];
        var tree = new QuadTree();
        var rounds = count > 2000 ? 120 : 300;
        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            tree.Build(x, y);
            for (var node = 0; node < count; node++)
            {
                var (pushX, pushY) = tree.Push(x[node], y[node], 1);
                // towards the middle, so that parts without connection stay near
                var pull = 0.05;
                foreach (var neighbor in graph.NeighborsOf(node))
                {
                    double towardsX = x[neighbor] - x[node], towardsY = y[neighbor] - y[node];
                    var length = Math.Sqrt(towardsX * towardsX + towardsY * towardsY);
                    pushX += towardsX * length;
                    pushY += towardsY * length;
                }
                (dx[node], dy[node]) = (pushX - pull * x[node], pushY - pull * y[node]);
            }
            var warmth = Math.Sqrt(count) * 0.1 * Math.Pow(0.01, (double)round / rounds);
            for (var node = 0; node < count; node++)
            {
                var length = Math.Sqrt(dx[node] * dx[node] + dy[node] * dy[node]);
                var step = length > warmth ? warmth / length : 1;
                x[node] += dx[node] * step;
                y[node] += dy[node] * step;
            }
        }
        return (x, y);
    }

    private static (double[] X, double[] Y) Spectral(SimpleGraph graph)
    {
        double[] x = new double[graph.NodeCount], y = new double[graph.NodeCount];
        var table = new FeatureTable(graph.NodeCount, 2);
        LaplacianEigenvectors.Write(graph, 2, table, 0);
        var components = graph.Components();
        var columns = (int)Math.Ceiling(Math.Sqrt(components.Count));
        for (var part = 0; part < components.Count; part++)
        {
            // Divided by the roots of degrees: eigenvectors of the random walk, in which neighbors are near.
            double Place(int node, int column) => table[node, column] / Math.Sqrt(Math.Max(1, graph.DegreeOf(node)));
            for (var column = 0; column < 2; column++)
            {
                var largest = Math.Max(1e-12, components[part].Max(node => Math.Abs(Place(node, column))));
                foreach (var node in components[part])
                    (column == 0 ? x : y)[node] = Place(node, column) / largest
                        + Apart * (column == 0 ? part % columns : part / columns);
            }
        }
        return (x, y);
    }
}
