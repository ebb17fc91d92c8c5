namespace MLSeqGraph.Onnx;

/// <summary>A trained tensor of a network.</summary>
public sealed class Parameter
{
    internal Parameter(string name, TensorData value, bool decays, bool isTrained = true, float learningRateFactor = 1)
    {
        Name = name;
        Value = value;
        Decays = decays;
        IsTrained = isTrained;
        LearningRateFactor = learningRateFactor;
    }

    /// <summary>Name, unique in the network: <c>lstm/recurrent_weight</c>.</summary>
    public string Name { get; }

    /// <summary>The elements, Float.</summary>
    public TensorData Value { get; internal set; }

    /// <summary>Whether weight decay applies: not to biases and normalization scales.</summary>
    public bool Decays { get; }

    /// <summary>The factor of the learning rate with which it is trained, 1 unless fine-tuning sets another.</summary>
    public float LearningRateFactor { get; }

    /// <summary>Whether the optimizer updates it; a running statistic is updated by the network itself at every step.</summary>
    public bool IsTrained { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(", ", Value.Sizes)}]";
}

/// <summary>The parameters of a network in the order of their first use.</summary>
public sealed class ParameterSet
{
    private readonly List<Parameter> _parameters = [];
    private readonly Dictionary<string, Parameter> _byName = new(StringComparer.Ordinal);

    /// <summary>The parameters in order.</summary>
    public IReadOnlyList<Parameter> All => _parameters;

    /// <summary>Number of trained elements.</summary>
    public long Count => _parameters.Where(parameter => parameter.IsTrained).Sum(parameter => parameter.Value.Count);

    /// <summary>A parameter by name.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public Parameter this[string name] =>
        _byName.TryGetValue(name, out var parameter) ? parameter
            : throw new KeyNotFoundException($"The network has no parameter '{name}'; it has {string.Join(", ", _byName.Keys)}.");

    /// <summary>Finds a parameter by name; null if there is none.</summary>
    public Parameter? Find(string name) => _byName.GetValueOrDefault(name);

    internal Parameter Add(Parameter parameter)
    {
        _byName.Add(parameter.Name, parameter);
        _parameters.Add(parameter);
        return parameter;
    }
}
