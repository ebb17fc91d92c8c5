using System.Text.RegularExpressions;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>Finds the tensors of a model that training can change: those that an operator reads as a weight.</summary>
internal static partial class WeightSearch
{
    // Operators, and which of their inputs may be weights; -1 for any.
    private static readonly Dictionary<string, int[]> Places = new(StringComparer.Ordinal)
    {
        ["Add"] = [-1], ["BatchNormalization"] = [1, 2], ["Conv"] = [1, 2], ["ConvTranspose"] = [1, 2], ["Einsum"] = [-1],
        ["Gather"] = [0], ["Gemm"] = [0, 1, 2], ["GRU"] = [1, 2, 3], ["InstanceNormalization"] = [1, 2], ["LayerNormalization"] = [1, 2],
        ["LSTM"] = [1, 2, 3, 7], ["MatMul"] = [-1], ["Mul"] = [-1], ["PRelu"] = [1], ["RNN"] = [1, 2, 3], ["Sub"] = [-1],
        ["com.microsoft:Attention"] = [1, 2], ["com.microsoft:SkipLayerNormalization"] = [2, 3, 4], ["com.microsoft:BiasGelu"] = [1],
        ["com.microsoft:FastGelu"] = [1], ["com.microsoft:FusedMatMul"] = [-1],
    };

    private static readonly HashSet<string> Moving = new(StringComparer.Ordinal)
    {
        "Identity", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Cast", "Flatten", "Expand", "Slice",
    };

    /// <summary>The weights that some outputs depend on, in the order in which the model reads them.</summary>
    internal static List<ImportedWeight> Of(ParsedGraph graph, IReadOnlyList<string> outputs)
    {
        var tensors = Tensors(graph);
        List<NodeProto> nodes = [.. Nodes(graph, outputs)];
        var readers = nodes.SelectMany(node => node.Input.Select((name, place) => (name, Reader: (Node: node, Place: place))))
            .ToLookup(pair => pair.name, pair => pair.Reader, StringComparer.Ordinal);
        var found = new List<(string File, string Title, TensorData Tensor, string Operator)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in nodes.SelectMany(node => node.Input))
            if (tensors.GetValueOrDefault(name) is { Type: ElementType.Float, Count: > 1 } tensor && tensor.Sizes.Count > 0
                && seen.Add(name) && PlaceOf(name, readers, 0, IsPiece) is { } reader)
                found.Add((name, TitleOf(name, reader, readers, tensors), tensor, ParsedGraph.OperatorName(reader)));
        return Layered(found);

        // A tensor or a slice of one: those that are joined are the rows of a weight in another order.
        bool IsPiece(string name) => tensors.ContainsKey(name)
            || nodes.Find(node => node.Output.Contains(name)) is { OpType: "Slice" } slice && tensors.ContainsKey(slice.Input[0]);
    }

    // Those of branches and of loops too; not those of names that several bodies have.
    private static Dictionary<string, TensorData?> Tensors(ParsedGraph graph) => graph.All.SelectMany(one => one.Tensors)
        .GroupBy(pair => pair.Key, StringComparer.Ordinal).Where(group => group.Count() == 1)
        .ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal);

    private static IEnumerable<NodeProto> Nodes(ParsedGraph graph, IReadOnlyList<string> outputs)
    {
        foreach (var node in graph.Needed(outputs, _ => false))
        {
            yield return node;
            if (node.OpType is "If" or "Loop" or "Scan")
                foreach (var body in node.Attribute.Where(attribute => attribute.G is not null).Select(graph.Body))
                    foreach (var inner in Nodes(body, ControlReaders.Outputs(body)))
                        yield return inner;
        }
    }

    // The first node that reads it as a weight, perhaps moved.
    private static NodeProto? PlaceOf(string name, ILookup<string, (NodeProto Node, int Place)> readers, int depth,
        Func<string, bool> isPiece)
    {
        foreach (var (node, place) in readers[name])
        {
            var type = ParsedGraph.OperatorName(node);
            if (Places.TryGetValue(type, out var places) && (places[0] == -1 || places.Contains(place)))
                return node;
            var moves = place == 0 && Moving.Contains(type) || (type == "Concat" && node.Input.All(isPiece));
            if (depth < 8 && moves && PlaceOf(node.Output[0], readers, depth + 1, isPiece) is { } further)
                return further;
        }
        return null;
    }

    // PyTorch transposes the weights of linear layers and then gives them numbers as names.
    private static string TitleOf(string name, NodeProto reader, ILookup<string, (NodeProto Node, int Place)> readers,
        Dictionary<string, TensorData?> tensors)
    {
        if (!Anonymous().IsMatch(name) || reader.OpType is not "MatMul")
            return name;
        foreach (var (next, _) in readers[reader.Output[0]].Where(next => next.Node.OpType == "Add"))
            if (next.Input.FirstOrDefault(other => tensors.ContainsKey(other) && other.EndsWith(".bias", StringComparison.Ordinal))
                is { } bias)
                return bias[..^"bias".Length] + "weight";
        var layer = reader.Name.Trim('/').Replace('/', '.');
        return layer.EndsWith(".MatMul", StringComparison.Ordinal) ? layer[..^"MatMul".Length] + "weight" : name;
    }

    private static List<ImportedWeight> Layered(List<(string File, string Title, TensorData Tensor, string Operator)> found)
    {
        var titles = new HashSet<string>(StringComparer.Ordinal);
        var groups = found.Select(weight => Numbered().Match(weight.Title) is { Success: true } match ? match.Value : null).ToArray();
        var numbered = groups.OfType<string>().Distinct().ToList();
        var (last, weights) = (0, new List<ImportedWeight>());
        for (var i = 0; i < found.Count; i++)
        {
            // What comes after the numbered layers, such as a pooling layer, is deeper than all of them.
            var layer = groups[i] is { } group ? numbered.IndexOf(group) + 1
                : numbered.Count == 0 ? i : last == 0 ? 0 : numbered.Count + 1;
            last = Math.Max(last, layer);
            var title = titles.Add(found[i].Title) ? found[i].Title : found[i].File;
            weights.Add(new(title, found[i].File, found[i].Tensor.Sizes, found[i].Operator, layer));
        }
        return weights;
    }

    [GeneratedRegex(@"^(onnx::\w+|\d+)$")]
    private static partial Regex Anonymous();

    // Up to the first number between separators: encoder.layer.3
    [GeneratedRegex(@"^.*?[._/](\d+)(?=[._/])")]
    private static partial Regex Numbered();
}
