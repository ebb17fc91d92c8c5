namespace MLSeqGraph.Onnx;

/// <summary>Computes nodes that depend only on constants, so that a deployed file holds final weights and doesn't compute them.</summary>
internal static class ConstantFolding
{
    // A result that takes more than this, and several times the constants it comes from, is cheaper to compute than to keep.
    private const long LargeBytes = 1 << 20, LargeFactor = 4;

    /// <summary>Operations whose results differ from run to run.</summary>
    internal static readonly HashSet<string> Random = new(StringComparer.Ordinal)
    {
        "Bernoulli", "Dropout", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike",
    };

    /// <summary>
    /// Replaces the nodes of a model's outermost graph that depend only on constants by their results, all computed in one run, keeps one
    /// of equal constants, and removes what is no longer needed. Results much larger than the constants they come from aren't stored.
    /// </summary>
    /// <param name="graph">The graph, changed in place.</param>
    /// <exception cref="GraphException">ONNX Runtime can't run the nodes.</exception>
    public static void Fold(Graph graph)
    {
        Node[] constant = [.. ConstantNodes(graph)];
        var replaced = constant.ToHashSet();
        var results = Results(graph, replaced);
        if (results.Count > 0)
        {
            var excerpt = Graph.Excerpt(graph.Name + "_constants", constant, graph.Constants, results);
            DeadCode.Remove(excerpt);
            using var session = new OnnxSession(excerpt);
            var computed = session.Run(new Dictionary<string, TensorData>());
            foreach (var value in results)
                graph.Replace(value, computed[value.Name]);
            graph.Retain(graph.Nodes.Where(node => !replaced.Contains(node)).ToHashSet(), graph.Constants.ToHashSet());
        }
        DeadCode.Remove(graph);
        EqualConstants.Merge(graph);
        EqualNodes.Merge(graph);
    }

    private static IEnumerable<Node> ConstantNodes(Graph graph)
    {
        var known = new HashSet<Value>(graph.Constants);
        foreach (var node in graph.Nodes)
            if (!Random.Contains(node.OpType) && Read(node).All(known.Contains))
            {
                known.UnionWith(node.Outputs);
                yield return node;
            }
    }

    private static IEnumerable<Value> Read(Node node) =>
        node.Inputs.OfType<Value>().Concat(node.Bodies.SelectMany(Backpropagation.Captures));

    // The values that the other nodes and the graph's outputs read. A node whose result isn't worth storing leaves the set, and its
    // inputs become results.
    private static List<Value> Results(Graph graph, HashSet<Node> nodes)
    {
        var sources = new Dictionary<Value, HashSet<Value>>(); // the constants each value comes from
        foreach (var node in graph.Nodes.Where(nodes.Contains))
        {
            var all = Read(node).SelectMany(value => value.Constant is null ? sources[value] : (IEnumerable<Value>)[value]).ToHashSet();
            foreach (var output in node.Outputs)
                sources[output] = all;
        }
        // Nodes come after those they read from, so from the end it is known whether a node stays before its inputs are visited.
        var read = graph.Outputs.Select(output => output.Value).ToHashSet();
        foreach (var node in graph.Nodes.Reverse())
        {
            if (nodes.Contains(node) && !node.Outputs.Where(read.Contains).All(output => IsStored(output, sources[output])))
                nodes.Remove(node);
            if (!nodes.Contains(node))
                read.UnionWith(Read(node));
        }
        return [.. graph.Nodes.Where(nodes.Contains).SelectMany(node => node.Outputs).Where(read.Contains)];
    }

    private static bool IsStored(Value value, HashSet<Value> sources)
    {
        if (!value.Shape.IsKnown || value.Type == ElementType.String)
            return false;
        var bytes = Bytes(value.Type, value.Shape.Elements.Size);
        return bytes <= LargeBytes || bytes <= LargeFactor * sources.Sum(source => Bytes(source.Type, source.Constant!.Count));
    }

    private static long Bytes(ElementType type, long count) => type == ElementType.String ? 0 : count * type.SizeInBytes();
}
