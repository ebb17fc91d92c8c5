namespace MLSeqGraph.Trainers;

/// <summary>
/// All layers, as extension methods of <see cref="Onnx.NetworkBuilder"/>, <see cref="Sequence"/> and <see cref="Onnx.GraphEdges"/>. A layer
/// is a function: it makes its parameters in a scope of its own and returns values of the graph. Each is in a file of its own.
/// </summary>
public static partial class Layers;
