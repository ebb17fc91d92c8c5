using Google.Protobuf;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Puts kernels in the place of a model file's recurrent operators and of its reductions over edges when one of our own scorers loads it:
/// the file keeps standard operators, and <see cref="Recurrence"/>, <see cref="GatherSum"/> and <see cref="GatherMax"/> compute the same
/// faster. What they can't compute stays as it is.
/// </summary>
internal static class KernelModel
{
    private const int LeastOpset = 13; // whose axes are inputs

    /// <summary>The model with kernels where there are any to use.</summary>
    /// <param name="model">The bytes of a model file.</param>
    /// <param name="target">Where it will run.</param>
    /// <param name="usesKernels">Whether anything was replaced.</param>
    internal static byte[] Of(byte[] model, ExecutionTarget? target, out bool usesKernels)
    {
        usesKernels = false;
        ReadOnlySpan<byte> bytes = model;
        var mayHaveSome = bytes.IndexOf("LSTM"u8) >= 0 || bytes.IndexOf("GRU"u8) >= 0 || bytes.IndexOf("RNN"u8) >= 0
            || bytes.IndexOf("/sorted_e"u8) >= 0;
        if (!mayHaveSome || !KernelLibrary.IsOn(target))
            return model;
        var proto = ModelReader.Read(ModelReader.InMemory, () => new MemoryStream(model, writable: false));
        // A file that names kernels itself is none of ours: ONNX Runtime refuses it, as nobody registers them.
        if (proto.OpsetImport.Any(opset => opset.Domain == Kernel.Domain)
            || !proto.OpsetImport.Any(opset => opset.Domain is "" or "ai.onnx" && opset.Version >= LeastOpset))
            return model;
        var graph = new KernelModelGraph(proto.Graph);
        foreach (var node in proto.Graph.Node.ToArray())
            if (RecurrentNode.Of(node, graph) is { } replaced)
            {
                replaced.Replace();
                usesKernels = true;
            }
            else if (ListReduction.Replace(node, graph))
            {
                usesKernels = true;
            }
        if (!usesKernels)
            return model;
        graph.DropUnread();
        proto.OpsetImport.Add(new OperatorSetIdProto { Domain = Kernel.Domain, Version = 1 });
        return proto.ToByteArray();
    }
}
