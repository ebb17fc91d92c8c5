using MathNet.Numerics.LinearAlgebra;

namespace Proteins.Data;

/// <summary>Points in space from the distances between them: classical multidimensional scaling (Torgerson 1952).</summary>
internal static class Placement
{
    /// <summary>Points, [points × 3], in the order of the distances' rows; which of two mirror images they are isn't known.</summary>
    internal static double[] Of(double[,] distances)
    {
        var count = distances.GetLength(0);
        // Squares less the means of rows and columns: the products of the points.
        double[] means = [.. Enumerable.Range(0, count).Select(i =>
            Enumerable.Range(0, count).Average(j => distances[i, j] * distances[i, j]))];
        var mean = means.Average();
        var parts = Matrix<double>.Build.Dense(count, count, (i, j) =>
            -(distances[i, j] * distances[i, j] - means[i] - means[j] + mean) / 2).Evd(Symmetricity.Symmetric);
        // The values ascend; one below 0 belongs to no point.
        var points = new double[3 * count];
        for (var axis = 0; axis < Math.Min(3, count); axis++)
            for (var i = 0; i < count; i++)
                points[3 * i + axis] = Math.Sqrt(Math.Max(0, parts.EigenValues[count - 1 - axis].Real))
                    * parts.EigenVectors[i, count - 1 - axis];
        return points;
    }

    /// <summary>
    /// The points turned, moved and perhaps mirrored so that they are as near as can be to others (Kabsch 1976, without a fixed
    /// handedness).
    /// </summary>
    /// <param name="points">[points × 3].</param>
    /// <param name="others">[points × 3]; NaN where one isn't known.</param>
    /// <returns>The points in the others' space, and how far they are from these: the root of the mean square.</returns>
    internal static (double[] Points, double Distance) Onto(double[] points, float[] others)
    {
        int[] known = [.. Enumerable.Range(0, points.Length / 3).Where(i => !float.IsNaN(others[3 * i]))];
        var (a, b) = (Matrix<double>.Build.Dense(known.Length, 3, (i, axis) => points[3 * known[i] + axis]),
            Matrix<double>.Build.Dense(known.Length, 3, (i, axis) => others[3 * known[i] + axis]));
        var (ofA, ofB) = (a.ColumnSums() / known.Length, b.ColumnSums() / known.Length);
        var svd = (a.TransposeThisAndMultiply(b) - known.Length * ofA.OuterProduct(ofB)).Svd();
        var turn = svd.U * svd.VT;
        double[] moved = [.. Enumerable.Range(0, points.Length / 3).SelectMany(i => (Vector<double>.Build.Dense(3, axis =>
            points[3 * i + axis] - ofA[axis]) * turn + ofB).ToArray())];
        return (moved, Math.Sqrt(known.Average(i => Enumerable.Range(0, 3).Sum(axis =>
            Math.Pow(moved[3 * i + axis] - others[3 * i + axis], 2)))));
    }
}
