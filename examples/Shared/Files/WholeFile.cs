using System.Text;
using MLSeqGraph.Onnx;

namespace Examples;

/// <summary>Writes files whole or not at all, and to devices such as <c>/dev/stdout</c> as they are.</summary>
internal static class WholeFile
{
    internal static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    internal static void Write(string path, byte[] bytes)
    {
        if (File.Exists(path) && SpecialFile.NameOf(Path.GetFullPath(path)) is not null)
            File.WriteAllBytes(path, bytes);
        else
            AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}
