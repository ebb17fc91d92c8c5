using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>A model file's graph while kernels are put into it.</summary>
internal sealed class KernelModelGraph
{
    private readonly GraphProto _graph;
    private readonly Dictionary<string, TensorProto> _constants;

    internal KernelModelGraph(GraphProto graph)
    {
        _graph = graph;
        var given = graph.Input.Select(input => input.Name).ToHashSet(); // instead of which a caller may give others
        _constants = graph.Initializer.Where(tensor => !given.Contains(tensor.Name)).DistinctBy(tensor => tensor.Name)
            .ToDictionary(tensor => tensor.Name);
    }

    /// <summary>A constant of Float whose sizes are these; null for what is none.</summary>
    internal float[]? Floats(string name, params ReadOnlySpan<long> sizes)
    {
        if (!_constants.TryGetValue(name, out var tensor) || tensor.DataType != (int)ElementType.Float
            || !tensor.Dims.ToArray().AsSpan().SequenceEqual(sizes))
            return null;
        float[] elements = tensor.RawData.IsEmpty ? [.. tensor.FloatData]
            : [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.RawData.Span)];
        return elements.LongLength == Product(sizes) ? elements : null;
    }

    /// <summary>The sizes of a constant; null for what is none.</summary>
    internal long[]? SizesOf(string name) => _constants.TryGetValue(name, out var tensor) ? [.. tensor.Dims] : null;

    /// <summary>The one node that reads a value, where it is no output of the model; null where there are others or none.</summary>
    internal NodeProto? OnlyReaderOf(string name)
    {
        NodeProto[] readers = [.. _graph.Node.Where(node => ProtoGraph.Read(node).Contains(name)).Take(2)];
        return readers is [var reader] && reader.Input.Contains(name) && !_graph.Output.Any(output => output.Name == name) ? reader : null;
    }

    /// <summary>Whether anything reads a value.</summary>
    internal bool IsRead(string name) =>
        name.Length > 0 && (_graph.Output.Any(output => output.Name == name)
            || _graph.Node.Any(node => ProtoGraph.Read(node).Contains(name)));

    /// <summary>A vector of whole numbers that is constant; null for what is none.</summary>
    internal long[]? Longs(string name) => _constants.TryGetValue(name, out var tensor) && tensor.DataType == (int)ElementType.Int64
        ? tensor.RawData.IsEmpty ? [.. tensor.Int64Data]
            : [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(tensor.RawData.Span)]
        : null;

    /// <summary>Adds a constant.</summary>
    /// <returns>Its name.</returns>
    internal string Add(TensorData tensor, string name)
    {
        _graph.Initializer.Add(OnnxWriter.WriteTensor(tensor, name));
        return name;
    }

    /// <summary>Puts nodes in the place of one.</summary>
    internal void Replace(NodeProto node, IEnumerable<NodeProto> by)
    {
        var at = _graph.Node.IndexOf(node);
        _graph.Node.RemoveAt(at);
        foreach (var added in by)
            _graph.Node.Insert(at++, added);
    }

    /// <summary>Removes a node.</summary>
    internal void Remove(NodeProto node) => _graph.Node.Remove(node);

    /// <summary>The node that computes a value, not one that hands it on; null for inputs and constants.</summary>
    internal NodeProto? ProducerOf(string name)
    {
        var node = name.Length == 0 ? null : _graph.Node.FirstOrDefault(node => node.Output.Contains(name));
        return node is { OpType: "Identity" } ? ProducerOf(node.Input[0]) : node;
    }

    /// <summary>Removes what nothing reads any more.</summary>
    internal void DropUnread() => ProtoGraph.DropUnread(_graph);

    private static long Product(ReadOnlySpan<long> sizes)
    {
        var product = 1L;
        foreach (var size in sizes)
            product = checked(product * size);
        return product;
    }
}
