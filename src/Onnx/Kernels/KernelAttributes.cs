using System.Text;

namespace MLSeqGraph.Onnx;

/// <summary>The attributes of a kernel's node.</summary>
internal readonly unsafe struct KernelAttributes
{
    private readonly IntPtr _info;

    internal KernelAttributes(IntPtr info) => _info = info;

    /// <summary>An integer attribute.</summary>
    internal long Integer(string name)
    {
        long value;
        fixed (byte* text = Utf8(name))
            OrtNative.Check(((delegate* unmanaged<IntPtr, byte*, long*, IntPtr>)OrtNative.Api->KernelInfoGetAttribute_int64)(
                _info, text, &value));
        return value;
    }

    /// <summary>A floating-point attribute.</summary>
    internal float Number(string name)
    {
        float value;
        fixed (byte* text = Utf8(name))
            OrtNative.Check(((delegate* unmanaged<IntPtr, byte*, float*, IntPtr>)OrtNative.Api->KernelInfoGetAttribute_float)(
                _info, text, &value));
        return value;
    }

    /// <summary>A text attribute.</summary>
    internal string Text(string name)
    {
        var get = (delegate* unmanaged<IntPtr, byte*, byte*, nuint*, IntPtr>)OrtNative.Api->KernelInfoGetAttribute_string;
        nuint length = 0; // the final zero included
        fixed (byte* text = Utf8(name))
        {
            OrtNative.Check(get(_info, text, null, &length));
            var bytes = new byte[length];
            fixed (byte* value = bytes)
                OrtNative.Check(get(_info, text, value, &length));
            return Encoding.UTF8.GetString(bytes).TrimEnd('\0');
        }
    }

    private static byte[] Utf8(string name) => Encoding.UTF8.GetBytes(name + '\0');
}
