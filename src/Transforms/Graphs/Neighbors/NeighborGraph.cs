namespace MLSeqGraph.Transforms;

/// <summary>
/// Edges between points by their positions, as <see cref="GraphColumns.EdgesColumnName"/> wants them: [2, edges], first all sources, then
/// all targets; in the order of the targets and then of the sources, so that they don't depend on how neighbors were searched.
/// </summary>
public static class NeighborGraph
{
    // What an array of both ends of each edge holds.
    private static readonly int MostEdges = Array.MaxLength / 2;

    /// <summary>
    /// Links each point with all others that aren't farther away than a radius, in both directions. Points at the same place are linked;
    /// no point is linked with itself. A list of cells finds them in time that grows with the number of points and edges.
    /// </summary>
    /// <param name="positions">[points, dimensions], point after point.</param>
    /// <param name="dimensions">Coordinates of a point, at least 1.</param>
    /// <param name="radius">The largest distance, above 0; infinity to link all with all.</param>
    /// <param name="maxNeighbors">
    /// The most edges that end at a point: those from its nearest neighbors, of equally near ones those with lower numbers. An edge may
    /// then lack the other direction. Null for no limit.
    /// </param>
    /// <returns>The edges, [2, edges].</returns>
    /// <exception cref="ArgumentOutOfRangeException">Dimensions, radius or limit are out of range.</exception>
    /// <exception cref="ArgumentException">
    /// A coordinate is no finite number, their count is no multiple of the dimensions, or there are more edges than an array holds.
    /// </exception>
    public static int[] WithinRadius(ReadOnlySpan<double> positions, int dimensions, double radius, int? maxNeighbors = null)
    {
        var count = Check(positions, dimensions);
        if (!(radius > 0))
            throw new ArgumentOutOfRangeException(nameof(radius), radius, $"The radius is {radius}; expected a distance above 0.");
        if (maxNeighbors is < 1)
            throw new ArgumentOutOfRangeException(nameof(maxNeighbors), maxNeighbors,
                $"The most neighbors of a point are {maxNeighbors}; expected at least 1, or null for no limit.");
        var sources = new List<int>();
        var lists = new (int Start, int Count)[count];
        new CellList(new(positions, dimensions), radius).Search(maxNeighbors, (target, neighbors) =>
        {
            if (neighbors.Length > MostEdges - sources.Count)
                throw new ArgumentException($"A radius of {radius} gives {count} points more than {MostEdges} edges; expected a smaller "
                    + $"radius, or {nameof(maxNeighbors)}.", nameof(radius));
            lists[target] = (sources.Count, neighbors.Length);
            sources.AddRange(neighbors);
        });
        return Edges(sources, lists);
    }

    /// <summary>
    /// Links each point with its nearest ones: the edges end at the point. A k-d tree finds them, whatever the density of the points.
    /// </summary>
    /// <param name="positions">[points, dimensions], point after point.</param>
    /// <param name="dimensions">Coordinates of a point, at least 1.</param>
    /// <param name="neighbors">
    /// Edges that end at each point, of equally near points those from lower numbers; all others where there are fewer.
    /// </param>
    /// <returns>The edges, [2, edges].</returns>
    /// <exception cref="ArgumentOutOfRangeException">Dimensions or neighbors are below 1.</exception>
    /// <exception cref="ArgumentException">
    /// A coordinate is no finite number, their count is no multiple of the dimensions, or there are more edges than an array holds.
    /// </exception>
    public static int[] Nearest(ReadOnlySpan<double> positions, int dimensions, int neighbors)
    {
        var count = Check(positions, dimensions);
        if (neighbors < 1)
            throw new ArgumentOutOfRangeException(nameof(neighbors), neighbors,
                $"The neighbors of a point are {neighbors}; expected at least 1.");
        var each = Math.Min(neighbors, count - 1);
        if (count == 0 || each == 0)
            return [];
        if ((long)count * each > MostEdges)
            throw new ArgumentException($"{count} points with {each} neighbors each have more than {MostEdges} edges; expected fewer.",
                nameof(neighbors));
        var (tree, nearest) = (new NeighborTree(new(positions, dimensions)), new NearestPoints(each));
        var sources = new List<int>(count * each);
        var lists = new (int, int)[count];
        for (var point = 0; point < count; point++)
        {
            nearest.Clear();
            tree.Search(point, nearest);
            lists[point] = (sources.Count, each);
            sources.AddRange(nearest.Points);
        }
        return Edges(sources, lists);
    }

    /// <summary>Links each node with each other one: what a network starts from that learns which edges there are.</summary>
    /// <param name="nodes">Number of nodes, at least 0.</param>
    /// <returns>The edges, [2, nodes · (nodes - 1)].</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 0 nodes, or more edges than an array holds.</exception>
    public static int[] AllPairs(int nodes)
    {
        if (nodes < 0 || (long)nodes * Math.Max(0, nodes - 1) > MostEdges)
            throw new ArgumentOutOfRangeException(nameof(nodes), nodes,
                $"There are {nodes} nodes; expected at least 0, and at most {MostEdges} edges between them.");
        var count = nodes * Math.Max(0, nodes - 1);
        var edges = new int[2 * count];
        for (int target = 0, edge = 0; target < nodes; target++)
            for (var source = 0; source < nodes; source++)
                if (source != target)
                    (edges[edge], edges[count + edge++]) = (source, target);
        return edges;
    }

    /// <summary>
    /// Features of edges that stay the same where all points move together: (source - target) / unit by coordinate, and its length. They
    /// are computed in double precision, so that points far from the origin lose none.
    /// </summary>
    /// <param name="positions">[points, dimensions], point after point.</param>
    /// <param name="dimensions">Coordinates of a point, at least 1.</param>
    /// <param name="edges">[2, edges], sources then targets.</param>
    /// <param name="unit">The length that counts as 1, such as the radius.</param>
    /// <returns>[edges, dimensions + 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">Dimensions are below 1, or the unit isn't a finite number above 0.</exception>
    /// <exception cref="ArgumentException">
    /// A coordinate is no finite number, an edge ends at no point, or points are too far apart.
    /// </exception>
    public static float[] Differences(ReadOnlySpan<double> positions, int dimensions, ReadOnlySpan<int> edges, double unit = 1)
    {
        var points = Check(positions, dimensions);
        if (!(unit > 0) || !double.IsFinite(unit))
            throw new ArgumentOutOfRangeException(nameof(unit), unit, $"The unit is {unit}; expected a finite length above 0.");
        if (edges.Length % 2 != 0)
            throw new ArgumentException($"There are {edges.Length} ends of edges; expected an even number, sources then targets.",
                nameof(edges));
        var count = edges.Length / 2;
        var features = new float[checked(count * (dimensions + 1))];
        for (var edge = 0; edge < count; edge++)
        {
            int source = edges[edge], target = edges[count + edge];
            if ((uint)source >= (uint)points || (uint)target >= (uint)points)
                throw new ArgumentException($"Edge {edge} goes from {source} to {target}; expected points from 0 to {points - 1}.",
                    nameof(edges));
            var squares = 0.0;
            for (var axis = 0; axis < dimensions; axis++)
            {
                var difference = (positions[source * dimensions + axis] - positions[target * dimensions + axis]) / unit;
                features[edge * (dimensions + 1) + axis] = (float)difference;
                squares += difference * difference;
            }
            features[edge * (dimensions + 1) + dimensions] = (float)Math.Sqrt(squares);
            if (!float.IsFinite(features[edge * (dimensions + 1) + dimensions]))
                throw new ArgumentException(FormattableString.Invariant($"Points {source} and {target} are too far apart for a unit of ")
                    + FormattableString.Invariant($"{unit}; expected a quotient that single precision holds."), nameof(positions));
        }
        return features;
    }

    private static int Check(ReadOnlySpan<double> positions, int dimensions)
    {
        if (dimensions < 1)
            throw new ArgumentOutOfRangeException(nameof(dimensions), dimensions, $"There are {dimensions} dimensions; expected at least "
                + "1.");
        if (positions.Length % dimensions != 0)
            throw new ArgumentException($"There are {positions.Length} coordinates; expected a multiple of {dimensions}, the dimensions.",
                nameof(positions));
        for (var i = 0; i < positions.Length; i++)
            if (!double.IsFinite(positions[i]))
                throw new ArgumentException($"Coordinate {i % dimensions} of point {i / dimensions} is {positions[i]}; expected a finite "
                    + "number.", nameof(positions));
        return positions.Length / dimensions;
    }

    private static int[] Edges(List<int> sources, (int Start, int Count)[] lists)
    {
        var edges = new int[2 * sources.Count];
        var edge = 0;
        for (var target = 0; target < lists.Length; target++)
        {
            var (start, count) = lists[target];
            sources.CopyTo(start, edges, edge, count);
            Array.Sort(edges, edge, count);
            Array.Fill(edges, target, sources.Count + edge, count);
            edge += count;
        }
        return edges;
    }
}
