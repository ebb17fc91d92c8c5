using System.Buffers.Binary;

namespace MLSeqGraph.Transforms;

/// <summary>Reads WAV files: PCM of 8, 16, 24 or 32 bits, or floating-point samples of 32 or 64, of any number of channels.</summary>
public static class WavFile
{
    internal const int LowestRate = 1000, HighestRate = 384_000;

    private const int Pcm = 1, Floating = 3, Extensible = 0xFFFE, LargestFile = 1 << 30;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rate">Samples per second it must have; null for any.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="InvalidDataException">
    /// It is no WAV file, is cut off, has no samples, or they are of another kind or rate; the message names the file.
    /// </exception>
    public static Sound Load(string path, int? rate = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes;
        using (var file = TextFile.OpenFile(path, expected: "a WAV file"))
        {
            if (file.Length > LargestFile)
                throw new InvalidDataException($"{path} has {file.Length:N0} bytes; expected at most {LargestFile:N0}.");
            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
        }
        var sound = Read(bytes, path);
        return rate is null || sound.Rate == rate ? sound : throw new InvalidDataException($"{path} has {sound.Rate} samples per second; "
            + $"expected {rate}: {nameof(Sound)}.{nameof(Sound.Resample)} changes the rate.");
    }

    private static Sound Read(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.Length < 12 || !bytes[..4].SequenceEqual("RIFF"u8) || !bytes[8..12].SequenceEqual("WAVE"u8))
            throw new InvalidDataException($"{path} is no WAV file; expected it to begin with RIFF, a size, and WAVE.");
        ReadOnlySpan<byte> format = default;
        for (var at = 12; at + 8 <= bytes.Length;)
        {
            var id = bytes.Slice(at, 4);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            at += 8;
            if (size > bytes.Length - at)
                throw new InvalidDataException($"{path} is cut off: the part at byte {at - 8} has {size:N0} bytes, and "
                    + $"{bytes.Length - at:N0} are left.");
            var part = bytes.Slice(at, (int)size);
            if (id.SequenceEqual("fmt "u8))
                format = part;
            else if (id.SequenceEqual("data"u8))
                return Samples(part, format, path);
            at += (int)Math.Min(size + (size & 1), bytes.Length - at);
        }
        throw new InvalidDataException($"{path} has no samples; expected a part named data.");
    }

    private static Sound Samples(ReadOnlySpan<byte> data, ReadOnlySpan<byte> format, string path)
    {
        if (format.Length < 16)
            throw new InvalidDataException($"{path} doesn't say of what kind its samples are; expected a part named fmt before them.");
        int kind = BinaryPrimitives.ReadUInt16LittleEndian(format), channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]),
            bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        if (kind == Extensible && format.Length >= 26)
            kind = BinaryPrimitives.ReadUInt16LittleEndian(format[24..]);
        if ((kind, bits) is not ((Pcm, 8 or 16 or 24 or 32) or (Floating, 32 or 64)))
            throw new InvalidDataException($"{path} has samples of kind {kind} of {bits} bits; expected PCM (1) of 8, 16, 24 or 32 bits, "
                + "or floating-point numbers (3) of 32 or 64.");
        if (channels == 0 || rate is < LowestRate or > HighestRate)
            throw new InvalidDataException($"{path} has {channels} channels of {rate} samples per second; expected at least one, and "
                + $"{LowestRate} to {HighestRate}.");
        int width = bits / 8, frame = width * channels;
        if (data.Length == 0 || data.Length % frame != 0)
            throw new InvalidDataException($"{path} has {data.Length:N0} bytes of samples; expected a multiple of {frame}, {channels} "
                + $"channels of {width}, and at least that many.");
        var samples = new float[data.Length / frame];
        for (var i = 0; i < samples.Length; i++)
        {
            var sum = 0.0;
            for (var channel = 0; channel < channels; channel++)
                sum += Sample(data[(i * frame + channel * width)..], kind, bits);
            samples[i] = (float)(sum / channels);
            if (!float.IsFinite(samples[i]))
                throw new InvalidDataException($"{path}, sample {i} is {samples[i]}; expected a finite number.");
        }
        return new(samples, (int)rate);
    }

    private static double Sample(ReadOnlySpan<byte> at, int kind, int bits) => (kind, bits) switch
    {
        (Floating, 32) => BinaryPrimitives.ReadSingleLittleEndian(at),
        (Floating, _) => BinaryPrimitives.ReadDoubleLittleEndian(at),
        (_, 8) => (at[0] - 128) / 128.0,
        (_, 16) => BinaryPrimitives.ReadInt16LittleEndian(at) / 32768.0,
        (_, 24) => ((at[0] | at[1] << 8 | (sbyte)at[2] << 16)) / 8388608.0,
        _ => BinaryPrimitives.ReadInt32LittleEndian(at) / 2147483648.0,
    };
}
