using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

/// <summary>The operator set of a model, and bringing models to another one.</summary>
internal static class ModelOpset
{
    /// <summary>The first that models can be written for: the one that has LayerNormalization.</summary>
    internal const int First = 17;

    // Took their axes as an attribute before operator set 18.
    private static readonly HashSet<string> Reductions = new(StringComparer.Ordinal)
    {
        "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSumSquare",
    };

    // Operations of newer sets than the first, where models have them.
    private static readonly Dictionary<string, int> Since = new(StringComparer.Ordinal)
    {
        ["BitwiseAnd"] = 18, ["BitwiseXor"] = 18, ["RegexFullMatch"] = 20, ["StringConcat"] = 20, ["StringSplit"] = 20,
    };

    /// <summary>The set that a model is written for.</summary>
    internal static int Of(ModelProto model) => (int)model.OpsetImport.First(opset => opset.Domain.Length == 0).Version;

    /// <summary>Whether an operation is known from a set on and not before.</summary>
    internal static bool IsOf(NodeProto node, int opset) =>
        node.Domain.Length == 0 && Since.TryGetValue(node.OpType, out var since) && since == opset;

    /// <summary>Brings a model to another set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside the range.</exception>
    /// <exception cref="NotSupportedException">It lacks an operation of the model.</exception>
    internal static void Change(ModelProto model, int opset)
    {
        if (opset is < First or > OnnxFile.LastOpset)
            throw new ArgumentOutOfRangeException(nameof(opset), opset,
                $"Models are written for operator sets {First} to {OnnxFile.LastOpset}.");
        foreach (var node in Nodes(model.Graph))
            if (node.Domain.Length == 0 && Since.TryGetValue(node.OpType, out var since) && opset < since)
                throw new NotSupportedException(
                    $"The model can't be written for operator set {opset}: its {node.OpType} is known from {since} on.");
        if (opset < OnnxFile.DefaultOpset)
        {
            var axes = model.Graph.Initializer.ToDictionary(tensor => tensor.Name, tensor => tensor);
            foreach (var node in Nodes(model.Graph).Where(node => Reductions.Contains(node.OpType) && node.Input.Count > 1).ToArray())
                AxesToAttribute(node, axes);
        }
        model.OpsetImport.First(import => import.Domain.Length == 0).Version = opset;
        model.IrVersion = Math.Max(model.IrVersion, IrVersionOf(opset));
    }

    // The first version of the file format that came with a set.
    private static int IrVersionOf(int opset) => opset switch
    {
        <= 18 => 8,
        <= 20 => 9,
        _ => 10,
    };

    private static void AxesToAttribute(NodeProto node, Dictionary<string, TensorProto> constants)
    {
        if (!constants.TryGetValue(node.Input[1], out var tensor))
            throw new NotSupportedException(
                $"The model can't be written for operator set {First}: axes of its {node.OpType} are computed.");
        node.Input.RemoveAt(1);
        foreach (var unknown in node.Attribute.Where(attribute => attribute.Name == "noop_with_empty_axes").ToArray())
            node.Attribute.Remove(unknown);
        var axes = new AttributeProto { Name = "axes", Type = AttributeProto.Types.AttributeType.Ints };
        for (var at = 0; at < tensor.RawData.Length; at += sizeof(long))
            axes.Ints.Add(BitConverter.ToInt64(tensor.RawData.Span[at..]));
        node.Attribute.Add(axes);
    }

    private static IEnumerable<NodeProto> Nodes(GraphProto graph) => graph.Node.SelectMany(node =>
        node.Attribute.Where(attribute => attribute.G is not null).SelectMany(attribute => Nodes(attribute.G)).Prepend(node));
}
