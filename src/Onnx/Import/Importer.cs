using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>Writes the nodes of a parsed model into a graph.</summary>
internal sealed class Importer
{
    private readonly Dictionary<ParsedGraph, Dictionary<string, Value>> _values = new(ReferenceEqualityComparer.Instance);
    private readonly ImportedWeights _weights;
    private readonly Dictionary<string, long> _opsets;
    private int _names;

    /// <param name="graph">The graph to write into.</param>
    /// <param name="opsets">The model's operator sets.</param>
    /// <param name="weights">Makes values of the model's tensors.</param>
    internal Importer(Graph graph, Dictionary<string, long> opsets, ImportedWeights weights) =>
        (Graph, _opsets, _weights) = (graph, opsets, weights);

    internal Graph Graph { get; }

    /// <summary>What is known of whole-numbered values.</summary>
    internal KnownSizes Sizes { get; } = new();

    /// <summary>The most that a named dimension may be, by tables that are cut to it, such as those of positions.</summary>
    internal Dictionary<string, long> Limits { get; } = [];

    /// <summary>What reads operators before the table is asked, by their names; null for nothing.</summary>
    internal IReadOnlyDictionary<string, OperatorReader>? Readers { get; init; }

    /// <summary>Whether the graph is for training or evaluation, where operations with faster gradients may replace the model's.</summary>
    internal bool IsForTraining => _weights.IsForTraining;

    internal ImportedWeights Weights => _weights;

    /// <summary>A dimension that the model doesn't name.</summary>
    internal Dim NewDim(string what) => $"{what.ToLowerInvariant()}_{++_names}";

    /// <summary>Writes what some outputs of a graph need.</summary>
    /// <param name="source">The graph in the file.</param>
    /// <param name="given">Values of its inputs, and those that bodies see.</param>
    /// <param name="outputs">Names of outputs.</param>
    /// <exception cref="ImportException">A node can't be imported.</exception>
    internal Value[] Write(ParsedGraph source, IReadOnlyDictionary<string, Value> given, IReadOnlyList<string> outputs)
    {
        _values[source] = new(given, StringComparer.Ordinal);
        foreach (var node in source.Needed(outputs, given.ContainsKey))
            Read(source, node);
        return [.. outputs.Select(name => Find(source, name, "the graph"))];
    }

    private void Read(ParsedGraph source, NodeProto node)
    {
        var where = ParsedGraph.Describe(node);
        var reader = Readers?.GetValueOrDefault(ParsedGraph.OperatorName(node)) ?? OperatorTable.Find(node)
            ?? throw new ImportException($"{where}: {OperatorTable.WhyNot(node)}");
        var inputs = node.Input.Select(name => name.Length == 0 ? null : Find(source, name, where)).ToArray();
        var domain = node.Domain == "ai.onnx" ? "" : node.Domain;
        Value[] outputs;
        try
        {
            outputs = reader(new(node, inputs, _opsets.GetValueOrDefault(domain), this) { Source = source });
        }
        catch (Exception exception) when (exception is ImportException or GraphException or OverflowException or ArgumentException
            or InvalidOperationException or NotSupportedException or InvalidCastException or IndexOutOfRangeException)
        {
            throw new ImportException($"{where}: {(exception is OverflowException ? "its sizes give more elements than a tensor can have"
                : exception.Message.TrimEnd('.'))}", exception);
        }
        for (var i = 0; i < node.Output.Count; i++)
            if (node.Output[i].Length > 0)
                _values[source][node.Output[i]] = i < outputs.Length ? outputs[i]
                    : throw new ImportException($"{where}: its output {i + 1}, '{node.Output[i]}', is not supported");
    }

    private Value Find(ParsedGraph source, string name, string reader)
    {
        for (var graph = source; graph is not null; graph = graph.Parent)
        {
            var values = _values[graph];
            if (values.TryGetValue(name, out var value))
                return value;
            if (graph.Tensors.TryGetValue(name, out var tensor))
                return values[name] = _weights.Value(Graph, name, tensor ?? throw new ImportException($"{reader} reads tensor '{name}', "
                    + "whose element type can't be trained with: integers of 8 or 16 bits are those of a quantized model, which can be run "
                    + "(OnnxSession) but not imported"));
        }
        throw new ImportException($"{reader} reads '{name}', which neither an input, a tensor nor a node gives");
    }
}
