namespace MLSeqGraph.Trainers;

/// <summary>k-means (Lloyd 1982) with the start of Arthur and Vassilvitskii (2007).</summary>
internal static class KMeans
{
    private const int Rounds = 25;

    /// <returns>The centers, [count, dimensions].</returns>
    internal static double[] Centers(double[] points, int dimensions, int count, Random random)
    {
        var centers = Start(points, dimensions, count, random);
        int[] before = [];
        for (var round = 0; round < Rounds; round++)
        {
            var nearest = Nearest(points, centers, dimensions);
            if (nearest.SequenceEqual(before))
                break;
            before = nearest;
            var (sums, counts) = (new double[centers.Length], new int[count]);
            for (var i = 0; i < nearest.Length; i++)
            {
                counts[nearest[i]]++;
                VectorMath.AddScaled(1, points.AsSpan(i * dimensions, dimensions), sums.AsSpan(nearest[i] * dimensions, dimensions));
            }
            for (var i = 0; i < centers.Length; i++)
                if (counts[i / dimensions] > 0)
                    centers[i] = sums[i] / counts[i / dimensions];
        }
        return centers;
    }

    /// <returns>The nearest center of each point.</returns>
    internal static int[] Nearest(double[] points, double[] centers, int dimensions)
    {
        var nearest = new int[points.Length / dimensions];
        for (var i = 0; i < nearest.Length; i++)
        {
            var least = double.PositiveInfinity;
            for (var center = 0; center < centers.Length / dimensions; center++)
                if (Distance(points, i, centers, center, dimensions) is var distance && distance < least)
                    (least, nearest[i]) = (distance, center);
        }
        return nearest;
    }

    private static double[] Start(double[] points, int dimensions, int count, Random random)
    {
        var (centers, distances) = (new double[count * dimensions], new double[points.Length / dimensions]);
        Array.Fill(distances, 1);
        for (var center = 0; center < count; center++)
        {
            points.AsSpan(VectorMath.Draw(distances, random) * dimensions, dimensions).CopyTo(centers.AsSpan(center * dimensions));
            for (var i = 0; i < distances.Length; i++)
                distances[i] = center == 0 ? Distance(points, i, centers, center, dimensions)
                    : Math.Min(distances[i], Distance(points, i, centers, center, dimensions));
        }
        return centers;
    }

    private static double Distance(double[] points, int i, double[] centers, int center, int dimensions)
    {
        var sum = 0.0;
        for (var d = 0; d < dimensions; d++)
            sum += (points[i * dimensions + d] - centers[center * dimensions + d])
                * (points[i * dimensions + d] - centers[center * dimensions + d]);
        return sum;
    }
}
