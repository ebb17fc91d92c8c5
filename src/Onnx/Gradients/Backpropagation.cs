namespace MLSeqGraph.Onnx;

/// <summary>One reverse pass over the nodes of one graph.</summary>
internal sealed class Backpropagation
{
    private const string Backward = ", backward"; // in profiles
    private readonly HashSet<Value> _needed;
    private readonly Dictionary<Value, Value> _gradients = [];

    /// <param name="graph">The graph whose nodes are differentiated.</param>
    /// <param name="targets">The values whose gradients are asked for.</param>
    internal Backpropagation(Graph graph, IEnumerable<Value> targets) => _needed = DependentOn(graph, targets);

    internal bool Needs(Value value) => _needed.Contains(value);

    internal Value? GradientOf(Value value) => _gradients.GetValueOrDefault(value);

    /// <summary>Takes a value that stands for another one, whose gradient is needed or not as the other's is.</summary>
    internal void Adopt(Value value, Value other)
    {
        if (Needs(other))
            _needed.Add(value);
    }

    internal void Add(Value value, Value gradient)
    {
        if (!Needs(value))
            return;
        if (!gradient.Shape.Equals(value.Shape))
            throw new GraphException($"The gradient {gradient} has another shape than its value {value}.");
        _gradients[value] = _gradients.TryGetValue(value, out var sum) ? sum + gradient : gradient;
    }

    /// <summary>Writes the gradients of the given nodes, last to first. The nodes written are not differentiated again.</summary>
    internal void Run(IReadOnlyList<Node> nodes)
    {
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            var node = nodes[i];
            if (!node.Outputs.Any(output => Needs(output) && _gradients.ContainsKey(output)))
                continue;
            var root = node.Graph.Root;
            var scope = root.Scope;
            root.Scope = node.Scope.EndsWith(Backward, StringComparison.Ordinal) ? node.Scope : node.Scope + Backward;
            var gradients = GradientRules.For(node)(new GradientContext(node, this));
            for (var input = 0; input < gradients.Length; input++)
                if (gradients[input] is { } gradient && node.Inputs[input] is { } value)
                    Add(value, gradient);
            root.Scope = scope;
        }
    }

    /// <summary>The values of a graph that depend on others through real numbers, including those themselves.</summary>
    internal static HashSet<Value> DependentOn(Graph graph, IEnumerable<Value> sources)
    {
        var dependent = new HashSet<Value>(sources);
        foreach (var node in graph.Nodes)
            if (!GradientRules.StopsAt(node) && (node.Inputs.Any(input => input is not null && dependent.Contains(input))
                || node.Bodies.Any(body => Captures(body).Any(dependent.Contains))))
                dependent.UnionWith(node.Outputs.Where(output => output.Type.IsReal()));
        return dependent;
    }

    /// <summary>The states of a loop through which gradients flow: those whose next value depends on a source or on such a state.</summary>
    /// <param name="body">The loop's body.</param>
    /// <param name="states">The values of each state in the body, before and after an iteration.</param>
    /// <param name="needed">Whether the gradient of a state before the first iteration is needed.</param>
    /// <param name="sources">Other values of the body or outside whose gradients are needed.</param>
    internal static int[] ActiveStates(Graph body, IReadOnlyList<(Value Before, Value After)> states, Func<int, bool> needed,
        IEnumerable<Value> sources)
    {
        var active = new SortedSet<int>(Enumerable.Range(0, states.Count).Where(needed));
        int before;
        do
        {
            before = active.Count;
            var dependent = DependentOn(body, sources.Concat(active.Select(i => states[i].Before)));
            active.UnionWith(Enumerable.Range(0, states.Count).Where(i => dependent.Contains(states[i].After)));
        }
        while (active.Count > before);
        return [.. active];
    }

    /// <summary>The values of outer graphs that the nodes of a loop's body read.</summary>
    internal static IEnumerable<Value> Captures(Graph body) =>
        body.Nodes.SelectMany(node => node.Inputs.OfType<Value>().Concat(node.Bodies.SelectMany(Captures)))
            .Where(value => value.Graph != body && body.IsWithin(value.Graph)).Distinct();
}
