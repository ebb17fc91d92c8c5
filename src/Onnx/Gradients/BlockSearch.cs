namespace MLSeqGraph.Onnx;

/// <summary>
/// Cuts a forward pass into blocks so that what passes between them and the largest block together take least memory. Of sizes that only
/// the batch tells a guess is enough.
/// </summary>
internal static class BlockSearch
{
    private const long Guess = 32;

    private const int Limits = 24;

    /// <summary>The blocks in order; one where cuts save nothing.</summary>
    /// <param name="nodes">The nodes of the forward pass in order.</param>
    /// <param name="pass">Knows which values have gradients: only they are kept for the backward pass.</param>
    internal static IReadOnlyList<IReadOnlyList<Node>> Of(IReadOnlyList<Node> nodes, Backpropagation pass)
    {
        var count = nodes.Count;
        // inside[i]: what nodes 0 to i - 1 compute; across[i]: what of that is read from node i on
        double[] inside = new double[count + 1], across = new double[count + 1];
        var lastReader = new Dictionary<Value, int>();
        for (var i = 0; i < count; i++)
            foreach (var input in nodes[i].Inputs.OfType<Value>().Concat(nodes[i].Bodies.SelectMany(Backpropagation.Captures)))
                lastReader[input] = i;
        for (var i = 0; i < count; i++)
        {
            inside[i + 1] += inside[i];
            foreach (var output in nodes[i].Outputs)
            {
                if (!IsView(nodes[i]) && pass.Needs(output))
                    inside[i + 1] += SizeOf(output);
                for (var cut = i + 1; cut <= lastReader.GetValueOrDefault(output, i); cut++)
                    across[cut] += SizeOf(output);
            }
        }
        if (inside[count] == 0)
            return [nodes];
        var best = (Cost: inside[count], Cuts: new List<int>());
        for (var limit = 1; limit <= Limits; limit++)
        {
            var most = inside[count] * Math.Pow(0.8, limit);
            if (Cut(inside, across, most) is { } found && found.Cost + most < best.Cost)
                best = (found.Cost + most, found.Cuts);
        }
        var blocks = new List<IReadOnlyList<Node>>();
        for (int i = 0, from = 0; i <= best.Cuts.Count; i++)
        {
            var to = i < best.Cuts.Count ? best.Cuts[i] : count;
            blocks.Add([.. nodes.Skip(from).Take(to - from)]);
            from = to;
        }
        return blocks;
    }

    // The cuts with the least across them, if no block may have more than a limit inside; null where a node alone has more.
    private static (double Cost, List<int> Cuts)? Cut(double[] inside, double[] across, double most)
    {
        var count = inside.Length - 1;
        var cost = new double[count + 1];
        var from = new int[count + 1];
        var window = new LinkedList<int>(); // places of the last cut, the cheapest first
        window.AddLast(0);
        for (var at = 1; at <= count; at++)
        {
            while (window.First is { } first && inside[at] - inside[first.Value] > most)
                window.RemoveFirst();
            if (window.First is not { } cheapest)
                return null;
            (cost[at], from[at]) = (cost[cheapest.Value] + (at < count ? across[at] : 0), cheapest.Value);
            while (window.Last is { } last && cost[last.Value] >= cost[at])
                window.RemoveLast();
            window.AddLast(at);
        }
        var cuts = new List<int>();
        for (var at = from[count]; at > 0; at = from[at])
            cuts.Add(at);
        cuts.Reverse();
        return (cost[count], cuts);
    }

    private static bool IsView(Node node) => node.OpType is "Reshape" or "Squeeze" or "Unsqueeze" or "Identity" or "Flatten";

    // Tensors of known sizes don't grow with the batch: parameters and what is computed from them alone.
    private static double SizeOf(Value value) => value.Shape.All(dim => dim.IsKnown) ? 0
        : value.Shape.Aggregate(1.0, (product, dim) => product * Math.Max(1, dim.Evaluate(_ => Guess)));
}
