using System.Runtime.InteropServices;
using Google.Protobuf;
using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Stores the weights of a model in fewer bits: each large one becomes a constant of another type, and nodes that make floats of it, which
/// ONNX Runtime computes once, when it loads the file. Any runtime has the operators.
/// </summary>
internal static class ModelPrecision
{
    // Smaller weights, such as biases, are not worth two more nodes.
    private const int FewestElements = 256;
    private const int NarrowRow = 32;
    private const int Int8Type = 3, Float16Type = 10;
    private const string Prefix = "stored/";

    /// <summary>How much a score may differ from that of the floats, relative to max(1, |score|).</summary>
    internal static double ToleranceOf(OnnxPrecision precision) => precision switch
    {
        OnnxPrecision.Float16 => 5e-3,
        OnnxPrecision.Int8 => 0.1,
        _ => PipelineExport.Tolerance,
    };

    /// <summary>Changes how a model's weights are stored.</summary>
    /// <param name="model">The model, changed in place.</param>
    /// <param name="precision">In how many bits.</param>
    internal static void Change(ModelProto model, OnnxPrecision precision)
    {
        if (precision == OnnxPrecision.Float)
            return;
        List<NodeProto> nodes = [];
        foreach (var tensor in model.Graph.Initializer.ToArray())
            if (tensor.DataType == (int)ElementType.Float && tensor.RawData.Length >= FewestElements * sizeof(float))
                nodes.AddRange(precision == OnnxPrecision.Float16 ? ToHalf(tensor) : ToInt8(model.Graph, tensor));
        var all = nodes.Concat(model.Graph.Node).ToArray();
        model.Graph.Node.Clear();
        model.Graph.Node.AddRange(all);
    }

    private static ReadOnlySpan<float> Floats(TensorProto tensor) => MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);

    private static NodeProto[] ToHalf(TensorProto tensor)
    {
        var halves = new Half[tensor.RawData.Length / sizeof(float)];
        for (var i = 0; i < halves.Length; i++)
        {
            halves[i] = (Half)Floats(tensor)[i];
            if (Half.IsInfinity(halves[i]) && float.IsFinite(Floats(tensor)[i]))
                return []; // beyond what 16 bits hold: stays as it is
        }
        var name = tensor.Name;
        (tensor.Name, tensor.DataType) = (Prefix + name, Float16Type);
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<Half>(halves));
        return [Cast(name, tensor.Name)];
    }

    private static NodeProto[] ToInt8(GraphProto graph, TensorProto tensor)
    {
        var name = tensor.Name;
        float[] floats = [.. Floats(tensor)];
        // A scale for each row of the last axis, or where rows are short for each of their places.
        var width = (int)tensor.Dims[^1];
        var byRow = width >= NarrowRow || tensor.Dims.Count == 1;
        var scales = new float[byRow ? floats.Length / width : width];
        ref float ScaleOf(int i) => ref scales[byRow ? i / width : i % width];
        for (var i = 0; i < floats.Length; i++)
            if (float.IsFinite(floats[i]))
                ScaleOf(i) = Math.Max(ScaleOf(i), Math.Abs(floats[i]) / sbyte.MaxValue);
            else
                return [];
        var bytes = new byte[floats.Length];
        for (var i = 0; i < floats.Length; i++)
            bytes[i] = ScaleOf(i) is > 0 and var scale ? (byte)(sbyte)MathF.Round(floats[i] / scale) : (byte)0;
        long[] sizes = [.. tensor.Dims];
        long[] scaleSizes = byRow ? [.. sizes[..^1], 1] : [width];
        (tensor.Name, tensor.DataType, tensor.RawData) = (Prefix + name, Int8Type, ByteString.CopyFrom(bytes));
        graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Create(scales, scaleSizes), Prefix + name + "/scales"));
        var product = new NodeProto
        {
            OpType = "Mul", Name = Prefix + name + "/scaled", Input = { Prefix + name + "/whole", Prefix + name + "/scales" },
            Output = { name },
        };
        return [Cast(Prefix + name + "/whole", tensor.Name), product];
    }

    private static NodeProto Cast(string output, string input)
    {
        var node = new NodeProto { OpType = "Cast", Name = input + "/cast", Input = { input }, Output = { output } };
        node.Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (long)ElementType.Float });
        return node;
    }
}
