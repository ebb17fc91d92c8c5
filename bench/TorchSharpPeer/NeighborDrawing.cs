namespace MLSeqGraph.Bench.Peer;

/// <summary>Sampled neighbors of a batch in two layers.</summary>
/// <param name="HiddenNodes">The nodes that the first layer computes: the batch's, then their sampled neighbors.</param>
/// <param name="InputSources">Nodes whose features the first layer reads, those of its first node first.</param>
/// <param name="InputOffsets">Where each of its nodes' begin, and the end.</param>
/// <param name="HiddenSources">
/// Numbers among <paramref name="HiddenNodes"/> that the second layer reads, those of the batch's first node first.
/// </param>
/// <param name="HiddenOffsets">Where each node's begin, and the end.</param>
internal sealed record DrawnNeighbors(
    long[] HiddenNodes, long[] InputSources, long[] InputOffsets, long[] HiddenSources, long[] HiddenOffsets);

/// <summary>Draws neighbors uniformly and without replacement from a random graph.</summary>
internal sealed class NeighborDrawing
{
    private readonly int _fanOut;
    private readonly int[] _start, _sources;

    internal NeighborDrawing(SampledShape shape)
    {
        _fanOut = shape.FanOut;
        var random = new Random(1);
        var (sources, targets) = (new int[shape.Edges], new int[shape.Edges]);
        for (var edge = 0; edge < shape.Edges; edge++)
            (sources[edge], targets[edge]) = (random.Next(shape.Nodes), random.Next(shape.Nodes));
        Array.Sort(targets, sources);
        (_sources, _start) = (sources, new int[shape.Nodes + 1]);
        foreach (var target in targets)
            _start[target + 1]++;
        for (var node = 0; node < shape.Nodes; node++)
            _start[node + 1] += _start[node];
    }

    /// <summary>A sample of its own for each seed.</summary>
    internal DrawnNeighbors Draw(int[] targets, int seed)
    {
        var random = new Random(seed);
        var picked = new int[_fanOut];
        var nodes = new List<long>();
        var numbers = new Dictionary<int, int>();
        int Number(int node)
        {
            if (numbers.TryAdd(node, nodes.Count))
                nodes.Add(node);
            return numbers[node];
        }
        foreach (var target in targets)
            Number(target);
        List<long> hiddenSources = [], hiddenOffsets = [0], inputSources = [], inputOffsets = [0];
        foreach (var target in targets)
        {
            for (var (i, count) = (0, Pick(random, target, picked)); i < count; i++)
                hiddenSources.Add(Number(picked[i]));
            hiddenOffsets.Add(hiddenSources.Count);
        }
        foreach (var node in nodes)
        {
            for (var (i, count) = (0, Pick(random, (int)node, picked)); i < count; i++)
                inputSources.Add(picked[i]);
            inputOffsets.Add(inputSources.Count);
        }
        return new([.. nodes], [.. inputSources], [.. inputOffsets], [.. hiddenSources], [.. hiddenOffsets]);
    }

    // Selection sampling (Knuth, algorithm S): each edge is taken with the chance that leaves the right number at the end.
    private int Pick(Random random, int node, int[] picked)
    {
        int start = _start[node], degree = _start[node + 1] - start, count = 0;
        var wanted = Math.Min(degree, _fanOut);
        for (var i = 0; count < wanted; i++)
            if (degree <= _fanOut || random.Next(degree - i) < wanted - count)
                picked[count++] = _sources[start + i];
        return count;
    }
}
