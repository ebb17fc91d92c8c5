using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Formats of files of word vectors.</summary>
public enum WordVectorFormat
{
    /// <summary>word2vec's text: a line of the numbers of words and of a vector's numbers, then a line a word.</summary>
    Word2Vec,
    /// <summary>word2vec's binary: that line, then each word, a space, and its numbers as little-endian Single.</summary>
    Word2VecBinary,
    /// <summary>GloVe's text: a line a word.</summary>
    GloVe,
}

public sealed partial class WordVectors
{
    private const int LargestSize = 1 << 16, LongestWord = 1 << 12;

    /// <summary>Reads a file of word2vec or GloVe, of text also zipped (.gz). It is read as a stream.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="InvalidDataException">
    /// It is not of that format: a line is broken, vectors have different lengths, a number isn't finite, a word is there twice, or words
    /// are missing. The message names file and line.
    /// </exception>
    public static WordVectors Load(string path, WordVectorFormat format = WordVectorFormat.Word2Vec)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Enum.IsDefined(format))
            throw new ArgumentOutOfRangeException(nameof(format), format, "Expected a format of word vectors.");
        try
        {
            return format == WordVectorFormat.Word2VecBinary ? ReadBinary(path) : ReadText(path, format == WordVectorFormat.Word2Vec);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>Writes a file that word2vec, GloVe and programs that read theirs can read; n-grams are left out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <exception cref="ArgumentException">A word is empty or has a white space in it, which ends a word there.</exception>
    /// <exception cref="IOException">The file can't be written; an older file of that name stays as it was.</exception>
    public void Save(string path, WordVectorFormat format = WordVectorFormat.Word2Vec)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Enum.IsDefined(format))
            throw new ArgumentOutOfRangeException(nameof(format), format, "Expected a format of word vectors.");
        foreach (var word in Words)
            if (word.Length == 0 || word.Any(char.IsWhiteSpace))
                throw new ArgumentException($"The word '{word}' can't stand in a file of word vectors; expected words without white "
                    + "space.");
        AtomicFile.Write(path, stream =>
        {
            // Not disposed of, which would close the file.
            var buffered = new BufferedStream(stream, 1 << 16);
            void Text(string text) => buffered.Write(Encoding.UTF8.GetBytes(text));
            if (format != WordVectorFormat.GloVe)
                Text(string.Create(CultureInfo.InvariantCulture, $"{Words.Count} {Size}\n"));
            var bytes = new byte[Size * sizeof(float)];
            for (var word = 0; word < Words.Count; word++)
            {
                Text(Words[word]);
                if (format == WordVectorFormat.Word2VecBinary)
                {
                    for (var i = 0; i < Size; i++)
                        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), this[word][i]);
                    buffered.WriteByte((byte)' ');
                    buffered.Write(bytes);
                }
                else
                    foreach (var value in this[word])
                        Text(" " + value.ToString("R", CultureInfo.InvariantCulture));
                buffered.WriteByte((byte)'\n');
            }
            buffered.Flush();
        });
    }

    private static WordVectors ReadText(string path, bool hasHeader)
    {
        List<string> words = [];
        List<float> values = [];
        HashSet<string> known = new(StringComparer.Ordinal);
        var (count, size, number) = (-1L, 0, 0);
        foreach (var line in TextFile.Lines(path, "a file of word vectors"))
        {
            number++;
            if (hasHeader && number == 1)
            {
                (count, size) = Header(line, path);
                continue;
            }
            var fields = line.AsSpan().TrimEnd([' ', '\t', '\r']);
            var end = fields.IndexOfAny(' ', '\t');
            if (end <= 0)
                throw Bad($"no word and numbers: '{Short(fields)}'", "a word and its numbers, separated by spaces");
            var word = fields[..end].ToString();
            if (!known.Add(word))
                throw Bad($"the word '{Short(word)}' again", "different words");
            var before = values.Count;
            foreach (var field in fields[(end + 1)..].ToString().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            {
                if (!float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !float.IsFinite(value))
                    throw Bad($"'{Short(field)}' among the numbers of '{Short(word)}'", "finite numbers");
                if (values.Count - before == LargestSize)
                    throw Bad($"more than {LargestSize} numbers", "a vector of at most that many");
                values.Add(value);
            }
            size = size == 0 ? values.Count - before : size;
            if (values.Count - before != size)
                throw Bad($"{values.Count - before} numbers for '{Short(word)}'", $"{size}, as {(hasHeader ? "line 1 says" : "before")}");
            words.Add(word);
            if (count >= 0 && words.Count > count)
                throw Bad("another word", $"{count}, as line 1 says");
        }
        if (words.Count == 0 || (count >= 0 && words.Count != count))
            throw new InvalidDataException($"{path} has {words.Count} words; expected {(count < 0 ? "at least one" : $"{count}, as line 1 "
                + "says")}.");
        return new(words, [.. values]);

        InvalidDataException Bad(string found, string expected) =>
            new($"{path}, line {number}: found {found}; expected {expected}.");
    }

    private static WordVectors ReadBinary(string path)
    {
        using var file = new BufferedStream(TextFile.OpenFile(path, expected: "a file of word vectors"), 1 << 16);
        var (count, size) = Header(Word(file, path, "line 1", '\n'), path);
        // A word and a space take two bytes at least: a damaged first line can't ask for more memory than the file is large.
        if (count > file.Length / ((long)size * sizeof(float) + 2) || count > int.MaxValue / size)
            throw new InvalidDataException($"{path}, line 1: found {count} words of {size} numbers, more than a file of {file.Length:N0} "
                + "bytes can have; expected a whole file.");
        var (words, values, bytes) = (new string[count], new float[count * size], new byte[size * sizeof(float)]);
        for (var word = 0; word < count; word++)
        {
            words[word] = Word(file, path, $"word {word + 1}", ' ').TrimStart('\n');
            if (words[word].Length == 0)
                throw new InvalidDataException($"{path}, word {word + 1}: found no word; expected one, a space, and {size} numbers.");
            if (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                throw new InvalidDataException($"{path}, word {word + 1}: the file is cut off; expected {size} numbers.");
            for (var i = 0; i < size; i++)
                values[word * size + i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float))) is var value
                    && float.IsFinite(value) ? value : throw new InvalidDataException($"{path}, word {word + 1}: found {value} among the "
                        + $"numbers of '{Short(words[word])}'; expected finite numbers.");
        }
        for (int rest; (rest = file.ReadByte()) >= 0;)
            if (rest != '\n')
                throw new InvalidDataException($"{path}: found more behind the last of {count} words; expected its end.");
        return new(words, values);
    }

    private static (long Count, int Size) Header(string line, string path)
    {
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return fields is [var first, var second] && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && count >= 1
            && size is >= 1 and <= LargestSize ? (count, size)
            : throw new InvalidDataException($"{path}, line 1: found '{Short(line)}'; expected the number of words and that of a vector's "
                + $"numbers, 1 to {LargestSize}.");
    }

    private static string Word(Stream file, string path, string place, char end)
    {
        List<byte> bytes = [];
        int next;
        while ((next = file.ReadByte()) != end)
        {
            if (next < 0)
                throw new InvalidDataException($"{path}, {place}: the file is cut off; expected "
                    + $"{(end == ' ' ? "a space" : "a line's end")}.");
            bytes.Add((byte)next);
            if (bytes.Count > LongestWord)
                throw new InvalidDataException($"{path}, {place}: found no end within {LongestWord} bytes; expected a word.");
        }
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"{path}, {place}: found bytes that are no UTF-8; expected text in UTF-8.", error);
        }
    }

    private static string Short(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : string.Concat(text[..40], "…");
}
