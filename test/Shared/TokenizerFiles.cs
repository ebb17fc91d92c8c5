using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace MLSeqGraph.Tests;

/// <summary>Small files of the kinds in which tokenizers of other programs come.</summary>
internal static class TokenizerFiles
{
    // The names of the 256 bytes in GPT-2's order of characters.
    private static string[] Bytes()
    {
        var next = 0x100;
        return [.. Enumerable.Range(0, 256).Select(value => (value is >= 0x21 and <= 0x7E or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)value
            : (char)next++).ToString())];
    }

    /// <summary>vocab.json and merges.txt of "low", "lower" and " low".</summary>
    internal static (byte[] Vocabulary, byte[] Merges) BytePairs(params string[] special)
    {
        string[] tokens = [.. special, .. Bytes(), "lo", "low", "er", "Ġlow", "lower"];
        var json = JsonSerializer.SerializeToUtf8Bytes(tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token,
            pair => pair.id));
        return (json, Encoding.UTF8.GetBytes("#version: 0.2\nl o\nlo w\ne r\nĠ low\nlow er\n"));
    }

    /// <summary>Ranks of the bytes, then of "lo", "low", "er", " low", "lower".</summary>
    internal static byte[] Tiktoken() => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 256).Select(value =>
        new[] { (byte)value }).Concat(((string[])["lo", "low", "er", " low", "lower"]).Select(Encoding.ASCII.GetBytes))
        .Select((bytes, rank) => $"{Convert.ToBase64String(bytes)} {rank}\n")));

    /// <summary>A model of SentencePiece: kind 1 for unigram, 2 for byte pairs.</summary>
    internal static byte[] SentencePieces(int kind = 1, bool padded = false)
    {
        List<(string Text, float Score, int Type)> pieces = [("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("▁low", -2, 1),
            ("er", -3, 1), ("▁", -4, 1), ("low", -3.5f, 1), ("lo", -3.2f, 1), ("▁l", -5, 1), ("▁lo", -4.5f, 1),
            .. "lowernst".Distinct().Select((letter, i) => (letter.ToString(), -6f - i, 1))];
        if (padded)
            pieces.Insert(0, ("<pad>", 0, 3));
        return Message(output =>
        {
            foreach (var (text, score, type) in pieces)
                Nested(output, 1, piece =>
                {
                    piece.WriteTag(1, WireFormat.WireType.LengthDelimited);
                    piece.WriteString(text);
                    piece.WriteTag(2, WireFormat.WireType.Fixed32);
                    piece.WriteFloat(score);
                    Number(piece, 3, type);
                });
            var first = padded ? 1 : 0;
            Nested(output, 2, trainer =>
            {
                Number(trainer, 3, kind);
                Number(trainer, 40, first);
                Number(trainer, 41, first + 1);
                Number(trainer, 42, first + 2);
                Number(trainer, 43, padded ? 0 : -1);
            });
            Nested(output, 3, normalizer =>
            {
                normalizer.WriteTag(1, WireFormat.WireType.LengthDelimited);
                normalizer.WriteString("identity");
                foreach (var field in (int[])[3, 4, 5])
                    Number(normalizer, field, 1);
            });
        });
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            write(output);
        return stream.ToArray();
    }

    private static void Nested(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static void Number(CodedOutputStream output, int field, int value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(value);
    }
}
