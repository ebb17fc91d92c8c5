namespace MLSeqGraph.Onnx;

// Operations that take texts apart. Those of ONNX Runtime's own set are built into it everywhere, Node and browsers included.
public static partial class Op
{
    /// <summary>ONNX Runtime's own operator set.</summary>
    internal const string RuntimeDomain = "com.microsoft";

    // Of 32 bits, of the hash and its inverse.
    private const long Word = 1L << 32;

    /// <summary>
    /// The characters of texts, Unicode scalar values, [n] → [n, length], with empty texts behind the last of a shorter one.
    /// </summary>
    internal static Value CharactersOf(Value x, Dim length) => Tokens(x, length, "separators", new[] { "" });

    /// <summary>
    /// What a regular expression (of RE2, the longest match) finds in texts, one after another: [n] → [n, found], with empty texts behind
    /// the last.
    /// </summary>
    internal static Value FindAll(Value x, string expression, Dim found) => Tokens(x, found, "tokenexp", expression);

    /// <summary>Whether a regular expression matches all of each text. Of operator set 20.</summary>
    internal static Value IsMatch(Value x, string expression) =>
        Single("RegexFullMatch", ElementType.Bool, Texts("RegexFullMatch", x).Shape, [x], ("pattern", expression));

    /// <summary>Texts, each followed by another. Of operator set 20.</summary>
    internal static Value JoinTexts(Value left, Value right) =>
        Single("StringConcat", ElementType.String, Texts("StringConcat", left).Shape, [left, Texts("StringConcat", right)]);

    /// <summary>The different elements of a vector, in order, and where each of the vector's stands among them.</summary>
    internal static (Value Elements, Value Places) Distinct(Value x, Dim count)
    {
        if (x.Shape.Rank != 1)
            throw Mismatch("Unique", "a vector", x);
        var node = Graph.Emit("Unique", [x]);
        node.SetAttribute("sorted", 1L);
        var elements = node.AddOutput(x.Type, [count]);
        node.AddOutput(ElementType.Int64, [count]);
        return (elements, node.AddOutput(ElementType.Int64, x.Shape));
    }

    /// <summary>
    /// The UTF-8 bytes of characters, the first as the lowest of a number below 2³². No operator gives them, so they are computed from
    /// the characters' MurmurHash3 of 32 bits (Appleby), which has an inverse for texts of at most 4 bytes.
    /// </summary>
    /// <param name="x">Characters, or empty texts, whose number means nothing.</param>
    /// <param name="lengths">How many bytes each has, Int64.</param>
    internal static Value BytesOf(Value x, Value lengths)
    {
        var hashing = Graph.Emit("MurmurHash3", [Texts("MurmurHash3", x)], RuntimeDomain);
        hashing.SetAttribute("positive", 1L);
        var h = Cast(hashing.AddOutput(ElementType.UInt32, x.Shape), ElementType.Int64);
        // The last steps undone, from the end.
        h = Times(ShiftedXor(h, 16), InverseOf(0xC2B2AE35));
        h = Times(Xor(ShiftedXor(h, 13), Shifted(h, 26)), InverseOf(0x85EBCA6B));
        h = Xor(ShiftedXor(h, 16), lengths);
        // Four bytes are a block, which is mixed once more than what is shorter.
        var block = RotatedRight(Times(h - h.Graph.Scalar(0xE6546B64L), InverseOf(5)), 13);
        h = Where(Equal(lengths, lengths.Graph.Scalar(4L)), block, h);
        return Times(RotatedRight(Times(h, InverseOf(0x1B873593)), 15), InverseOf(0xCC9E2D51));
    }

    private static Value Tokens(Value x, Dim count, string attribute, object value)
    {
        if (Texts("Tokenizer", x).Shape.Rank != 1)
            throw Mismatch("Tokenizer", "a vector of texts", x);
        var node = Graph.Emit("Tokenizer", [x], RuntimeDomain);
        node.SetAttribute("mark", 0L);
        node.SetAttribute("mincharnum", 1L);
        node.SetAttribute("pad_value", "");
        node.SetAttribute(attribute, value);
        return node.AddOutput(ElementType.String, [x.Shape[0], count]);
    }

    private static Value Texts(string opType, Value x) => x.Type == ElementType.String ? x : throw Mismatch(opType, "texts", x);

    private static Value Xor(Value a, Value b) => Single("BitwiseXor", ElementType.Int64, a.Shape, [a, b]);

    private static Value Shifted(Value x, int bits) => x / x.Graph.Scalar(1L << bits);

    private static Value ShiftedXor(Value x, int bits) => Xor(x, Shifted(x, bits));

    private static Value RotatedRight(Value x, int bits) => Shifted(x, bits) + Times(x, 1L << (32 - bits));

    // Modulo 2³²: the product's low bits are right, whatever overflows.
    private static Value Times(Value x, long factor) =>
        Single("BitwiseAnd", ElementType.Int64, x.Shape, [x * x.Graph.Scalar(factor), x.Graph.Scalar(Word - 1)]);

    // Of an odd number modulo 2³², by Newton's method: each step doubles the bits that are right.
    private static long InverseOf(long odd)
    {
        var inverse = 1L;
        for (var bits = 1; bits < 64; bits *= 2)
            inverse = unchecked(inverse * (2 - odd * inverse));
        return inverse & (Word - 1);
    }
}
