using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Tensors in a file: a mark with the format's number, a header, groups of named tensors as little-endian floats, and the SHA-256 of
/// all of it.
/// </summary>
internal static class TensorFile
{
    /// <summary>Writes a file to a stream.</summary>
    internal static void Write(Stream file, string mark, string header, params IReadOnlyDictionary<string, float[]>[] groups)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var writer = new BinaryWriter(new HashingStream(file, sha), Encoding.UTF8))
        {
            writer.Write(Encoding.ASCII.GetBytes(mark));
            writer.Write(header);
            foreach (var group in groups)
                WriteTensors(writer, group);
        }
        file.Write(sha.GetHashAndReset());
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file is not whole, or has another mark; the message doesn't name the
    /// file.</exception>
    internal static (string Header, Dictionary<string, float[]>[] Groups) Read(string path, string mark, string kind, int groups)
    {
        using var file = TextFile.OpenFile(path, 1 << 16, $"a {kind}");
        return Read(file, mark, kind, groups);
    }

    /// <summary>Reads a file's stream.</summary>
    internal static (string Header, Dictionary<string, float[]>[] Groups) Read(Stream file, string mark, string kind, int groups)
    {
        CheckHash(file);
        file.Position = 0;
        using var reader = new BinaryReader(file, Encoding.UTF8);
        try
        {
            return Read(reader, mark, kind, groups);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or EndOfStreamException)
        {
            throw new InvalidDataException($"it is cut short or no {kind}: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private static (string Header, Dictionary<string, float[]>[] Groups) Read(BinaryReader reader, string mark, string kind, int groups)
    {
        if (Encoding.ASCII.GetString(reader.ReadBytes(mark.Length)) != mark)
            throw new InvalidDataException($"it is no {kind}, or one of another version");
        var header = reader.ReadString();
        return (header, [.. Enumerable.Range(0, groups).Select(_ => ReadTensors(reader))]);
    }

    private static void CheckHash(Stream file)
    {
        var left = file.Length - SHA256.HashSizeInBytes;
        if (left < 0)
            throw new InvalidDataException($"it is cut short at {file.Length} bytes");
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        while (left > 0)
        {
            var count = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (count == 0)
                throw new EndOfStreamException();
            sha.AppendData(buffer, 0, count);
            left -= count;
        }
        var written = new byte[SHA256.HashSizeInBytes];
        file.ReadExactly(written);
        if (!sha.GetHashAndReset().AsSpan().SequenceEqual(written))
            throw new InvalidDataException("it is cut short or changed: its checksum doesn't hold");
    }

    private static void WriteTensors(BinaryWriter writer, IReadOnlyDictionary<string, float[]> tensors)
    {
        writer.Write(tensors.Count);
        foreach (var (name, elements) in tensors)
        {
            writer.Write(name);
            writer.Write(elements.Length);
            // in parts, since a span counts bytes in 32 bits
            for (var start = 0; start < elements.Length; start += 1 << 20)
                writer.Write(MemoryMarshal.AsBytes(elements.AsSpan(start, Math.Min(1 << 20, elements.Length - start))));
        }
    }

    private static Dictionary<string, float[]> ReadTensors(BinaryReader reader)
    {
        var tensors = new Dictionary<string, float[]>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var (name, count) = (reader.ReadString(), reader.ReadInt32());
            var there = (reader.BaseStream.Length - reader.BaseStream.Position) / sizeof(float);
            if (count < 0 || count > there)
                throw new InvalidDataException($"tensor '{name}' is said to have {count} elements, but {there} are there");
            var elements = new float[count];
            for (var start = 0; start < elements.Length; start += 1 << 20)
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(elements.AsSpan(start, Math.Min(1 << 20, elements.Length - start))));
            tensors.Add(name, elements);
        }
        return tensors;
    }

    /// <summary>Writes to a file and hashes what is written; leaves the file open.</summary>
    private sealed class HashingStream(Stream file, IncrementalHash sha) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            sha.AppendData(buffer);
            file.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
        public override void Flush() => file.Flush();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
