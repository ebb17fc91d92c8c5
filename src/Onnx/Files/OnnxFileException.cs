namespace MLSeqGraph.Onnx;

/// <summary>A model file can't be used. The message names the file and what is wrong with it.</summary>
public sealed class OnnxFileException : IOException
{
    internal OnnxFileException(string file, string problem, Exception? inner = null)
        : base($"'{file}': {problem}.", inner) => File = file;

    /// <summary>The file, as it was named by the caller.</summary>
    public string File { get; }
}
