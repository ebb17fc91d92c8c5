using System.Text;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Reads a message of the protocol buffers format, a field at a time.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _next;
    private ulong _number;
    private ReadOnlySpan<byte> _bytes;

    public int Field { get; private set; }

    public readonly ulong Number() => _number;

    public readonly string Text() => Encoding.UTF8.GetString(_bytes);

    public readonly ProtoReader Message() => new(_bytes);

    public bool Next()
    {
        if (_next >= _data.Length)
            return false;
        ulong tag = Varint();
        Field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                _number = Varint();
                break;
            case 2:
                Take(checked((int)Varint()));
                break;
            case 1:
                Take(8);
                break;
            case 5:
                Take(4);
                break;
            default:
                throw new FormatException($"The ONNX model holds a field of the unknown wire type {tag & 7}.");
        }
        return true;
    }

    private void Take(int length)
    {
        _bytes = _data.Slice(_next, length);
        _next += length;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = _data[_next++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
