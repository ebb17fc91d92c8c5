using System.Text.Json;
using System.Text.Json.Serialization;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>A checkpoint as a file of tensors (<see cref="TensorFile"/>) with a header in JSON.</summary>
internal static class CheckpointFile
{
    private const string Mark = "MLSeqGraph checkpoint 2\n";
    private static readonly JsonSerializerOptions Json = new()
    {
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // metrics may be NaN
    };

    /// <summary>Writes a new file and waits until it is on the disk.</summary>
    internal static void Write(string path, Checkpoint checkpoint)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        Write(file, checkpoint);
        file.Flush(flushToDisk: true);
    }

    /// <summary>A file's bytes.</summary>
    internal static byte[] Write(Checkpoint checkpoint)
    {
        using var file = new MemoryStream();
        Write(file, checkpoint);
        return file.ToArray();
    }

    private static void Write(Stream file, Checkpoint checkpoint)
    {
        var header = new Header(checkpoint.Run, [.. checkpoint.Epochs], checkpoint.BestEpoch, checkpoint.State.Steps, checkpoint.RanOn);
        TensorFile.Write(file, Mark, JsonSerializer.Serialize(header, Json), checkpoint.State.Tensors,
            checkpoint.Best ?? new Dictionary<string, float[]>());
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file is not whole.</exception>
    internal static Checkpoint Read(string path) => Of(TensorFile.Read(path, Mark, "checkpoint", 2));

    /// <summary>Reads a file's bytes.</summary>
    internal static Checkpoint Read(byte[] bytes) => Of(TensorFile.Read(new MemoryStream(bytes), Mark, "checkpoint", 2));

    private static Checkpoint Of((string Header, Dictionary<string, float[]>[] Groups) file)
    {
        var (json, groups) = file;
        var header = ReadHeader(json);
        return new(header.Run, header.Epochs, header.BestEpoch, new TrainingState(header.Steps, groups[0]),
            groups[1].Count == 0 ? null : groups[1], header.RanOn);
    }

    private static Header ReadHeader(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Header>(json, Json) is { Run: { Parameters: not null, Options: not null, Network: not null,
                Rows: not null }, Epochs.Length: > 0 } header
                && header.Run.Parameters.All(parameter => parameter is { Name: not null, Sizes: not null })
                && header.Epochs.All(epoch => epoch is { Metrics: not null, ValidationMetrics: not null })
                && header.BestEpoch >= 1 && header.BestEpoch <= header.Epochs.Length && header.Steps >= 0
                ? header : throw new InvalidDataException("its header doesn't say which run it belongs to and how far it came");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"its header can't be read: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private sealed record Header(RunIdentity Run, EpochRecord[] Epochs, int BestEpoch, long Steps, string? RanOn = null);
}
