using System.Globalization;
using MathNet.Numerics.LinearAlgebra;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A few eigenvectors of the normalized Laplacian of a large connected graph: orthogonal iteration of a block of vectors, sharpened by
/// a Chebyshev polynomial that is small above the block's own eigenvalues (Zhou et al. 2006, "Self-consistent-field calculations using
/// Chebyshev-filtered subspace iteration"). All eigenvalues lie in [0, 2]; a block finds repeated ones, which one vector would not.
/// </summary>
internal sealed class SubspaceIteration
{
    private const int PolynomialDegree = 20, MaxIterations = 300;
    // For vectors of length 1 and eigenvalues in [0, 2].
    private const double Tolerance = 1e-8, Largest = 2;

    private readonly SimpleGraph _graph;
    private readonly double[] _scale, _constant, _product;

    private SubspaceIteration(SimpleGraph graph)
    {
        (_graph, _scale, _product) = (graph, graph.InverseRootDegrees(), new double[graph.NodeCount]);
        // The eigenvector for eigenvalue 0 of a connected graph: the square roots of the degrees.
        _constant = [.. Enumerable.Range(0, graph.NodeCount).Select(node => Math.Sqrt(graph.DegreeOf(node)))];
        Scale(_constant, 1 / Math.Sqrt(Dot(_constant, _constant)));
    }

    /// <summary>The eigenvectors for the smallest eigenvalues above 0, ascending.</summary>
    /// <exception cref="InvalidDataException">They lie too close to those of others to be told apart.</exception>
    internal static double[][] Smallest(SimpleGraph graph, int count)
    {
        var iteration = new SubspaceIteration(graph);
        // Extra vectors widen the gap between eigenvalues that the speed depends on.
        var random = new Random(1);
        var block = new double[Math.Min(graph.NodeCount - 1, count + Math.Max(8, count / 2))][];
        for (var i = 0; i < block.Length; i++)
            block[i] = [.. Enumerable.Range(0, graph.NodeCount).Select(_ => random.NextDouble() - 0.5)];
        double residual = 0;
        for (var round = 0; round < MaxIterations; round++)
        {
            iteration.Orthonormalize(block);
            (var values, residual) = iteration.Rotate(block, count);
            if (residual < Tolerance)
                return block[..count];
            var cut = values[^1] + 0.05 * (Largest - values[^1]);
            for (var i = 0; i < block.Length; i++)
                block[i] = iteration.Filter(block[i], cut);
        }
        throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
            $"The {count} smallest eigenvectors of a component of {graph.NodeCount} nodes were not found in {MaxIterations} rounds: the "
                + $"residual is {residual:g2}, expected below {Tolerance:g2}. Other eigenvalues are too close; ask for another number."));
    }

    // Gram-Schmidt, run twice to regain the digits that the first run loses.
    private void Orthonormalize(double[][] block)
    {
        for (var i = 0; i < block.Length; i++)
        {
            for (var pass = 0; pass < 2; pass++)
            {
                Add(block[i], -Dot(_constant, block[i]), _constant);
                for (var j = 0; j < i; j++)
                    Add(block[i], -Dot(block[j], block[i]), block[j]);
            }
            Scale(block[i], 1 / Math.Sqrt(Dot(block[i], block[i])));
        }
    }

    // Rayleigh-Ritz: the best approximations of eigenvectors within the block, and how far the first ones are off.
    private (double[] Values, double Residual) Rotate(double[][] block, int count)
    {
        var images = Array.ConvertAll(block, vector =>
        {
            var image = new double[vector.Length];
            Laplacian(vector, image);
            return image;
        });
        var projected = Matrix<double>.Build.Dense(block.Length, block.Length, (i, j) =>
            Dot(block[Math.Min(i, j)], images[Math.Max(i, j)]));
        var (values, vectors) = LaplacianEigenvectors.Eigenvectors(projected);
        double[][] Combine(double[][] from) => Array.ConvertAll(vectors, weights =>
        {
            var sum = new double[_graph.NodeCount];
            for (var i = 0; i < from.Length; i++)
                Add(sum, weights[i], from[i]);
            return sum;
        });
        images = Combine(images);
        Combine(block).CopyTo(block, 0);
        double residual = 0;
        for (var i = 0; i < count; i++)
        {
            Add(images[i], -values[i], block[i]);
            residual = Math.Max(residual, Math.Sqrt(Dot(images[i], images[i])));
        }
        return (values, residual);
    }

    // A Chebyshev polynomial of the Laplacian, at most 1 from cut to the largest eigenvalue relative to its value at 0.
    private double[] Filter(double[] vector, double cut)
    {
        double half = (Largest - cut) / 2, middle = (Largest + cut) / 2, first = -half / middle, sigma = first;
        double[] before = vector, now = new double[vector.Length];
        Laplacian(before, now);
        for (var i = 0; i < now.Length; i++)
            now[i] = (now[i] - middle * before[i]) * first / half;
        for (var degree = 2; degree <= PolynomialDegree; degree++)
        {
            var next = 1 / (2 / first - sigma);
            Laplacian(now, _product);
            for (var i = 0; i < now.Length; i++)
                before[i] = 2 * next / half * (_product[i] - middle * now[i]) - sigma * next * before[i];
            (before, now, sigma) = (now, before, next);
        }
        return now;
    }

    private void Laplacian(double[] vector, double[] into)
    {
        _graph.Multiply(_scale, vector, into);
        for (var i = 0; i < into.Length; i++)
            into[i] = vector[i] - into[i];
    }

    private static double Dot(double[] a, double[] b) => System.Numerics.Tensors.TensorPrimitives.Dot<double>(a, b);

    private static void Add(double[] to, double factor, double[] vector) =>
        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(vector, factor, to, to);

    private static void Scale(double[] vector, double factor) => System.Numerics.Tensors.TensorPrimitives.Multiply(vector, factor, vector);
}
