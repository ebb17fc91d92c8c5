namespace MLSeqGraph.Onnx;

/// <summary>Memory for a number of floats until the end of a kernel's call, aligned to 64 bytes and not cleared.</summary>
internal unsafe delegate float* RecurrentMemory(long count);
