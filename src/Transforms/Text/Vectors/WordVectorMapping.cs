using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>What a saved <see cref="WordVectorTransformer"/> does with a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class WordVectorMapping : CustomMappingFactory<WordVectorMapping.Source, WordVectorMapping.Result>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.WordVectors";

    /// <summary>The names under which columns are read and written.</summary>
    public const string Words = SavedChain.Prefix + "words", Vectors = SavedChain.Prefix + "word_vectors";

    public override Action<Source, Result> GetMapping()
    {
        var settings = new PayloadReader<(Header Header, WordVectors Vectors)>(FromBytes);
        return (row, result) =>
        {
            var with = settings.Get(row.Payload);
            VBuffer<float> value = default;
            WordVectorTransformer.Write(with.Vectors, with.Header.Options, row.Words.DenseValues().Select(word => word.ToString()),
                $"Column '{with.Header.Column}'", ref value);
            result.Vectors = value;
        };
    }

    /// <summary>The payload: length of the header, the header, the numbers of words and of n-grams.</summary>
    internal static byte[] ToBytes(string column, WordVectors vectors, WordVectorOptions options)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new Header(column, options, [.. vectors.Words], vectors.Subwords));
        return [.. BitConverter.GetBytes(header.Length), .. header, .. MemoryMarshal.AsBytes(vectors.All),
            .. MemoryMarshal.AsBytes(vectors.NgramVectors)];
    }

    private static (Header, WordVectors) FromBytes(byte[] bytes)
    {
        try
        {
            var length = BitConverter.ToInt32(bytes);
            var header = JsonSerializer.Deserialize<Header>(bytes.AsSpan(sizeof(int), length))!;
            // Base 64 without its padding may leave zeros at the end.
            var numbers = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(sizeof(int) + length));
            var size = numbers.Length / (header.Words.Length + (header.Subwords?.Buckets ?? 0));
            var all = header.Words.Length * size;
            return (header, new(header.Words, numbers[..all].ToArray(), header.Subwords,
                header.Subwords is null ? null : numbers.Slice(all, header.Subwords.Buckets * size).ToArray()));
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException or DivideByZeroException)
        {
            throw new InvalidDataException($"The saved model is damaged: its vectors of words can't be read: {error.Message}", error);
        }
    }

    /// <summary>What stands before the numbers.</summary>
    internal sealed record Header(string Column, WordVectorOptions Options, string[] Words, WordSubwords? Subwords);

    /// <summary>The column read.</summary>
    public sealed class Source : PayloadRow
    {
        [ColumnName(WordVectorMapping.Words)]
        public VBuffer<ReadOnlyMemory<char>> Words { get; set; }
    }

    /// <summary>The column written.</summary>
    public sealed class Result
    {
        [ColumnName(WordVectorMapping.Vectors)]
        public VBuffer<float> Vectors { get; set; }
    }
}
