namespace GraphsInTime.Data;

/// <summary>The shortest ways from a crossing to others (Dijkstra), by the lengths of the segments alone.</summary>
internal sealed class ShortestRoutes
{
    private readonly int[] _arrival;
    private readonly (int From, int To, float Length)[] _segments;

    /// <summary>Finds the ways from a crossing.</summary>
    /// <param name="segments">From where to where each segment leads, and its length.</param>
    /// <param name="leaving">The segments that leave each crossing.</param>
    /// <param name="from">The crossing.</param>
    internal ShortestRoutes((int From, int To, float Length)[] segments, int[][] leaving, int from)
    {
        _segments = segments;
        var lengths = new double[leaving.Length];
        Array.Fill(lengths, double.PositiveInfinity);
        _arrival = new int[leaving.Length];
        Array.Fill(_arrival, -1);
        var queue = new PriorityQueue<int, double>();
        queue.Enqueue(from, lengths[from] = 0);
        while (queue.TryDequeue(out var at, out var length))
            foreach (var segment in length > lengths[at] ? [] : leaving[at])
                if (segments[segment].To is var next && length + segments[segment].Length is var longer && longer < lengths[next])
                {
                    (lengths[next], _arrival[next]) = (longer, segment);
                    queue.Enqueue(next, longer);
                }
    }

    /// <summary>The segments of the way to a crossing; empty where none leads there, and for the crossing itself.</summary>
    internal int[] To(int crossing)
    {
        List<int> route = [];
        for (; _arrival[crossing] is >= 0 and var segment; crossing = _segments[segment].From)
            route.Add(segment);
        route.Reverse();
        return [.. route];
    }
}
