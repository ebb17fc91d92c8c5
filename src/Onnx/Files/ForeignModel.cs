using Google.Protobuf;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Checks a model before ONNX Runtime loads it: for tensors kept in other files, and for tensors whose dims don't fit their data. Data is
/// skipped, so that it takes little time for models of any size.
/// </summary>
internal static class ForeignModel
{
    // Nested graphs; protobuf's own limit.
    private const int Deepest = 100;

    private enum Message { Model, Graph, Node, Attribute, Tensor, Sparse, Function }

    // Field of a node, by onnx.proto.
    private const int OperatorType = 4;

    // Fields of a tensor in onnx.proto.
    private const int Dims = 1, DataType = 2, Name = 8, RawData = 9, ExternalData = 13, DataLocation = 14;

    // Which fields of a message are messages to look into.
    private static readonly Dictionary<(Message, int Field), Message> Inner = new()
    {
        [(Message.Model, 7)] = Message.Graph, [(Message.Model, 25)] = Message.Function,
        [(Message.Graph, 1)] = Message.Node, [(Message.Graph, 5)] = Message.Tensor, [(Message.Graph, 15)] = Message.Sparse,
        [(Message.Function, 7)] = Message.Node, [(Message.Node, 5)] = Message.Attribute,
        [(Message.Attribute, 5)] = Message.Tensor, [(Message.Attribute, 6)] = Message.Graph, [(Message.Attribute, 10)] = Message.Tensor,
        [(Message.Attribute, 11)] = Message.Graph, [(Message.Attribute, 22)] = Message.Sparse, [(Message.Attribute, 23)] = Message.Sparse,
        [(Message.Sparse, 1)] = Message.Tensor, [(Message.Sparse, 2)] = Message.Tensor,
    };

    /// <exception cref="OnnxFileException">A tensor is outside the model, its dims don't fit its data, or it is not a model.</exception>
    /// <returns>Whether it has recurrent operators, which must not be run over nothing: in ONNX Runtime they end the process.</returns>
    internal static bool Check(string name, ReadOnlySpan<byte> model) => Check(name, model, Message.Model, 0);

    private static bool Check(string name, ReadOnlySpan<byte> bytes, Message kind, int depth)
    {
        if (depth > Deepest)
            throw new OnnxFileException(name, $"graphs are nested more than {Deepest} deep");
        if (kind == Message.Tensor)
        {
            CheckTensor(name, bytes);
            return false;
        }
        var isRecurrent = false;
        while (bytes.Length > 0)
        {
            var (field, payload) = Next(name, ref bytes);
            if (payload is { } range && Inner.TryGetValue((kind, field), out var inner))
                isRecurrent |= Check(name, bytes[..range], inner, depth + 1);
            else if (kind == Message.Node && field == OperatorType && payload is { } length)
                isRecurrent |= IsRecurrent(bytes[..length]);
            bytes = bytes[(payload ?? 0)..];
        }
        return isRecurrent;
    }

    // Of any domain: DynamicQuantizeLSTM, AttnLSTM and others are kin.
    private static bool IsRecurrent(ReadOnlySpan<byte> type) =>
        type.IndexOf("LSTM"u8) >= 0 || type.IndexOf("GRU"u8) >= 0 || type.IndexOf("RNN"u8) >= 0;

    private static void CheckTensor(string name, ReadOnlySpan<byte> bytes)
    {
        long elements = 1, least = bytes.Length;
        int? raw = null;
        var (type, title) = (0, "");
        while (bytes.Length > 0)
        {
            var before = bytes;
            var (field, payload) = Next(name, ref bytes);
            var value = payload is { } range ? bytes[..range] : default;
            if (field == ExternalData || (field == DataLocation && ValueOf(name, before) != 0))
                throw new OnnxFileException(name, "it keeps tensors in other files, which aren't read: save it with its data inside");
            if (field == Dims && payload is null)
                elements = Times(name, elements, ValueOf(name, before));
            while (field == Dims && value.Length > 0)
                elements = Times(name, elements, ReadVarint(name, ref value));
            if (field == DataType)
                type = (int)ValueOf(name, before);
            if (field == Name)
                title = System.Text.Encoding.UTF8.GetString(value);
            if (field == RawData)
                raw = payload;
            bytes = bytes[(payload ?? 0)..];
        }
        // Bits per element, if the type is known; otherwise an element takes at least half a byte.
        var bits = Enum.IsDefined((ElementType)type) && (ElementType)type != ElementType.String ? 8 * ((ElementType)type).SizeInBytes() : 4;
        var isWhole = raw is { } size ? elements <= 8L * size / bits : elements <= 2 * least;
        if (!isWhole)
            throw new OnnxFileException(name,
                $"tensor '{title}' has dims of {elements} elements, but {raw ?? least} bytes of data: it is cut "
                + "off, or no ONNX model");
    }

    private static long Times(string name, long elements, ulong dim)
    {
        var product = (Int128)elements * (long)dim;
        return product >= 0 && product <= long.MaxValue ? (long)product
            : throw new OnnxFileException(name, "the dims of a tensor are no sizes: it is no ONNX model");
    }

    // The value of a field that is a number.
    private static ulong ValueOf(string name, ReadOnlySpan<byte> field)
    {
        ReadVarint(name, ref field);
        return ReadVarint(name, ref field);
    }

    // Reads a field up to its payload and gives the payload's length, or null if it was a number that is now skipped.
    private static (int Field, int? Payload) Next(string name, ref ReadOnlySpan<byte> bytes)
    {
        var tag = (uint)ReadVarint(name, ref bytes);
        var field = WireFormat.GetTagFieldNumber(tag);
        ulong length;
        switch (WireFormat.GetTagWireType(tag))
        {
            case WireFormat.WireType.Varint:
                ReadVarint(name, ref bytes);
                return (field, null);
            case WireFormat.WireType.LengthDelimited:
                length = ReadVarint(name, ref bytes);
                return length <= (ulong)bytes.Length ? (field, (int)length) : throw CutOff(name);
            case WireFormat.WireType.Fixed32 or WireFormat.WireType.Fixed64:
                length = WireFormat.GetTagWireType(tag) == WireFormat.WireType.Fixed32 ? 4u : 8u;
                bytes = length <= (ulong)bytes.Length ? bytes[(int)length..] : throw CutOff(name);
                return (field, null);
            default:
                throw CutOff(name);
        }
    }

    private static ulong ReadVarint(string name, ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80)
                continue;
            bytes = bytes[(i + 1)..];
            return value;
        }
        throw CutOff(name);
    }

    private static OnnxFileException CutOff(string name) => new(name, "it is cut off, or no ONNX model");
}
