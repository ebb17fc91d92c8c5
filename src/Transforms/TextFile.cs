using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>Text files, UTF-8 or with a byte order mark, zipped where their names end in .gz.</summary>
internal static class TextFile
{
    // The most a zipped file may grow: text rarely shrinks below a tenth, a zip bomb to a thousandth.
    private const long MostGrowth = 20, AlwaysAllowed = 16 << 20;

    /// <summary>The lines, without a byte order mark.</summary>
    /// <exception cref="InvalidDataException">The file is not text or not a whole .gz, or grows too much: the message names it.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    internal static IEnumerable<string> Lines(string path, string? expected = null)
    {
        using var reader = Open(path, expected);
        for (var number = 1; ; number++)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (Exception error) when (Explain(path, error, number) is { } explained)
            {
                throw explained;
            }
            if (line is null)
                yield break;
            yield return line;
        }
    }

    /// <summary>The whole text of a file.</summary>
    /// <inheritdoc cref="Lines"/>
    internal static string ReadAll(string path, string? expected = null)
    {
        using var reader = Open(path, expected);
        try
        {
            return reader.ReadToEnd();
        }
        catch (Exception error) when (Explain(path, error, 1) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Opens a file; <see cref="Explain"/> turns what reading throws into clear errors.</summary>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    internal static StreamReader Open(string path, string? expected = null)
    {
        Stream file = OpenFile(path, expected: expected);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            file = new Unzipped(path, file, AlwaysAllowed + MostGrowth * file.Length);
        return new(file, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
    }

    /// <summary>Opens any file to read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bufferSize">Bytes to read at a time.</param>
    /// <param name="expected">What it should be, for the error where there is none; null for nothing more.</param>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    internal static FileStream OpenFile(string path, int bufferSize = 4096, string? expected = null)
    {
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder; expected {expected ?? "a file"}.");
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize);
        }
        catch (Exception error) when (expected is not null && error is FileNotFoundException or DirectoryNotFoundException)
        {
            var full = Path.IsPathFullyQualified(path) ? "" : $", which would be '{Path.GetFullPath(path)}'";
            throw new FileNotFoundException($"There is no file '{path}'{full}; expected {expected}.", path, error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"{path} can't be read: {error.Message}", error);
        }
    }

    /// <summary>A clear error for a failure to read; null where the file isn't the cause.</summary>
    internal static InvalidDataException? Explain(string path, Exception error, int line) => error switch
    {
        // Text is decoded some lines ahead.
        DecoderFallbackException bytes => new($"{path}, at or after line {line}: found the bytes "
            + $"{Convert.ToHexString(bytes.BytesUnknown ?? [])}, which are no UTF-8; expected text in UTF-8.", error),
        InvalidDataException when error.Message.StartsWith(path, StringComparison.Ordinal) => null,
        InvalidDataException => new($"{path} can't be unzipped: {error.Message.TrimEnd('.')}; expected a whole .gz file.", error),
        _ => null,
    };

    /// <summary>An unzipped file whose growth is limited.</summary>
    private sealed class Unzipped(string path, Stream file, long most) : GZipStream(file, CompressionMode.Decompress)
    {
        private long _read;

        public override int Read(byte[] array, int offset, int count) => Count(base.Read(array, offset, count));

        public override int Read(Span<byte> buffer) => Count(base.Read(buffer));

        private int Count(int bytes)
        {
            if (bytes == 0)
                RequireEnd();
            return (_read += bytes) <= most ? bytes : throw Grows();
        }

        // The last four bytes are the unzipped size, of the last part where there are several. Without this check a file that is cut off
        // would end without an error.
        private void RequireEnd()
        {
            Span<byte> size = stackalloc byte[sizeof(uint)];
            if (BaseStream.Length > 0)
            {
                BaseStream.Seek(-Math.Min(BaseStream.Length, size.Length), SeekOrigin.End);
                BaseStream.ReadAtLeast(size, size.Length, throwOnEndOfStream: false);
            }
            if (BinaryPrimitives.ReadUInt32LittleEndian(size) > (uint)_read)
                throw new InvalidDataException($"{path} is cut off: it unzips to {_read:N0} bytes; expected "
                    + $"{BinaryPrimitives.ReadUInt32LittleEndian(size):N0}.");
        }

        private InvalidDataException Grows() => new(
            $"{path} unzips to more than {most:N0} bytes; expected at most {AlwaysAllowed >> 20} MB and {MostGrowth} times its size. "
            + "Unzip it yourself if it is what you want.");
    }
}
