namespace MLSeqGraph.Onnx;

// Operations on text, for models that take it as it is.
public static partial class Op
{
    /// <summary>The operator set of classic machine learning, which has the tables of texts.</summary>
    internal const string TableDomain = "ai.onnx.ml";

    /// <summary>
    /// Cuts texts at a delimiter, [..] → [.., parts]: empty parts stay, and rows with fewer parts than others are filled up with empty
    /// ones. Of operator set 20.
    /// </summary>
    internal static Value SplitText(Value x, string delimiter, Dim parts)
    {
        var node = Graph.Emit("StringSplit", [Texts("StringSplit", x)]);
        node.SetAttribute("delimiter", delimiter);
        var result = node.AddOutput(ElementType.String, x.Shape.Insert(x.Shape.Rank, parts));
        node.AddOutput(ElementType.Int64, x.Shape);
        return result;
    }

    /// <summary>The number that a table gives for each text.</summary>
    /// <param name="x">Texts.</param>
    /// <param name="keys">The texts of the table.</param>
    /// <param name="numbers">Their numbers.</param>
    /// <param name="other">The number of all other texts.</param>
    internal static Value NumberOf(Value x, string[] keys, long[] numbers, long other) =>
        Table(x, ElementType.String, "keys_strings", keys, numbers, other);

    /// <summary>The number that a table gives for each whole number.</summary>
    /// <inheritdoc cref="NumberOf(Value, string[], long[], long)"/>
    internal static Value NumberOf(Value x, long[] keys, long[] numbers, long other) =>
        Table(x, ElementType.Int64, "keys_int64s", keys, numbers, other);

    /// <summary>The text that a table gives for each text.</summary>
    /// <inheritdoc cref="NumberOf(Value, string[], long[], long)"/>
    internal static Value TextOf(Value x, string[] keys, string[] texts, string other)
    {
        var node = Graph.Emit("LabelEncoder", [Texts("LabelEncoder", x)], TableDomain);
        node.SetAttribute("keys_strings", keys);
        node.SetAttribute("values_strings", texts);
        node.SetAttribute("default_string", other);
        return node.AddOutput(ElementType.String, x.Shape);
    }

    /// <summary>Brings what isn't 0 to the front of each row, in its order: [rows, n] Int64.</summary>
    internal static Value NonZerosFirst(Value x)
    {
        var size = SizeOf(x, 1);
        var place = Range(size, x.Shape[1]);
        var node = Graph.Emit("TopK", [Where(Equal(x, x.Number(0)), place + size, Expand(place, x)), size]);
        node.SetAttribute("axis", 1L);
        node.SetAttribute("largest", 0L);
        node.SetAttribute("sorted", 1L);
        node.AddOutput(ElementType.Int64, x.Shape);
        return GatherElements(x, node.AddOutput(ElementType.Int64, x.Shape), 1);
    }

    private static Value Table(Value x, ElementType type, string attribute, object keys, long[] numbers, long other)
    {
        if (x.Type != type)
            throw Mismatch("LabelEncoder", $"elements of type {type}", x);
        var node = Graph.Emit("LabelEncoder", [x], TableDomain);
        node.SetAttribute(attribute, keys);
        node.SetAttribute("values_int64s", numbers);
        node.SetAttribute("default_int64", other);
        return node.AddOutput(ElementType.Int64, x.Shape);
    }
}
