namespace Proteins.Data;

/// <summary>Points in space from the distances between them: classical multidimensional scaling (Torgerson 1952).</summary>
internal static class Placement
{
    /// <summary>Points, [points × 3], in the order of the distances' rows; which of two mirror images they are isn't known.</summary>
    internal static double[] Of(double[,] distances)
    {
        var count = distances.GetLength(0);
        // Squares less the means of rows and columns: the products of the points.
        var products = new double[count, count];
        double[] means = [.. Enumerable.Range(0, count).Select(i =>
            Enumerable.Range(0, count).Average(j => distances[i, j] * distances[i, j]))];
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++)
                products[i, j] = -(distances[i, j] * distances[i, j] - means[i] - means[j] + means.Average()) / 2;
        var points = new double[3 * count];
        var random = new Random(1);
        for (var axis = 0; axis < 3; axis++)
        {
            double[] vector = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
            var value = 0.0;
            // The largest value may be one below 0, which belongs to no point: those are moved above 0 by the sum of sizes of a row.
            var shift = Enumerable.Range(0, count).Max(i => Enumerable.Range(0, count).Sum(j => Math.Abs(products[i, j])));
            for (var round = 0; round < 300; round++)
            {
                double[] next = [.. Enumerable.Range(0, count).Select(i =>
                {
                    var sum = shift / 4 * vector[i];
                    for (var j = 0; j < count; j++)
                        sum += products[i, j] * vector[j];
                    return sum;
                })];
                var length = Math.Sqrt(next.Sum(number => number * number));
                if (length == 0)
                    break;
                (vector, value) = ([.. next.Select(number => number / length)], length - shift / 4);
            }
            for (var i = 0; i < count; i++)
            {
                points[3 * i + axis] = Math.Sqrt(Math.Max(0, value)) * vector[i];
                for (var j = 0; j < count; j++)
                    products[i, j] -= value * vector[i] * vector[j];
            }
        }
        return points;
    }
}
