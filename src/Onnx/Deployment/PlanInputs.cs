using Google.Protobuf;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The second signature of a deployed graph model: the aggregation plan's tensors, which the model computes from the edges, become
/// inputs, and the nodes that computed them are removed. A scorer that makes plans itself saves the sorting.
/// </summary>
internal static class PlanInputs
{
    /// <summary>Rewrites a model so that it takes its plans as inputs.</summary>
    /// <param name="model">The bytes of a deployed graph model.</param>
    public static byte[] Cut(byte[] model)
    {
        var proto = ModelReader.Read("The ONNX model", () => new MemoryStream(model, writable: false));
        var graph = proto.Graph;
        var cut = graph.Node.SelectMany(node => node.Output)
            .Where(name => PlanTensors.Find(name) is { } tensor && PlanTensors.InFiles.Contains(tensor)).ToHashSet();
        foreach (var node in graph.Node.Where(node => node.Output.Any(cut.Contains)).ToArray())
            graph.Node.Remove(node);
        var live = ProtoGraph.DropUnread(graph);
        var told = graph.ValueInfo.ToDictionary(value => value.Name);
        foreach (var name in cut.Where(live.Contains))
            graph.Input.Add(told.TryGetValue(name, out var info) ? info : Input(name));
        foreach (var (name, info) in told)
            if (cut.Contains(name))
                graph.ValueInfo.Remove(info);
        for (var i = graph.Input.Count - 1; i >= 0; i--)
            if (!live.Contains(graph.Input[i].Name))
                graph.Input.RemoveAt(i);
        return proto.ToByteArray();
    }

    private static ValueInfoProto Input(string name)
    {
        var tensor = PlanTensors.Find(name)!.Value;
        var dims = new TensorShapeProto();
        for (var axis = 0; axis < PlanTensors.RankOf(tensor); axis++)
            dims.Dim.Add(new TensorShapeProto.Types.Dimension());
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)PlanTensors.TypeOf(tensor), Shape = dims } } };
    }
}
