using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MLSeqGraph.Experiments;

/// <summary>
/// Writes scalars as TensorBoard reads them: a file of records, each its length, the length's masked CRC-32C, an event (a
/// message of Protocol
/// Buffers) and the event's masked CRC-32C.
/// </summary>
/// <example>
/// <code>
/// using var board = new TensorBoardWriter("runs/lstm");
/// var options = new SequenceClassificationTrainer.Options { OnEpoch = board.Write };
/// </code>
/// </example>
public sealed class TensorBoardWriter : IDisposable
{
    private readonly FileStream _file;
    private readonly object _lock = new();

    /// <summary>Begins a file of events.</summary>
    /// <param name="folder">The run's folder, which is made where there is none.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    public TensorBoardWriter(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        Path = System.IO.Path.Combine(folder, $"events.out.tfevents.{DateTimeOffset.UtcNow.ToUnixTimeSeconds():D10}."
            + $"{Environment.MachineName}.{Environment.ProcessId}.{Guid.NewGuid().ToString("N")[..8]}");
        _file = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        Record(Field(3, Encoding.UTF8.GetBytes("brain.Event:2")));
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Writes a number.</summary>
    /// <param name="tag">What it is, such as <c>loss/train</c>.</param>
    /// <param name="step">The epoch or step.</param>
    /// <param name="value">The number.</param>
    public void WriteScalar(string tag, long step, double value)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        var number = new byte[5];
        number[0] = 2 << 3 | 5; // simple_value, 4 bytes
        BinaryPrimitives.WriteSingleLittleEndian(number.AsSpan(1), (float)value);
        var summary = Field(1, [.. Field(1, Encoding.UTF8.GetBytes(tag)), .. number]);
        Record([2 << 3, .. Varint((ulong)step), .. Field(5, summary)]);
    }

    /// <summary>Writes an epoch: its losses, metrics, learning rate and rows per second.</summary>
    public void Write(Trainers.EpochRecord epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        WriteScalar("loss/train", epoch.Epoch, epoch.Loss);
        foreach (var (name, value) in epoch.Metrics)
            WriteScalar($"{name}/train", epoch.Epoch, value);
        if (epoch.ValidationLoss is { } loss)
            WriteScalar("loss/validation", epoch.Epoch, loss);
        foreach (var (name, value) in epoch.ValidationMetrics)
            WriteScalar($"{name}/validation", epoch.Epoch, value);
        WriteScalar("learning_rate", epoch.Epoch, epoch.LearningRate);
        WriteScalar("rows_per_second", epoch.Epoch, epoch.RowsPerSecond);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>CRC-32C (Castagnoli), rotated and shifted so that checksums of checksums differ.</summary>
    internal static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var one in data)
            crc = BitOperations.Crc32C(crc, one);
        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + 0xa282ead8;
    }

    private void Record(byte[] content)
    {
        var time = new byte[9];
        time[0] = 1 << 3 | 1; // wall_time, 8 bytes
        BinaryPrimitives.WriteDoubleLittleEndian(time.AsSpan(1), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);
        byte[] message = [.. time, .. content];
        var record = new byte[8 + 4 + message.Length + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        message.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + message.Length), MaskedCrc(message));
        lock (_lock)
        {
            _file.Write(record);
            _file.Flush();
        }
    }

    // A field with a length: texts and messages.
    private static byte[] Field(int number, byte[] content) => [(byte)(number << 3 | 2), .. Varint((ulong)content.Length), .. content];

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 128; value >>= 7)
            yield return (byte)(value | 128);
        yield return (byte)value;
    }
}
