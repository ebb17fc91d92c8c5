using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Weights that another training ended with, as the start of a network.</summary>
internal static class StartingWeights
{
    /// <summary>Copies the weights into a network that has the same parameters.</summary>
    /// <param name="parameters">The network's.</param>
    /// <param name="wanted">Those of them that the weights are for.</param>
    /// <param name="weights">The weights by parameter name.</param>
    /// <param name="from">The name of the network they are of.</param>
    /// <param name="to">The name of this one.</param>
    /// <exception cref="ArgumentException">Names or shapes differ.</exception>
    internal static void CopyTo(ParameterSet parameters, IEnumerable<Parameter> wanted, IReadOnlyDictionary<string, TensorData> weights,
        string from, string to)
    {
        if (Differences([.. wanted], weights).FirstOrDefault() is { } difference)
            throw new ArgumentException($"{nameof(SequenceTrainerOptions.Pretrained)} ({from}) doesn't fit the network ({to}): "
                + $"{difference}.");
        foreach (var (name, weight) in weights)
            parameters[name].Value = Copy(weight);
    }

    internal static TensorData Copy(TensorData tensor) => TensorData.Create((float[])tensor.As<float>().Clone(), [.. tensor.Sizes]);

    private static IEnumerable<string> Differences(Parameter[] wanted, IReadOnlyDictionary<string, TensorData> weights)
    {
        foreach (var parameter in wanted)
            if (!weights.TryGetValue(parameter.Name, out var weight))
                yield return $"it has no parameter '{parameter.Name}', expected one of shape {Text(parameter.Value)}";
            else if (!weight.Sizes.SequenceEqual(parameter.Value.Sizes))
                yield return $"its parameter '{parameter.Name}' has shape {Text(weight)}, expected {Text(parameter.Value)}";
        foreach (var (name, weight) in weights)
            if (!Array.Exists(wanted, parameter => parameter.Name == name))
                yield return $"it has a parameter '{name}' of shape {Text(weight)}, which the network lacks";
    }

    private static string Text(TensorData tensor) => $"[{string.Join(", ", tensor.Sizes)}]";
}
