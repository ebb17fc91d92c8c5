using System.Runtime.InteropServices;
using Google.Protobuf;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Rewrites a model file so that its large weights take fewer bytes. A weight <c>w</c> becomes integers or halves and the nodes that widen
/// them to a value of the same name, so whatever reads it stays as it is; ONNX Runtime folds these nodes when it loads the file.
/// </summary>
internal static class PrecisionConversion
{
    /// <summary>The metadata's key under which a converted file says its precision.</summary>
    internal const string Key = "mlseqgraph.precision";

    // Biases, normalizations and small tables stay as they are: they are few bytes, and the rest depends on them.
    private const int LeastElements = 512, LeastSlice = 16;

    // Element types of ONNX that graphs of ours don't have.
    private const int Int8 = 3, Float16 = 10;

    private const float LargestInt8 = 127;

    // One bit less: without VNNI instructions, sums of two products of 8 bits saturate at 16.
    private const float LargestFactor = 63;

    /// <summary>The bytes of the model with its weights in another precision.</summary>
    /// <param name="model">The bytes of a model file in single precision.</param>
    /// <param name="precision">The precision.</param>
    /// <exception cref="OnnxFileException">The bytes are no ONNX model.</exception>
    /// <exception cref="NotSupportedException">A weight isn't finite.</exception>
    internal static byte[] Convert(byte[] model, Precision precision)
    {
        if (!Enum.IsDefined(precision))
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "There is no such precision.");
        if (precision == Precision.Single)
            return model;
        var head = ModelReader.Read(ModelReader.InMemory, () => new MemoryStream(model, writable: false));
        Rewrite(head.Graph, precision);
        var body = new ModelProto { Graph = head.Graph };
        head.Graph = null;
        StringStringEntryProto[] digests = [.. head.MetadataProps.Where(entry => entry.Key == ModelDigest.Key)];
        if (digests.Length > 1)
            throw new OnnxFileException(ModelReader.InMemory, $"its metadata has '{ModelDigest.Key}' {digests.Length} times, "
                + "expected once");
        if (digests.Length == 1)
        {
            head.MetadataProps.Remove(digests[0]);
            head.MetadataProps.Add(new StringStringEntryProto { Key = Key, Value = $"{precision}" });
            head.MetadataProps.Add(new StringStringEntryProto { Key = ModelDigest.Key, Value = ModelDigest.Of(head, body) });
        }
        return [.. head.ToByteArray(), .. body.ToByteArray()];
    }

    /// <summary>Changes a graph in place.</summary>
    /// <exception cref="NotSupportedException">A weight isn't finite.</exception>
    internal static void Rewrite(GraphProto graph, Precision precision)
    {
        if (precision == Precision.Single)
            return;
        foreach (var body in Bodies(graph))
            Rewrite(body, precision);
        var readers = Readers(graph).ToLookup(reader => reader.Node.Input[reader.Input]);
        List<NodeProto> widening = [];
        Dictionary<NodeProto, NodeProto[]> products = [];
        foreach (var weight in graph.Initializer.Where(IsLarge).ToArray())
        {
            var values = MemoryMarshal.Cast<byte, float>(weight.RawData.Span).ToArray();
            if (!values.All(float.IsFinite))
                throw new NotSupportedException($"Weight '{weight.Name}' has values that aren't finite: it has no other precision.");
            var uses = readers[weight.Name].ToArray();
            var isFactor = uses.Length > 0 && uses.All(use => use is { Node.OpType: "MatMul", Input: 1 });
            var slices = new WeightSlices(weight.Dims, isFactor, uses.Any(use => use.Node.OpType is "LSTM" or "GRU" or "RNN"));
            graph.Initializer.Remove(weight);
            if (precision == Precision.Half || slices.Length < LeastSlice)
            {
                widening.AddRange(Halve(graph, weight, values));
            }
            else if (precision == Precision.DynamicInt8 && isFactor && weight.Dims.Count == 2)
            {
                var (integers, scales) = Round(graph, weight, values, slices, LargestFactor);
                foreach (var (node, _) in uses)
                    products[node] = MultiplyIntegers(node, integers, scales);
            }
            else
            {
                var (integers, scales) = Round(graph, weight, values, slices, LargestInt8);
                widening.Add(Widen(integers, $"{weight.Name}/wide"));
                widening.Add(Node("Mul", [$"{weight.Name}/wide", scales], weight.Name));
            }
        }
        Replace(graph, products);
        for (var i = 0; i < widening.Count; i++)
            graph.Node.Insert(i, widening[i]);
    }

    private static void Replace(GraphProto graph, Dictionary<NodeProto, NodeProto[]> products)
    {
        if (products.Count == 0)
            return;
        foreach (var body in Bodies(graph))
            Replace(body, products);
        NodeProto[] nodes = [.. graph.Node.SelectMany(node => products.GetValueOrDefault(node, [node]))];
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
    }

    private static IEnumerable<GraphProto> Bodies(GraphProto graph) => graph.Node.SelectMany(node => node.Attribute)
        .Where(attribute => attribute.G is not null).Select(attribute => attribute.G);

    private static bool IsLarge(TensorProto weight) =>
        weight.DataType == (int)ElementType.Float && weight.Dims.Count >= 2 && weight.Dims.All(size => size is > 0 and < int.MaxValue)
            && weight.Dims.Aggregate(1L, (product, size) => product * size) is >= LeastElements and var count
            && weight.RawData.Length == count * sizeof(float);

    // The nodes of a graph and of the bodies in it, with the number of each input that they read.
    private static IEnumerable<(NodeProto Node, int Input)> Readers(GraphProto graph) =>
        graph.Node.SelectMany(node => Enumerable.Range(0, node.Input.Count).Select(i => (node, i)))
            .Concat(Bodies(graph).SelectMany(Readers));

    // Each slice by a scale of its own, which maps its largest weight to the largest integer.
    private static (string Integers, string Scales) Round(
        GraphProto graph, TensorProto weight, float[] values, WeightSlices slices, float largest)
    {
        var scales = new float[slices.Count];
        for (var i = 0; i < values.Length; i++)
            scales[slices.IndexOf(i)] = Math.Max(scales[slices.IndexOf(i)], Math.Abs(values[i]) / largest);
        var integers = new sbyte[values.Length];
        for (var i = 0; i < values.Length; i++)
            if (scales[slices.IndexOf(i)] is > 0 and var scale)
                integers[i] = (sbyte)Math.Clamp(MathF.Round(values[i] / scale), -largest, largest);
        Add(graph, $"{weight.Name}/int8", Int8, weight.Dims, MemoryMarshal.AsBytes(integers.AsSpan()));
        Add(graph, $"{weight.Name}/scale", (int)ElementType.Float, slices.ScaleDims, MemoryMarshal.AsBytes(scales.AsSpan()));
        return ($"{weight.Name}/int8", $"{weight.Name}/scale");
    }

    // Halves hold 6e-8 to 65504; weights outside are moved there by a power of two, which changes no digit.
    private static IEnumerable<NodeProto> Halve(GraphProto graph, TensorProto weight, float[] values)
    {
        var largest = values.Max(value => Math.Abs(value));
        var scale = largest is > 0 and (< 1f / 64 or > 32768) ? MathF.ScaleB(1, Math.Max(MathF.ILogB(largest), -120)) : 1;
        Half[] halves = [.. values.Select(value => (Half)(value / scale))];
        Add(graph, $"{weight.Name}/half", Float16, weight.Dims, MemoryMarshal.AsBytes(halves.AsSpan()));
        if (scale == 1)
            return [Widen($"{weight.Name}/half", weight.Name)];
        Add(graph, $"{weight.Name}/scale", (int)ElementType.Float, [], MemoryMarshal.AsBytes((ReadOnlySpan<float>)[scale]));
        return [Widen($"{weight.Name}/half", $"{weight.Name}/wide"),
            Node("Mul", [$"{weight.Name}/wide", $"{weight.Name}/scale"], weight.Name)];
    }

    // y = x W: x is rounded to unsigned integers on a scale of the call, the product of integers is exact.
    private static NodeProto[] MultiplyIntegers(NodeProto product, string integers, string scales)
    {
        var y = product.Output[0];
        var rounded = Node("DynamicQuantizeLinear", [product.Input[0]], $"{y}/x");
        rounded.Output.Add([$"{y}/x_scale", $"{y}/x_zero"]);
        return [rounded, Node("MatMulInteger", [$"{y}/x", integers, $"{y}/x_zero"], $"{y}/integers"), Widen($"{y}/integers", $"{y}/wide"),
            Node("Mul", [$"{y}/x_scale", scales], $"{y}/scale"), Node("Mul", [$"{y}/wide", $"{y}/scale"], y)];
    }

    private static void Add(GraphProto graph, string name, int type, IEnumerable<long> dims, ReadOnlySpan<byte> data) =>
        graph.Initializer.Add(new TensorProto { Name = name, DataType = type, Dims = { dims }, RawData = ByteString.CopyFrom(data) });

    private static NodeProto Widen(string from, string to)
    {
        var cast = Node("Cast", [from], to);
        cast.Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (int)ElementType.Float });
        return cast;
    }

    private static NodeProto Node(string operation, string[] inputs, string output) =>
        new() { OpType = operation, Name = output, Input = { inputs }, Output = { output } };
}
