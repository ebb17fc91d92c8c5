namespace MLSeqGraph.Onnx;

/// <summary>A graph that can't be built: the message names the operation and its operands.</summary>
public sealed class GraphException(string message, Exception? inner = null) : Exception(message, inner);
