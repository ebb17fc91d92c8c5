using System.Globalization;

namespace MLSeqGraph.Onnx;

/// <summary>Kind of hardware a model runs on.</summary>
public enum TargetKind
{
    /// <summary>The processor.</summary>
    Cpu,
    /// <summary>An NVIDIA GPU, through ONNX Runtime's CUDA provider.</summary>
    Cuda,
    /// <summary>CUDA device 0 if it works, otherwise the CPU.</summary>
    Auto,
}

/// <summary>
/// Where a model runs. Written as text: <c>cpu</c>, <c>cpu:2</c> (threads), <c>cuda</c>, <c>cuda:1</c> (device), <c>auto</c>.
/// </summary>
public sealed record ExecutionTarget
{
    private ExecutionTarget(TargetKind kind, int threads = 0, int device = 0)
    {
        Kind = kind;
        Threads = threads;
        Device = device;
    }

    /// <summary>CUDA if it works, otherwise the CPU; the session logs and keeps the reason.</summary>
    public static ExecutionTarget Auto { get; } = new(TargetKind.Auto);

    /// <summary>Kind of hardware.</summary>
    public TargetKind Kind { get; }

    /// <summary>Threads an operation may use on the CPU; 0 for one per core.</summary>
    public int Threads { get; }

    /// <summary>Number of the CUDA device.</summary>
    public int Device { get; }

    /// <summary>The processor.</summary>
    /// <param name="threads">Threads an operation may use; 0 for one per core.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static ExecutionTarget Cpu(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        return new(TargetKind.Cpu, threads: threads);
    }

    /// <summary>A CUDA device. Where it isn't available, a session for it throws an error that says what is missing.</summary>
    /// <param name="device">Number of the device, as the CUDA driver counts them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static ExecutionTarget Cuda(int device = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(device);
        return new(TargetKind.Cuda, device: device);
    }

    /// <summary>Reads <c>cpu</c>, <c>cpu:2</c>, <c>cuda</c>, <c>cuda:1</c> or <c>auto</c>; in upper or lower case.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static ExecutionTarget Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Trim().ToLowerInvariant().Split(':');
        var number = 0;
        if (parts.Length <= 2 && (parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number)))
        {
            switch (parts[0])
            {
                case "cpu":
                    return Cpu(number);
                case "cuda":
                    return Cuda(number);
                case "auto" when parts.Length == 1:
                    return Auto;
            }
        }
        throw new FormatException($"'{text}' is no execution target: expected 'cpu', 'cpu:<threads>', 'cuda', 'cuda:<device>' or 'auto'.");
    }

    /// <summary>The form <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        TargetKind.Cpu => Threads == 0 ? "cpu" : $"cpu:{Threads}",
        TargetKind.Cuda => Device == 0 ? "cuda" : $"cuda:{Device}",
        _ => "auto",
    };
}
