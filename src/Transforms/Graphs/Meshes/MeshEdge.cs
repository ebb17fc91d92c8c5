namespace MLSeqGraph.Transforms;

/// <summary>An edge of a mesh and the first two of its triangles.</summary>
/// <param name="From">The vertex with the smaller number.</param>
/// <param name="To">The other one.</param>
/// <param name="First">A triangle.</param>
/// <param name="Second">Another one; -1 where there is none.</param>
/// <param name="Triangles">How many there are.</param>
/// <param name="IsFlipped">Whether both run along the edge in the same direction, so that one of them is turned.</param>
/// <param name="IsForward">Whether the first runs from <paramref name="From"/> to <paramref name="To"/>.</param>
internal readonly record struct MeshEdge(int From, int To, int First, int Second, int Triangles, bool IsFlipped, bool IsForward)
{
    /// <summary>The edges of triangles, ordered by their vertices.</summary>
    internal static MeshEdge[] Of(int[] triangles)
    {
        var all = new (int From, int To, int Triangle, bool IsForward)[triangles.Length];
        for (var i = 0; i < triangles.Length; i++)
        {
            int from = triangles[i], to = triangles[i - i % 3 + (i + 1) % 3];
            all[i] = (Math.Min(from, to), Math.Max(from, to), i / 3, from < to);
        }
        Array.Sort(all);
        List<MeshEdge> edges = [];
        for (int start = 0, end; start < all.Length; start = end)
        {
            for (end = start + 1; end < all.Length && (all[end].From, all[end].To) == (all[start].From, all[start].To);)
                end++;
            var (from, to, first, isForward) = all[start];
            var count = end - start;
            edges.Add(new(from, to, first, count > 1 ? all[start + 1].Triangle : -1, count,
                count == 2 && all[start + 1].IsForward == isForward, isForward));
        }
        return [.. edges];
    }
}
