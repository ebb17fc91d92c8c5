using System.Buffers.Binary;
using System.Text;

namespace MLSeqGraph.Tests.Fuzzing;

/// <summary>Changes files at random: bits, bytes, numbers, parts.</summary>
internal static class Mutation
{
    private static readonly long[] Numbers = [0, 1, -1, 127, 255, 65536, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue,
        1_000_000_000];

    private static readonly string[] Words = ["", "\n", "\n\n", "\t", ",", "\"", "\uFEFF", "NaN", "1e999", "-0,125", "x", "#", "\0", "\r"];

    /// <summary>A changed file.</summary>
    /// <param name="files">Files of a format.</param>
    /// <param name="random">Decides.</param>
    internal static byte[] Of(byte[][] files, Random random)
    {
        var bytes = files[random.Next(files.Length)].ToList();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
            Change(bytes, files, random);
        return [.. bytes];
    }

    private static void Change(List<byte> bytes, byte[][] files, Random random)
    {
        int at = random.Next(bytes.Count + 1), length = Math.Min(bytes.Count - at, 1 + random.Next(random.Next(2) == 0 ? 4 : 200));
        switch (random.Next(8))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4 when random.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                Put(bytes, at, Number(random));
                break;
            case 6:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(random.Next(2) == 0 ? Words[random.Next(Words.Length)]
                    : $"{Numbers[random.Next(Numbers.Length)]}"));
                break;
            default:
                var other = files[random.Next(files.Length)];
                var from = random.Next(other.Length + 1);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, length)).ToArray());
                break;
        }
    }

    // A number in 4 or 8 bytes.
    private static byte[] Number(Random random)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Numbers[random.Next(Numbers.Length)]);
        return random.Next(2) == 0 ? bytes[..4] : bytes;
    }

    private static void Put(List<byte> bytes, int at, byte[] number)
    {
        for (var i = 0; i < number.Length && at + i < bytes.Count; i++)
            bytes[at + i] = number[i];
    }
}
