using Google.Protobuf;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The second signature of a deployed graph model: the aggregation plan's tensors, which the model computes from the edges, become
/// inputs, and what computed them is cut off. A scorer that makes plans itself saves the sorting.
/// </summary>
internal static class PlanInputs
{
    private static readonly Dictionary<string, (ElementType Type, string?[] Shape)> Tensors = new()
    {
        ["order"] = (ElementType.Int32, [null]),
        ["split"] = (ElementType.Int64, [null]),
        ["groups"] = (ElementType.Int32, [null, null]),
        ["large"] = (ElementType.Int32, [null, null]),
        ["edges"] = (ElementType.Int32, [null]),
        ["ends"] = (ElementType.Int32, [null]),
        ["degree"] = (ElementType.Float, [null]),
    };

    /// <summary>Rewrites a model so that it takes its plans as inputs.</summary>
    /// <param name="model">The bytes of a deployed graph model.</param>
    public static byte[] Cut(byte[] model)
    {
        var proto = ModelReader.Read("The ONNX model", () => new MemoryStream(model, writable: false));
        var graph = proto.Graph;
        var cut = graph.Node.SelectMany(node => node.Output).Where(name => KindOf(name) is not null).ToHashSet();
        foreach (var node in graph.Node.Where(node => node.Output.Any(cut.Contains)).ToArray())
            graph.Node.Remove(node);
        var live = graph.Output.Select(output => output.Name).ToHashSet();
        for (var i = graph.Node.Count - 1; i >= 0; i--)
            if (graph.Node[i].Output.Any(live.Contains))
                live.UnionWith(graph.Node[i].Input.Concat(graph.Node[i].Attribute.Where(attribute => attribute.G is not null).SelectMany(attribute => Read(attribute.G))));
            else
                graph.Node.RemoveAt(i);
        foreach (var name in cut.Where(live.Contains))
            graph.Input.Add(Input(name));
        for (var i = graph.Input.Count - 1; i >= 0; i--)
            if (!live.Contains(graph.Input[i].Name))
                graph.Input.RemoveAt(i);
        for (var i = graph.Initializer.Count - 1; i >= 0; i--)
            if (!live.Contains(graph.Initializer[i].Name))
                graph.Initializer.RemoveAt(i);
        return proto.ToByteArray();
    }

    private static IEnumerable<string> Read(GraphProto body) =>
        body.Node.SelectMany(node => node.Input.Concat(node.Attribute.Where(attribute => attribute.G is not null).SelectMany(attribute => Read(attribute.G))))
            .Concat(body.Output.Select(output => output.Name));

    private static string? KindOf(string name)
    {
        var parts = name.Split('/');
        return parts.Length == 3 && parts[1] is "in" or "out" && Tensors.ContainsKey(parts[2]) ? parts[2] : null;
    }

    private static ValueInfoProto Input(string name)
    {
        var (type, shape) = Tensors[KindOf(name)!];
        var dims = new TensorShapeProto();
        dims.Dim.AddRange(shape.Select(_ => new TensorShapeProto.Types.Dimension()));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)type, Shape = dims } } };
    }
}
