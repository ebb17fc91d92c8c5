using MathNet.Numerics.LinearAlgebra;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Eigenvectors, of length 1, for the smallest eigenvalues above 0 of the symmetric normalized Laplacian L = I - D^-1/2 A D^-1/2, as
/// positions of nodes (Dwivedi et al. 2020, "Benchmarking Graph Neural Networks"). Each connected component is treated by itself.
/// </summary>
/// <remarks>
/// An eigenvector's sign is free: here the sum of the third powers of its elements is positive and, where that is 0, its first
/// element that is not. Where an eigenvalue is repeated, which vectors of its space come out is free as well.
/// </remarks>
internal static class LaplacianEigenvectors
{
    // In larger components, computing all eigenvectors takes longer than finding the few wanted.
    internal const int DenseLimit = 400;

    // Elements and sums of vectors of length 1 below this are rounding errors.
    private const double Zero = 1e-6;

    /// <summary>Writes <paramref name="count"/> features per node; 0 where its component has fewer eigenvectors.</summary>
    internal static void Write(SimpleGraph graph, int count, FeatureTable into, int firstColumn, int denseLimit = DenseLimit)
    {
        foreach (var nodes in graph.Components())
        {
            // A single node has no eigenvalue above 0, and n connected nodes have n - 1.
            var found = Math.Min(count, nodes.Length - 1);
            if (found == 0)
                continue;
            var part = graph.Part(nodes);
            var vectors = nodes.Length <= denseLimit ? Dense(part, found) : SubspaceIteration.Smallest(part, found);
            for (var column = 0; column < found; column++)
            {
                var sign = Sign(vectors[column]);
                for (var i = 0; i < nodes.Length; i++)
                    into[nodes[i], firstColumn + column] = (float)(sign * vectors[column][i]);
            }
        }
    }

    private static double[][] Dense(SimpleGraph graph, int count)
    {
        var scale = graph.InverseRootDegrees();
        var laplacian = Matrix<double>.Build.DenseIdentity(graph.NodeCount);
        for (var node = 0; node < graph.NodeCount; node++)
            foreach (var neighbor in graph.NeighborsOf(node))
                laplacian[node, neighbor] = -scale[node] * scale[neighbor];
        return Eigenvectors(laplacian).Vectors[1..(1 + count)];
    }

    /// <summary>Eigenvalues of a symmetric matrix, ascending, and their eigenvectors.</summary>
    internal static (double[] Values, double[][] Vectors) Eigenvectors(Matrix<double> symmetric)
    {
        var found = symmetric.Evd(Symmetricity.Symmetric);
        double[] values = [.. found.EigenValues.Select(value => value.Real)];
        var vectors = found.EigenVectors.ToColumnArrays();
        Array.Sort((double[])values.Clone(), vectors);
        Array.Sort(values);
        return (values, vectors);
    }

    private static double Sign(double[] vector)
    {
        var skew = vector.Sum(value => value * value * value);
        return Math.Abs(skew) > Zero ? Math.Sign(skew) : Math.Sign(vector.FirstOrDefault(value => Math.Abs(value) > Zero, 1));
    }
}
