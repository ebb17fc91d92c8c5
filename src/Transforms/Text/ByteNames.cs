using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>Tokens that are bytes, named as <see cref="BytePieces"/> does: back to text.</summary>
internal static class ByteNames
{
    /// <summary>How they are named, for programs in other languages.</summary>
    internal const string Rule = "The UTF-8 bytes of a piece are its tokens at first, named by the characters of the same number for 0x21 "
        + "to 0x7E, 0xA1 to 0xAC and 0xAE to 0xFF, and by U+0100 and those after it for the others, in order; then, as long as neighbors ";

    /// <summary>The text of tokens that stand for bytes; others are written as their names.</summary>
    internal static string Join(IEnumerable<int> ids, Vocabulary vocabulary)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
            bytes.AddRange((vocabulary.IsSpecial(id) ? null : BytePieces.BytesOf(vocabulary[id]))
                ?? Encoding.UTF8.GetBytes(vocabulary[id]));
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>The name of some bytes.</summary>
    internal static string Of(ReadOnlySpan<byte> bytes)
    {
        var name = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
            name.Append(BytePieces.Name(value));
        return name.ToString();
    }
}
