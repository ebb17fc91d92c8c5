using MLSeqGraph.Onnx;

namespace Shapes.Data;

/// <summary>
/// Two views of some points: turned, scaled, moved and trembling, in another order, each with points of its own. A point has a place and a
/// description, both of them with noise.
/// </summary>
/// <param name="First">[points × numbers]: x and y, and the description.</param>
/// <param name="Second">Those of the other view.</param>
/// <param name="Matches">The number in the second view of each point of the first; -1 for one that isn't there.</param>
internal sealed record PointViews(float[] First, float[] Second, int[] Matches)
{
    internal const int Width = 10, Described = 8;

    // Of all points of a view, and how far a description is off where its own spread is 1.
    private const double Outliers = 0.3, Noise = 0.3, Tremble = 0.02;

    internal int FirstCount => First.Length / Width;

    internal int SecondCount => Second.Length / Width;

    /// <param name="random">Decides everything.</param>
    /// <param name="isApart">Whether the views have no point in common.</param>
    internal static PointViews Of(Random random, bool isApart = false)
    {
        int common = isApart ? 0 : random.Next(9, 16), own = Math.Max(4, (int)Math.Round(common * Outliers / (1 - Outliers)));
        double angle = 2 * Math.PI * random.NextDouble(), scale = 0.7 + 0.6 * random.NextDouble();
        double[] moved = [random.NextDouble() - 0.5, random.NextDouble() - 0.5];
        double[][] Points(int count) => [.. Enumerable.Range(0, count).Select(_ => (double[])
            [2 * random.NextDouble() - 1, 2 * random.NextDouble() - 1,
                .. Enumerable.Range(0, Described).Select(_ => random.NextNormal())])];
        float[] Seen(double[] point, bool isSecond)
        {
            var (x, y) = !isSecond ? (point[0], point[1]) : (scale * (Math.Cos(angle) * point[0] - Math.Sin(angle) * point[1]) + moved[0],
                scale * (Math.Sin(angle) * point[0] + Math.Cos(angle) * point[1]) + moved[1]);
            return [(float)(x + Tremble * random.NextNormal()), (float)(y + Tremble * random.NextNormal()),
                .. point.Skip(2).Select(value => (float)(value + Noise * random.NextNormal()))];
        }
        var shared = Points(common);
        double[][] first = [.. shared, .. Points(own)], second = [.. shared, .. Points(own)];
        int[] orderOfFirst = Shuffled(first.Length), orderOfSecond = Shuffled(second.Length);
        return new([.. orderOfFirst.SelectMany(i => Seen(first[i], false))], [.. orderOfSecond.SelectMany(i => Seen(second[i], true))],
            [.. orderOfFirst.Select(i => i < common ? Array.IndexOf(orderOfSecond, i) : -1)]);

        int[] Shuffled(int count)
        {
            int[] order = [.. Enumerable.Range(0, count)];
            random.Shuffle(order);
            return order;
        }
    }

    /// <summary>The points whose descriptions are each other's nearest.</summary>
    internal (int First, int Second)[] Nearest()
    {
        int[] there = [.. Enumerable.Range(0, FirstCount).Select(i => Enumerable.Range(0, SecondCount).MinBy(j => Square(i, j)))];
        int[] back = [.. Enumerable.Range(0, SecondCount).Select(j => Enumerable.Range(0, FirstCount).MinBy(i => Square(i, j)))];
        return [.. there.Index().Where(pair => back[pair.Item] == pair.Index)];
    }

    private double Square(int i, int j) => Enumerable.Range(2, Described).Sum(at =>
        Math.Pow(First[i * Width + at] - Second[j * Width + at], 2));
}
