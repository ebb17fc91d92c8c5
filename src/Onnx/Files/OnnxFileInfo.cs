using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>What is in a model file.</summary>
public sealed class OnnxFileInfo
{
    private readonly SortedDictionary<string, int> _operators = new(StringComparer.Ordinal);
    private readonly string _file;
    private int _unnamedDims;

    private OnnxFileInfo(ModelProto model, string file)
    {
        _file = file;
        var defaults = model.Graph.Initializer.Select(initializer => initializer.Name).ToHashSet();
        Inputs = [.. model.Graph.Input.Select(input => Describe(input, defaults.Contains(input.Name)))];
        Outputs = [.. model.Graph.Output.Select(output => Describe(output, false))];
        // Of a repeated key the last value counts.
        Opsets = model.OpsetImport.GroupBy(opset => opset.Domain).ToDictionary(opset => opset.Key, opset => opset.Last().Version);
        Metadata = model.MetadataProps.GroupBy(entry => entry.Key).ToDictionary(entry => entry.Key, entry => entry.Last().Value);
        InitializerElements = model.Graph.Initializer.Sum(initializer => Elements(initializer));
        Producer = $"{model.ProducerName} {model.ProducerVersion}".Trim();
        Count(model.Graph);
    }

    /// <summary>Inputs in the model's order.</summary>
    public IReadOnlyList<TensorInfo> Inputs { get; }

    /// <summary>Outputs in the model's order.</summary>
    public IReadOnlyList<TensorInfo> Outputs { get; }

    /// <summary>Version of the operator set needed for each domain; ONNX's own domain is the empty string.</summary>
    public IReadOnlyDictionary<string, long> Opsets { get; }

    /// <summary>
    /// Number of nodes of each operation, loops' bodies included; operations of other domains are written
    /// <c>domain:Operation</c>.
    /// </summary>
    public IReadOnlyDictionary<string, int> Operators => _operators;

    /// <summary>Metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Number of elements of all initializers of the outer graph: weights and constants.</summary>
    public long InitializerElements { get; }

    /// <summary>Name and version of the program that wrote the file.</summary>
    public string Producer { get; }

    internal static OnnxFileInfo Of(ModelProto model, string file) => new(model, file);

    private void Count(GraphProto graph)
    {
        foreach (var node in graph.Node)
        {
            var name = node.Domain.Length == 0 ? node.OpType : $"{node.Domain}:{node.OpType}";
            _operators[name] = _operators.GetValueOrDefault(name) + 1;
            foreach (var attribute in node.Attribute)
                if (attribute.G is not null)
                    Count(attribute.G);
        }
    }

    private long Elements(TensorProto initializer)
    {
        var elements = initializer.Dims.Aggregate((Int128)1, (product, size) => size < 0 || product > long.MaxValue ? -1 : product * size);
        return elements >= 0 && elements <= int.MaxValue * 64L ? (long)elements
            : throw new OnnxFileException(_file, $"the dims of tensor '{initializer.Name}' are no sizes");
    }

    private TensorInfo Describe(ValueInfoProto value, bool optional) => Describe(value, _file,
        ref _unnamedDims) with { IsOptional = optional };

    /// <summary>An input or output of a model.</summary>
    /// <exception cref="OnnxFileException">It is no tensor of a known type.</exception>
    internal static TensorInfo Describe(ValueInfoProto value, string file, ref int unnamedDims)
    {
        if (value.Type?.TensorType is not { } tensor || !Enum.IsDefined((ElementType)tensor.ElemType))
            throw new OnnxFileException(file,
                $"'{value.Name}' is "
                    + $"{(value.Type?.TensorType is { } other ? $"a tensor of ONNX's element type {other.ElemType}" : "no tensor")}, which "
                    + "is not supported");
        var dims = new List<Dim>();
        foreach (var dim in tensor.Shape?.Dim ?? [])
            dims.Add(dim.HasDimValue ? dim.DimValue >= 0 ? (Dim)dim.DimValue
                    : throw new OnnxFileException(file, $"'{value.Name}' has a size of {dim.DimValue}")
                : dim.HasDimParam && dim.DimParam.Length > 0 ? (Dim)dim.DimParam
                : (Dim)$"?{unnamedDims++}");
        return new(value.Name, (ElementType)tensor.ElemType, [.. dims]);
    }
}
