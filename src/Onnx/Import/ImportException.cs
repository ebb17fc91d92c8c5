namespace MLSeqGraph.Onnx;

/// <summary>What a model has that can't be imported; becomes an <see cref="OnnxFileException"/> that names the file.</summary>
internal sealed class ImportException(string problem, Exception? inner = null) : Exception(problem, inner);
