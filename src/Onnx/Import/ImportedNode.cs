using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>Writes what a node computes into a graph, in operations of the current operator set, and returns its outputs.</summary>
internal delegate Value[] OperatorReader(ImportedNode node);

/// <summary>A node of a model file while it is read: its inputs, attributes and the version of its operator set.</summary>
internal sealed class ImportedNode(NodeProto proto, IReadOnlyList<Value?> inputs, long opset, Importer importer)
{
    /// <summary>The graph of the file that the node is in.</summary>
    internal required ParsedGraph Source { get; init; }

    internal string Operator => proto.OpType;

    internal long Opset => opset;

    internal Importer Importer => importer;

    internal IReadOnlyList<Value?> Inputs => inputs;

    internal Graph Graph => importer.Graph;

    /// <summary>How many outputs the model asks for.</summary>
    internal int OutputCount => proto.Output.Count;

    /// <summary>An input.</summary>
    /// <exception cref="ImportException">The node lacks it.</exception>
    internal Value this[int index] => Optional(index)
        ?? throw new ImportException($"it lacks input {index + 1}, found {inputs.Count(input => input is not null)}");

    /// <summary>An input, or null where it is left out.</summary>
    internal Value? Optional(int index) => index < inputs.Count ? inputs[index] : null;

    /// <summary>The name of an input in the file.</summary>
    internal string InputName(int index) => proto.Input[index];

    internal bool Has(string attribute) => Find(attribute) is not null;

    internal long Int(string attribute, long @default) => Find(attribute)?.I ?? @default;

    internal long Int(string attribute) => Find(attribute)?.I ?? throw Lacks(attribute);

    internal float Float(string attribute, float @default) => Find(attribute)?.F ?? @default;

    internal string Text(string attribute, string @default) => Find(attribute)?.S.ToStringUtf8() ?? @default;

    internal long[]? Ints(string attribute) => Find(attribute)?.Ints.ToArray();

    internal float[]? Floats(string attribute) => Find(attribute)?.Floats.ToArray();

    internal string[]? Texts(string attribute) => Find(attribute)?.Strings.Select(text => text.ToStringUtf8()).ToArray();

    internal TensorData? Tensor(string attribute) => Find(attribute)?.T is { } tensor ? TensorReader.Read(tensor) : null;

    internal AttributeProto Body(string attribute) => Find(attribute) ?? throw Lacks(attribute);

    /// <summary>An axis as a number from 0, for a tensor of some rank.</summary>
    internal static int Axis(long axis, int rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis) : throw new ImportException($"it names axis {axis} of a tensor of {rank} axes");

    /// <summary>Axes that are an attribute in old operator sets and an input in new ones; null where they are left out.</summary>
    internal long[]? Axes(int input) => Ints("axes") ?? (Optional(input) is { } given ? Numbers(given, "axes") : null);

    /// <summary>The elements of a value that must be known before the model runs.</summary>
    internal long[] Numbers(Value value, string what) => importer.Sizes.Numbers(value) ?? ConstantEvaluation.Numbers(value)
        ?? throw new ImportException($"its {what} ({value}) depend on the model's inputs");

    /// <summary>What is known of the elements of a whole-numbered input.</summary>
    internal Extent[]? Extents(int input) => Optional(input) is { } value ? importer.Sizes.Of(value) : null;

    /// <summary>The same node with other inputs and without an attribute.</summary>
    internal ImportedNode With(IReadOnlyList<Value?> others, string without)
    {
        var copy = proto.Clone();
        copy.Attribute.Remove(copy.Attribute.First(attribute => attribute.Name == without));
        return new(copy, others, opset, importer) { Source = Source };
    }

    private AttributeProto? Find(string name) => proto.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    private static ImportException Lacks(string attribute) => new($"it lacks the attribute '{attribute}'");
}
