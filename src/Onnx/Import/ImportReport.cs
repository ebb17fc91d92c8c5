using System.Globalization;
using System.Text;

namespace MLSeqGraph.Onnx;

/// <summary>What an imported model consists of, and what of it can be trained.</summary>
/// <param name="Opset">The version of ONNX's operator set.</param>
/// <param name="Inputs">The inputs.</param>
/// <param name="Outputs">The outputs, with the shapes found by following the operators.</param>
/// <param name="Operators">How often each operator occurs, branches and loops included.</param>
/// <param name="Weights">What can be trained.</param>
/// <param name="Unsupported">Operators that can't be imported, each with the reason.</param>
/// <param name="Problem">Why the model as a whole can't be imported; null where it can.</param>
public sealed record ImportReport(
    long Opset, IReadOnlyList<TensorInfo> Inputs, IReadOnlyList<TensorInfo> Outputs, IReadOnlyDictionary<string, int> Operators,
    IReadOnlyList<ImportedWeight> Weights, IReadOnlyDictionary<string, string> Unsupported, string? Problem)
{
    /// <summary>The number of elements of all weights.</summary>
    public long ParameterCount => Weights.Sum(weight => weight.Count);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture,
            $"operator set {Opset}, {ParameterCount:N0} parameters in {Weights.Count} weights\n");
        foreach (var input in Inputs)
            text.Append("input  ").Append(input).Append('\n');
        foreach (var output in Outputs)
            text.Append("output ").Append(output).Append('\n');
        text.Append("operators ").AppendJoin(", ", Operators.Select(pair => $"{pair.Key} {pair.Value}")).Append('\n');
        foreach (var (name, why) in Unsupported)
            text.Append("not supported: ").Append(name).Append(": ").Append(why).Append('\n');
        if (Problem is not null)
            text.Append("can't be imported: ").Append(Problem).Append('\n');
        foreach (var layer in Weights.GroupBy(weight => weight.Layer).OrderBy(group => group.Key))
            text.Append(CultureInfo.InvariantCulture, $"layer {layer.Key}: ").AppendJoin(", ", layer).Append('\n');
        return text.ToString();
    }
}
