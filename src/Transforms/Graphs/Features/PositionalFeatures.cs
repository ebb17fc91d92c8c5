namespace MLSeqGraph.Transforms;

/// <summary>Computes <see cref="PositionalFeatureOptions"/>.</summary>
internal static class PositionalFeatures
{
    /// <exception cref="InvalidDataException">A number is too large for Single, or eigenvectors are not found.</exception>
    internal static FeatureTable Of(SimpleGraph graph, PositionalFeatureOptions options, CancellationToken cancellationToken = default)
    {
        var table = new FeatureTable(graph.NodeCount, options.Count);
        var column = 0;
        if (options.LaplacianEigenvectors > 0)
            LaplacianEigenvectors.Write(graph, options.LaplacianEigenvectors, table, column);
        column += options.LaplacianEigenvectors;
        if (options.RandomWalkSteps > 0)
        {
            var first = column;
            ClosedWalks.Diagonals(graph, graph.InverseRootDegrees(), options.RandomWalkSteps, (node, length, value) =>
                table[node, first + length - 1] = (float)value, cancellationToken);
        }
        column += options.RandomWalkSteps;
        if (options.ClosedWalkLength > 0)
        {
            var (first, ones) = (column, new double[graph.NodeCount]);
            Array.Fill(ones, 1);
            ClosedWalks.Diagonals(graph, ones, options.ClosedWalkLength, (node, length, value) =>
                table[node, first + length - 1] = (float)(options.LogClosedWalks ? Math.Log(1 + value) : value), cancellationToken);
        }
        column += options.ClosedWalkLength;
        for (var node = 0; node < graph.NodeCount; node++)
        {
            if (options.LogDegree)
                table[node, column] = MathF.Log(1 + graph.DegreeOf(node));
            if (options.OneHotDegreeMaximum is { } most)
                table[node, column + (options.LogDegree ? 1 : 0) + Math.Min(most, graph.DegreeOf(node))] = 1;
            if (table.Row(node).IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is >= 0 and var bad)
                throw new InvalidDataException($"Feature {bad} of node {node} is {table.Row(node)[bad]}; expected a finite number. Numbers "
                    + $"of long closed walks are too large for Single: set {nameof(PositionalFeatureOptions.LogClosedWalks)}, or a smaller "
                    + $"{nameof(PositionalFeatureOptions.ClosedWalkLength)}.");
        }
        return table;
    }
}
