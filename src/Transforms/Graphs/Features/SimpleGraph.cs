namespace MLSeqGraph.Transforms;

/// <summary>Which nodes are neighbors, without directions, loops, repeated edges or weights.</summary>
internal sealed class SimpleGraph
{
    private readonly int[] _start, _neighbors;

    private SimpleGraph(int[] start, int[] neighbors) => (_start, _neighbors) = (start, neighbors);

    internal int NodeCount => _start.Length - 1;

    internal int EdgeCount => _neighbors.Length / 2;

    internal int DegreeOf(int node) => _start[node + 1] - _start[node];

    /// <summary>The neighbors of a node, ascending.</summary>
    internal ReadOnlySpan<int> NeighborsOf(int node) => _neighbors.AsSpan(_start[node].._start[node + 1]);

    /// <summary>The simple graph of these edges, nodes counted from 0.</summary>
    internal static SimpleGraph Of(int nodes, ReadOnlySpan<int> sources, ReadOnlySpan<int> targets)
    {
        var next = new int[nodes + 1];
        for (var edge = 0; edge < sources.Length; edge++)
            if (sources[edge] != targets[edge])
            {
                next[sources[edge] + 1]++;
                next[targets[edge] + 1]++;
            }
        for (var node = 0; node < nodes; node++)
            next[node + 1] += next[node];
        var ends = new int[next[nodes]];
        var begin = (int[])next.Clone();
        for (var edge = 0; edge < sources.Length; edge++)
            if (sources[edge] != targets[edge])
            {
                ends[next[sources[edge]]++] = targets[edge];
                ends[next[targets[edge]]++] = sources[edge];
            }
        var start = new int[nodes + 1];
        var count = 0;
        for (var node = 0; node < nodes; node++)
        {
            var list = ends.AsSpan(begin[node]..begin[node + 1]);
            list.Sort();
            for (var i = 0; i < list.Length; i++)
                if (i == 0 || list[i] != list[i - 1])
                    ends[count++] = list[i];
            start[node + 1] = count;
        }
        return new(start, ends[..count]);
    }

    /// <summary>The nodes of each connected component.</summary>
    internal List<int[]> Components()
    {
        List<int[]> components = [];
        var seen = new bool[NodeCount];
        for (var first = 0; first < NodeCount; first++)
        {
            if (seen[first])
                continue;
            seen[first] = true;
            List<int> found = [first];
            for (var i = 0; i < found.Count; i++)
                foreach (var neighbor in NeighborsOf(found[i]))
                    if (!seen[neighbor])
                    {
                        seen[neighbor] = true;
                        found.Add(neighbor);
                    }
            found.Sort();
            components.Add([.. found]);
        }
        return components;
    }

    /// <summary>The subgraph of some nodes, renumbered in their order; none of them may have neighbors outside it.</summary>
    internal SimpleGraph Part(int[] nodes)
    {
        if (nodes.Length == NodeCount)
            return this;
        var numbers = new Dictionary<int, int>(nodes.Length);
        foreach (var node in nodes)
            numbers.Add(node, numbers.Count);
        var start = new int[nodes.Length + 1];
        List<int> neighbors = [];
        for (var i = 0; i < nodes.Length; i++)
        {
            foreach (var neighbor in NeighborsOf(nodes[i]))
                neighbors.Add(numbers[neighbor]);
            start[i + 1] = neighbors.Count;
        }
        return new(start, [.. neighbors]);
    }

    /// <summary>D^-1/2 A D^-1/2, or A, times a vector: <paramref name="scale"/> is the diagonal on both sides.</summary>
    internal void Multiply(ReadOnlySpan<double> scale, ReadOnlySpan<double> vector, Span<double> product)
    {
        for (var node = 0; node < NodeCount; node++)
        {
            double sum = 0;
            foreach (var neighbor in NeighborsOf(node))
                sum += scale[neighbor] * vector[neighbor];
            product[node] = scale[node] * sum;
        }
    }

    /// <summary>1 / √degree, 0 for a node without neighbors.</summary>
    internal double[] InverseRootDegrees() =>
        [.. Enumerable.Range(0, NodeCount).Select(node => DegreeOf(node) is > 0 and var degree ? 1 / Math.Sqrt(degree) : 0)];
}
