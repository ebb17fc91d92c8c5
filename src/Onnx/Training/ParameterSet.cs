namespace MLSeqGraph.Onnx;

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
