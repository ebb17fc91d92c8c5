using System.Text;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>
/// Writes tiny ONNX models field by field, so that what ML.NET reads in a model file can be set exactly. Dimensions are numbers or
/// names; null stands for a dimension that says nothing.
/// </summary>
internal sealed class OnnxBytes
{
    public const int Float = 1, Int32 = 6, Int64 = 7, Text = 8, Float16 = 10, Double = 11, UInt32 = 12;

    private readonly MemoryStream _graph = new();

    public OnnxBytes Input(string name, int elementType, params object?[] shape) => Field(11, Variable(name, elementType, shape));

    public OnnxBytes Output(string name, int elementType, params object?[] shape) => Field(12, Variable(name, elementType, shape));

    public OnnxBytes Initializer(string name, params float[] values)
    {
        var tensor = new MemoryStream();
        Number(tensor, 1, (ulong)values.Length);
        Number(tensor, 2, Float);
        Bytes(tensor, 8, Encoding.UTF8.GetBytes(name));
        Bytes(tensor, 9, values.SelectMany(BitConverter.GetBytes).ToArray());
        return Field(5, tensor.ToArray());
    }

    public OnnxBytes Initializer(string name, string value)
    {
        var tensor = new MemoryStream();
        Number(tensor, 1, 1);
        Number(tensor, 2, Text);
        Bytes(tensor, 6, Encoding.UTF8.GetBytes(value));
        Bytes(tensor, 8, Encoding.UTF8.GetBytes(name));
        return Field(5, tensor.ToArray());
    }

    public OnnxBytes HalfInitializer(string name)
    {
        var tensor = new MemoryStream();
        Number(tensor, 1, 1);
        Number(tensor, 2, Float16);
        Bytes(tensor, 8, Encoding.UTF8.GetBytes(name));
        Bytes(tensor, 9, new byte[2]);
        return Field(5, tensor.ToArray());
    }

    public OnnxBytes Node(string operation, string[] inputs, string[] outputs, string name = "", params byte[][] attributes)
    {
        var node = new MemoryStream();
        foreach (string input in inputs)
            Bytes(node, 1, Encoding.UTF8.GetBytes(input));
        foreach (string output in outputs)
            Bytes(node, 2, Encoding.UTF8.GetBytes(output));
        Bytes(node, 3, Encoding.UTF8.GetBytes(name));
        Bytes(node, 4, Encoding.UTF8.GetBytes(operation));
        foreach (byte[] attribute in attributes)
            Bytes(node, 5, attribute);
        if (operation == "LabelEncoder")
            Bytes(node, 7, "ai.onnx.ml"u8.ToArray());
        return Field(1, node.ToArray());
    }

    public static byte[] Strings(string name, params string[] values)
    {
        var attribute = new MemoryStream();
        Bytes(attribute, 1, Encoding.UTF8.GetBytes(name));
        foreach (string value in values)
            Bytes(attribute, 9, Encoding.UTF8.GetBytes(value));
        Number(attribute, 20, 8);
        return attribute.ToArray();
    }

    public static byte[] Floats(string name, params float[] values)
    {
        var attribute = new MemoryStream();
        Bytes(attribute, 1, Encoding.UTF8.GetBytes(name));
        Bytes(attribute, 7, values.SelectMany(BitConverter.GetBytes).ToArray());
        Number(attribute, 20, 6);
        return attribute.ToArray();
    }

    /// <summary>An attribute that is an integer: <c>to</c> of <c>Cast</c>, <c>axis</c>.</summary>
    public static byte[] Integer(string name, long value)
    {
        var attribute = new MemoryStream();
        Bytes(attribute, 1, Encoding.UTF8.GetBytes(name));
        Number(attribute, 3, (ulong)value);
        Number(attribute, 20, 2);
        return attribute.ToArray();
    }

    public byte[] ToArray()
    {
        Bytes(_graph, 2, "tiny"u8.ToArray());
        var model = new MemoryStream();
        Number(model, 1, 8);
        Bytes(model, 7, _graph.ToArray());
        Bytes(model, 8, Opset("", 17));
        Bytes(model, 8, Opset("ai.onnx.ml", 2));
        return model.ToArray();
    }

    public MemoryStream ToStream() => new(ToArray());

    private static byte[] Opset(string domain, ulong version)
    {
        var opset = new MemoryStream();
        Bytes(opset, 1, Encoding.UTF8.GetBytes(domain));
        Number(opset, 2, version);
        return opset.ToArray();
    }

    private static byte[] Variable(string name, int elementType, object?[] dimensions)
    {
        var shape = new MemoryStream();
        foreach (object? dimension in dimensions)
        {
            var field = new MemoryStream();
            if (dimension is int size)
                Number(field, 1, (ulong)size);
            else if (dimension is string symbol)
                Bytes(field, 2, Encoding.UTF8.GetBytes(symbol));
            Bytes(shape, 1, field.ToArray());
        }
        var tensor = new MemoryStream();
        Number(tensor, 1, (ulong)elementType);
        Bytes(tensor, 2, shape.ToArray());
        var type = new MemoryStream();
        Bytes(type, 1, tensor.ToArray());
        var variable = new MemoryStream();
        Bytes(variable, 1, Encoding.UTF8.GetBytes(name));
        Bytes(variable, 2, type.ToArray());
        return variable.ToArray();
    }

    private OnnxBytes Field(int field, byte[] message)
    {
        Bytes(_graph, field, message);
        return this;
    }

    private static void Number(Stream stream, int field, ulong value)
    {
        Varint(stream, (ulong)field << 3);
        Varint(stream, value);
    }

    private static void Bytes(Stream stream, int field, byte[] bytes)
    {
        Varint(stream, ((ulong)field << 3) | 2);
        Varint(stream, (ulong)bytes.Length);
        stream.Write(bytes);
    }

    private static void Varint(Stream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }
}
