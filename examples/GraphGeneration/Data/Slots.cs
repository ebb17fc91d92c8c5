namespace GraphGeneration.Data;

/// <summary>
/// Places for the nodes of small labelled graphs and for the edge between each two of them: they are the nodes of a graph that is the same
/// for all, in which each place of an edge is linked with those of its ends, and what stands at a place is its class, perhaps nothing.
/// </summary>
/// <param name="Nodes">The most nodes of a graph.</param>
/// <param name="Labels">Labels of nodes, from 0.</param>
/// <param name="EdgeLabels">Labels of edges, from 0.</param>
/// <param name="Latent">Numbers that a graph is drawn from.</param>
internal sealed record Slots(int Nodes, int Labels, int EdgeLabels, int Latent)
{
    private readonly (int A, int B)[] _pairs = [.. from b in Enumerable.Range(0, Nodes) from a in Enumerable.Range(0, b) select (a, b)];

    /// <summary>Places in all.</summary>
    internal int Count => Nodes + _pairs.Length;

    /// <summary>Classes: no node, the labels of nodes, no edge, the labels of edges.</summary>
    internal int Classes => Labels + EdgeLabels + 2;

    /// <summary>
    /// Features of a place: what stands there; the nodes it belongs to, and whether it is an edge's; what it is drawn from.
    /// </summary>
    internal int[] Parts => [Classes, Nodes + 1, Latent, 1];

    internal int Width => Parts.Sum();

    /// <summary>A graph to learn, of at most so many nodes.</summary>
    internal SlotRow Of(SmallGraph graph)
    {
        int[] classes = [.. Enumerable.Range(0, Nodes).Select(node => node < graph.Count ? graph.Labels[node] + 1 : 0),
            .. _pairs.Select(pair => Labels + 1 + (graph.Edges.TryGetValue(pair, out var label) ? label + 1 : 0))];
        var row = Empty();
        for (var place = 0; place < Count; place++)
            row.NodeFeatures[place * Width + classes[place]] = 1;
        row.Label = Array.ConvertAll(classes, one => (uint)one + 1);
        return row;
    }

    /// <summary>A row from which a graph is drawn: nothing is known of it.</summary>
    /// <param name="draw">Gives numbers of the standard normal distribution.</param>
    internal SlotRow Drawn(Func<double> draw)
    {
        var row = Empty();
        // Stands at the first place, for the whole graph.
        for (var i = 0; i < Latent; i++)
            row.NodeFeatures[Classes + Nodes + 1 + i] = (float)draw();
        row.NodeFeatures[Width - 1] = 1;
        return row;
    }

    /// <summary>The graph of what is most probable at each place; null where there is no node.</summary>
    /// <param name="scores">[places, classes].</param>
    internal SmallGraph? Read(ReadOnlySpan<float> scores)
    {
        var numbers = new int[Nodes];
        List<int> labels = [];
        for (var node = 0; node < Nodes; node++)
        {
            var best = Best(scores.Slice(node * Classes, Labels + 1));
            numbers[node] = best == 0 ? -1 : labels.Count;
            if (best > 0)
                labels.Add(best - 1);
        }
        Dictionary<(int, int), int> edges = [];
        for (var pair = 0; pair < _pairs.Length; pair++)
        {
            var (a, b) = (numbers[_pairs[pair].A], numbers[_pairs[pair].B]);
            if (a >= 0 && b >= 0 && Best(scores.Slice((Nodes + pair) * Classes + Labels + 1, EdgeLabels + 1)) is > 0 and var best)
                edges[(a, b)] = best - 1;
        }
        return labels.Count == 0 ? null : new([.. labels], edges);

        static int Best(ReadOnlySpan<float> of)
        {
            var best = 0;
            for (var i = 1; i < of.Length; i++)
                best = of[i] > of[best] ? i : best;
            return best;
        }
    }

    private SlotRow Empty()
    {
        var row = new SlotRow { NodeFeatures = new float[Count * Width], Label = new uint[Count] };
        List<(int From, int To)> links = [];
        for (var place = 0; place < Count; place++)
        {
            int[] ends = place < Nodes ? [place] : [_pairs[place - Nodes].A, _pairs[place - Nodes].B];
            foreach (var end in ends)
                row.NodeFeatures[place * Width + Classes + end] = 1;
            if (place < Nodes)
                continue;
            row.NodeFeatures[place * Width + Classes + Nodes] = 1;
            links.AddRange(ends.SelectMany(end => ((int, int)[])[(end, place), (place, end)]));
        }
        row.Edges = [.. links.Select(link => link.From), .. links.Select(link => link.To)];
        return row;
    }
}
