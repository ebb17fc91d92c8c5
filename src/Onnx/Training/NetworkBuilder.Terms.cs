namespace MLSeqGraph.Onnx;

// What layers add to the loss and to the metrics of whatever network they stand in.
public sealed partial class NetworkBuilder
{
    private readonly List<Value> _terms = [];
    private readonly Dictionary<string, (Value Sum, Value Count)> _counts = new(StringComparer.Ordinal);

    /// <summary>Adds a term to the loss that training minimizes: a cost that a layer has, whatever network it stands in.</summary>
    /// <param name="term">A scalar.</param>
    /// <exception cref="GraphException">It isn't a scalar of type Float.</exception>
    public void AddToLoss(Value term)
    {
        if (term.Shape.Rank != 0 || term.Type != ElementType.Float)
            throw new GraphException($"AddToLoss: expected a scalar of type Float; got {term.Type} {term}.");
        _terms.Add(term);
    }

    /// <summary>
    /// Counts something in every row. Training reports the quotient of the sums over all rows under this name; layers that count under one
    /// name are added.
    /// </summary>
    /// <param name="name">The metric's name.</param>
    /// <param name="count">How many there were in each row, [batch].</param>
    /// <param name="most">How many there could have been, [batch].</param>
    public void Count(string name, Value count, Value most) =>
        _counts[name] = _counts.TryGetValue(name, out var known) ? (known.Sum + count, known.Count + most) : (count, most);

    /// <summary>What was counted under a name in each row, [batch]; null where nothing was.</summary>
    public Value? CountOf(string name) => _counts.TryGetValue(name, out var known) ? known.Sum : null;

    /// <summary>A network's outputs with the terms and counts of its layers.</summary>
    internal NetworkOutputs WithTerms(NetworkOutputs outputs) => _terms.Count + _counts.Count == 0 ? outputs : outputs with
    {
        Loss = _terms.Aggregate(outputs.Loss, (loss, term) => loss + term),
        Objective = outputs.Objective is { } objective ? _terms.Aggregate(objective, (sum, term) => sum + term) : null,
        Metrics =
        [
            .. outputs.Metrics,
            .. _counts.SelectMany(entry => ((string, Value)[])[(entry.Key + "/sum", Op.ReduceSum(entry.Value.Sum, keepDims: false)),
                (entry.Key + "/count", Op.ReduceSum(entry.Value.Count, keepDims: false))]),
        ],
    };
}
