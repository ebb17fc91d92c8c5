namespace MLSeqGraph.Transforms.Tests.Graphs;

/// <summary>Edges between points by their positions, against plain loops over all pairs.</summary>
[TestClass]
public class NeighborGraphTests
{
    private static double[] Points(int count, int dimensions, double extent = 1, double offset = 0, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count * dimensions).Select(_ => offset + extent * random.NextDouble())];
    }

    private static double Square(double[] positions, int dimensions, int a, int b) => Enumerable.Range(0, dimensions)
        .Sum(axis => Math.Pow(positions[a * dimensions + axis] - positions[b * dimensions + axis], 2));

    private static int[] Expected(double[] positions, int dimensions, double radius, int most = int.MaxValue)
    {
        var count = positions.Length / dimensions;
        (int Source, int Target)[] edges = [.. Enumerable.Range(0, count).SelectMany(target => Enumerable.Range(0, count)
            .Where(source => source != target && Square(positions, dimensions, source, target) <= radius * radius)
            .OrderBy(source => Square(positions, dimensions, source, target)).Take(most).Order().Select(source => (source, target)))];
        return [.. edges.Select(edge => edge.Source), .. edges.Select(edge => edge.Target)];
    }

    [TestMethod]
    [DataRow(1, 0.01)]
    [DataRow(2, 0.08)]
    [DataRow(2, 1e-9)]
    [DataRow(3, 0.2)]
    [DataRow(5, 0.6)]
    [DataRow(2, 1e9)]
    [DataRow(2, double.PositiveInfinity)]
    public void A_radius_links_what_a_loop_over_all_pairs_finds(int dimensions, double radius)
    {
        var positions = Points(300, dimensions);
        CollectionAssert.AreEqual(Expected(positions, dimensions, radius), NeighborGraph.WithinRadius(positions, dimensions, radius));
        CollectionAssert.AreEqual(Expected(positions, dimensions, radius, 4), NeighborGraph.WithinRadius(positions, dimensions, radius, 4));
    }

    [TestMethod]
    [DataRow(1, 3)]
    [DataRow(2, 6)]
    [DataRow(3, 1)]
    [DataRow(6, 20)]
    [DataRow(2, 299)]
    [DataRow(2, 1000)]
    public void The_nearest_are_what_a_loop_over_all_pairs_finds(int dimensions, int neighbors)
    {
        // Half of them crowded, a few far away.
        double[] positions = [.. Points(150, dimensions, 1e-3), .. Points(145, dimensions), .. Points(5, dimensions, 1e6)];
        CollectionAssert.AreEqual(Expected(positions, dimensions, double.PositiveInfinity, neighbors),
            NeighborGraph.Nearest(positions, dimensions, neighbors));
    }

    [TestMethod]
    public void Edges_go_in_both_directions_and_no_point_is_its_own_neighbor()
    {
        var edges = NeighborGraph.WithinRadius(Points(200, 2), 2, 0.1);
        HashSet<(int, int)> all = [.. Enumerable.Range(0, edges.Length / 2).Select(i => (edges[i], edges[edges.Length / 2 + i]))];
        Assert.HasCount(edges.Length / 2, all);
        Assert.IsTrue(all.All(edge => edge.Item1 != edge.Item2 && all.Contains((edge.Item2, edge.Item1))));
    }

    [TestMethod]
    public void Points_on_a_lattice_at_exactly_the_radius_are_linked()
    {
        // Cells as wide as the distance of the points: rounding must not put neighbors two cells apart.
        foreach (var unit in (double[])[1, 0.1, 1.0 / 3, 1e-5, 7e4])
        {
            double[] line = [.. Enumerable.Range(0, 400).Select(i => i * unit)];
            var radius = Enumerable.Range(1, 399).Max(i => line[i] - line[i - 1]);
            Assert.HasCount(2 * 2 * 399, NeighborGraph.WithinRadius(line, 1, radius), $"{unit}");
        }
    }

    [TestMethod]
    public void Points_at_one_place_are_linked_with_each_other()
    {
        double[] positions = [.. Enumerable.Repeat(0.5, 2 * 40)];
        CollectionAssert.AreEqual(NeighborGraph.AllPairs(40), NeighborGraph.WithinRadius(positions, 2, 1e-300));
        CollectionAssert.AreEqual((int[])[1, 2, 0, 2, 0, 1, 0, 1, 0, 0, 1, 1, 2, 2, 3, 3],
            NeighborGraph.Nearest(positions.AsSpan(0, 8), 2, 2), "equally near ones by their numbers");
        var many = new double[2 * 3000];
        Assert.HasCount(2 * 3000 * 2, NeighborGraph.Nearest(many, 2, 2));
        Assert.HasCount(2 * 3000 * 2, NeighborGraph.WithinRadius(many, 2, 1, 2));
        CollectionAssert.AreEqual(NeighborGraph.Nearest(many.AsSpan(0, 80), 2, 5), NeighborGraph.WithinRadius(many.AsSpan(0, 80), 2, 1, 5));
        CollectionAssert.AreEqual((float[])[0, 0, 0, 0, 0, 0], NeighborGraph.Differences(positions.AsSpan(0, 4), 2, [0, 1, 1, 0]));
    }

    [TestMethod]
    public void Coordinates_of_a_million_change_nothing()
    {
        var positions = Points(200, 3);
        // What a shift by a power of two keeps of each number, so that both have the same points.
        double[] moved = [.. positions.Select(at => at + 1048576)], back = [.. moved.Select(at => at - 1048576)];
        CollectionAssert.AreEqual(NeighborGraph.WithinRadius(back, 3, 0.2), NeighborGraph.WithinRadius(moved, 3, 0.2));
        CollectionAssert.AreEqual(NeighborGraph.Nearest(back, 3, 5), NeighborGraph.Nearest(moved, 3, 5));
        var edges = NeighborGraph.WithinRadius(back, 3, 0.2);
        CollectionAssert.AreEqual(NeighborGraph.Differences(back, 3, edges, 0.2), NeighborGraph.Differences(moved, 3, edges, 0.2));
        // A tiny radius beside a huge extent, and coordinates whose difference isn't finite.
        CollectionAssert.AreEqual((int[])[1, 0, 0, 1],
            NeighborGraph.WithinRadius([1e6, 1e6, 1e6 + 1e-6, 1e6, -1e6, 3, 1e300, -1e300], 2, 1e-5));
        Assert.IsEmpty(NeighborGraph.WithinRadius([double.MaxValue, -double.MaxValue], 1, 1));
    }

    [TestMethod]
    public void Nothing_and_everything()
    {
        Assert.IsEmpty(NeighborGraph.WithinRadius([], 2, 1));
        Assert.IsEmpty(NeighborGraph.WithinRadius([1, 2], 2, 1));
        Assert.IsEmpty(NeighborGraph.Nearest([], 2, 3));
        Assert.IsEmpty(NeighborGraph.Nearest([1, 2], 2, 3));
        Assert.IsEmpty(NeighborGraph.WithinRadius(Points(100, 2), 2, 1e-12));
        Assert.IsEmpty(NeighborGraph.Differences([1, 2], 2, []));
        Assert.IsEmpty(NeighborGraph.AllPairs(0));
        Assert.IsEmpty(NeighborGraph.AllPairs(1));
        CollectionAssert.AreEqual((int[])[1, 2, 0, 2, 0, 1, 0, 0, 1, 1, 2, 2], NeighborGraph.AllPairs(3));
        CollectionAssert.AreEqual(NeighborGraph.AllPairs(100), NeighborGraph.WithinRadius(Points(100, 2), 2, 2));
    }

    [TestMethod]
    public void Differences_point_from_the_target_to_the_source()
    {
        CollectionAssert.AreEqual((float[])[1.5f, 2, 2.5f, -1.5f, -2, 2.5f],
            NeighborGraph.Differences([1, 1, 4, 5], 2, [1, 0, 0, 1], 2));
    }

    [TestMethod]
    public void What_is_wrong_is_named()
    {
        Fails<ArgumentException>(() => NeighborGraph.WithinRadius([0, 0, 1, double.NaN], 2, 1), "Coordinate 1 of point 1 is NaN", "finite");
        Fails<ArgumentException>(() => NeighborGraph.Nearest([0, double.NegativeInfinity], 1, 1), "Coordinate 0 of point 1 is -Infinity");
        Fails<ArgumentException>(() => NeighborGraph.WithinRadius([0, 0, 1], 2, 1), "3 coordinates", "multiple of 2");
        foreach (var radius in (double[])[0, -1, double.NaN])
            Fails<ArgumentOutOfRangeException>(() => NeighborGraph.WithinRadius([0, 0], 2, radius), $"radius is {radius}", "above 0");
        Fails<ArgumentOutOfRangeException>(() => NeighborGraph.WithinRadius([0, 0], 2, 1, 0), "0", "at least 1");
        Fails<ArgumentOutOfRangeException>(() => NeighborGraph.WithinRadius([0, 0], 0, 1), "0 dimensions");
        Fails<ArgumentOutOfRangeException>(() => NeighborGraph.Nearest([0, 0], 2, 0), "0", "at least 1");
        Fails<ArgumentOutOfRangeException>(() => NeighborGraph.AllPairs(-1), "-1 nodes");
        Fails<ArgumentOutOfRangeException>(() => NeighborGraph.AllPairs(100_000), "100000 nodes");
        Fails<ArgumentException>(() => NeighborGraph.Nearest(new double[100_000], 1, 99_999), "99999 neighbors");
        Fails<ArgumentException>(() => NeighborGraph.Differences([0, 1], 1, [0, 2]), "Edge 0 goes from 0 to 2", "0 to 1");
        Fails<ArgumentException>(() => NeighborGraph.Differences([0, 1], 1, [0]), "1 ends", "even");
        Fails<ArgumentOutOfRangeException>(() => NeighborGraph.Differences([0, 1], 1, [0, 1], 0), "unit is 0");
        Fails<ArgumentException>(() => NeighborGraph.Differences([1e300, -1e300], 1, [0, 1]),
            "Points 0 and 1 are too far apart for a unit of 1");
    }

    private static void Fails<T>(Action action, params string[] parts) where T : Exception
    {
        var error = Assert.ThrowsExactly<T>(action);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }
}
