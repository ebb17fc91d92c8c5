using System.Buffers.Binary;
using Google.Protobuf;

namespace MLSeqGraph.Transforms;

/// <summary>What the file of a SentencePiece model must be like before the library reads it.</summary>
internal static class SentencePieceModelFile
{
    // Numbers of the fields of ModelProto, SentencePiece, TrainerSpec and NormalizerSpec.
    private const int Pieces = 1, Trainer = 2, Normalizer = 3, Text = 1, Score = 2, ModelType = 3, Charsmap = 2;

    /// <exception cref="ArgumentException">It isn't a whole model of the kinds unigram or byte pairs.</exception>
    internal static void Check(byte[] model)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var hasTrainer = false;
        try
        {
            var input = new CodedInputStream(model);
            while (input.ReadTag() is var tag && tag != 0)
                switch (WireFormat.GetTagFieldNumber(tag))
                {
                    case Pieces:
                        CheckPiece(input.ReadBytes(), seen);
                        break;
                    case Trainer:
                        CheckTrainer(input.ReadBytes());
                        hasTrainer = true;
                        break;
                    case Normalizer:
                        CheckNormalizer(input.ReadBytes());
                        break;
                    default:
                        input.SkipLastField();
                        break;
                }
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new ArgumentException(error.Message, error);
        }
        if (seen.Count == 0 || !hasTrainer)
            throw new ArgumentException(seen.Count == 0 ? "it has no pieces" : "it doesn't say what kind it is of");
    }

    private static void CheckPiece(ByteString piece, HashSet<string> seen)
    {
        var (input, text, score) = (piece.CreateCodedInput(), "", 0f);
        while (input.ReadTag() is var tag && tag != 0)
            if (WireFormat.GetTagFieldNumber(tag) == Text)
                text = input.ReadString();
            else if (WireFormat.GetTagFieldNumber(tag) == Score)
                score = input.ReadFloat();
            else
                input.SkipLastField();
        if (text.Length == 0 || !seen.Add(text))
            throw new ArgumentException(text.Length == 0 ? $"piece {seen.Count} is empty" : $"piece '{text}' is there twice");
        if (!float.IsFinite(score))
            throw new ArgumentException($"piece '{text}' has the score {score}");
    }

    private static void CheckTrainer(ByteString trainer)
    {
        var input = trainer.CreateCodedInput();
        while (input.ReadTag() is var tag && tag != 0)
            if (WireFormat.GetTagFieldNumber(tag) != ModelType)
                input.SkipLastField();
            else if (input.ReadEnum() is var kind && kind is not (1 or 2))
                throw new ArgumentException($"it is of the kind {kind}");
    }

    // A trie of the characters to replace, which begins with its size in bytes, and what they are replaced by.
    private static void CheckNormalizer(ByteString normalizer)
    {
        var input = normalizer.CreateCodedInput();
        while (input.ReadTag() is var tag && tag != 0)
            if (WireFormat.GetTagFieldNumber(tag) != Charsmap)
                input.SkipLastField();
            else if (input.ReadBytes().Span is { Length: > 0 } map && (map.Length < 4
                || BinaryPrimitives.ReadUInt32LittleEndian(map) is var size && (size % 4 != 0 || size > map.Length - 4)))
                throw new ArgumentException("the table of characters to replace is not whole");
    }
}
