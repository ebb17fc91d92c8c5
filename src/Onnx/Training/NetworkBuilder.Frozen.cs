namespace MLSeqGraph.Onnx;

// Tensors that a network takes over and doesn't train.
public sealed partial class NetworkBuilder
{
    // Smaller ones aren't worth an input.
    private const long LeastFed = 16_384;

    private readonly Dictionary<string, (Value Value, TensorData Data)> _frozen = new(StringComparer.Ordinal);

    private bool IsExplained { get; init; }

    /// <summary>Whether what it computes is to be differentiated: in training, and where a trained network is explained.</summary>
    internal bool IsDifferentiated => Mode == NetworkMode.Training || IsExplained;

    /// <summary>Inputs that always have the same elements.</summary>
    internal IReadOnlyDictionary<string, TensorData> FrozenInputs => _frozen.ToDictionary(entry => entry.Value.Value.Name,
        entry => entry.Value.Data);

    /// <summary>
    /// A tensor that stays as it is: a constant, but large ones are fed in training and evaluation, so that several graphs share one array
    /// rather than have a copy each in a model.
    /// </summary>
    internal Value Frozen(string name, TensorData data)
    {
        if (Mode == NetworkMode.Deployment || _areParametersGiven || data.Type != ElementType.Float || data.Count < LeastFed)
            return Graph.Constant(data, name);
        name = Scoped + name;
        if (!_frozen.TryGetValue(name, out var known))
            _frozen[name] = known = (Graph.Input(name, data.Type, Shape.Of(data.Sizes)), data);
        return known.Value;
    }

    /// <summary>
    /// A trained network written into this one's graph, as it is evaluated: its parameters stay as they are, but what it computes can be
    /// differentiated by what it is given.
    /// </summary>
    /// <param name="parameters">The trained parameters.</param>
    internal NetworkBuilder Trained(ParameterSet parameters) =>
        new(Graph, NetworkMode.Evaluation, parameters.All.Select(parameter =>
            KeyValuePair.Create(parameter.Name, Frozen(parameter.Name, parameter.Value))))
        {
            PlanInputs = PlanInputs, IsExplained = true,
        };
}
