using System.Text;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>Reads model files, with errors that say what is wrong with a file.</summary>
internal static class ModelReader
{
    /// <summary>The name of a model without a file in messages.</summary>
    internal const string InMemory = "model in memory";

    // What keys of our metadata begin with.
    private const string Ours = "mlseqgraph.";

    private const uint GraphField = 7, MetadataField = 14;

    /// <exception cref="OnnxFileException">The stream holds no whole model.</exception>
    internal static ModelProto Read(string name, Func<Stream> open)
    {
        var model = Try(name, open, stream => ModelProto.Parser.ParseFrom(stream));
        if (model.Graph is null)
            throw new OnnxFileException(name, "it holds no graph: it is cut off, or no ONNX model");
        if (model.OpsetImport.Count == 0)
            throw new OnnxFileException(name, "it doesn't say which operator set it needs: it is cut off, or no ONNX model");
        return model;
    }

    /// <summary>Reads only the metadata, without the weights.</summary>
    /// <exception cref="OnnxFileException">The stream holds no whole model.</exception>
    internal static Dictionary<string, string> ReadMetadata(string name, Func<Stream> open) => Try(name, open, stream =>
    {
        var metadata = new Dictionary<string, string>();
        var hasGraph = false;
        var input = new CodedInputStream(stream);
        while (input.ReadTag() is var tag and not 0)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            hasGraph |= field == GraphField;
            if (field == MetadataField && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                var entry = StringStringEntryProto.Parser.ParseFrom(input.ReadBytes());
                metadata[entry.Key] = entry.Value;
            }
            else
            {
                input.SkipLastField();
            }
        }
        return hasGraph ? metadata : throw new OnnxFileException(name, "it holds no graph: it is cut off, or no ONNX model");
    });

    /// <summary>Turns ONNX Runtime's refusal to load a model into an error that says what is wrong with the file.</summary>
    internal static OnnxFileException Explain(string name, Func<Stream> open, OnnxRuntimeException refusal)
    {
        try
        {
            var model = Read(name, open);
            var opsets = string.Join(", ", model.OpsetImport
                .Select(opset => $"{opset.Version} of domain '{(opset.Domain.Length == 0 ? "ai.onnx" : opset.Domain)}'"));
            return new(name, $"ONNX Runtime {OrtEnv.Instance().GetVersionString()} can't load it: {refusal.Message.Trim().TrimEnd('.')}. "
                + $"It needs operator set {opsets}", refusal);
        }
        catch (OnnxFileException problem)
        {
            return problem;
        }
    }

    /// <summary>Checks a model before ONNX Runtime loads it.</summary>
    /// <exception cref="OnnxFileException">It is not a model, keeps tensors in other files, or has tensors without their data.</exception>
    /// <returns>
    /// What becomes of empty inputs: any may end the process in a recurrent operator, but in a model of ours, whose axes have names.
    /// </returns>
    internal static EmptyInputs Check(string name, byte[] model) => Try(name, () => new MemoryStream(model), stream =>
        ForeignModel.Check(name, model) && !ReadMetadata(name, () => stream).Keys.Any(key => key.StartsWith(Ours, StringComparison.Ordinal))
            ? EmptyInputs.Refused : EmptyInputs.RefusedByName);

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="OnnxFileException">It can't be read.</exception>
    internal static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception);
        }
    }

    // The system's own message names the file once more.
    private static OnnxFileException Unreadable(string name, Exception exception) => new(name, exception switch
    {
        FileNotFoundException => "there is no such file",
        DirectoryNotFoundException => "there is no such folder",
        UnauthorizedAccessException => Directory.Exists(name) ? "it is a folder, not a file" : "access to it is denied",
        _ => $"it can't be read: {exception.Message.TrimEnd('.')}",
    }, exception);

    // The first line, where all bytes are those of text: messages' tags and lengths aren't for long.
    private static string? TextIn(ReadOnlySpan<byte> start)
    {
        foreach (var symbol in start)
            if (symbol is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r') or >= 0x7F)
                return null;
        return Encoding.ASCII.GetString(start).Split('\n', '\r')[0] is var line && line.Length > 24 ? line[..24] + "…" : line;
    }

    private static T Try<T>(string name, Func<Stream> open, Func<Stream, T> parse)
    {
        try
        {
            using var stream = open();
            if (stream.Length == 0)
                throw new OnnxFileException(name, "it is empty");
            var start = new byte[64];
            var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (start.AsSpan().StartsWith("PK\u0003\u0004"u8))
                throw new OnnxFileException(name, "it is a zip archive, not an ONNX model");
            if (start.AsSpan(4).StartsWith("ORTM"u8))
                throw new OnnxFileException(name, "it is in ONNX Runtime's own format, not in ONNX");
            if (TextIn(start.AsSpan(0, read)) is { } text)
                throw new OnnxFileException(name, $"it is text, beginning with '{text}', not an ONNX model");
            stream.Position = 0;
            return parse(stream);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new OnnxFileException(name, "it is cut off, or no ONNX model", exception);
        }
        catch (Exception exception) when (exception is not OnnxFileException and (IOException or UnauthorizedAccessException))
        {
            throw Unreadable(name, exception);
        }
    }
}
