using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Registers the kernels with ONNX Runtime, once per process, and says whether they can be used. If they can't, graphs are written with
/// standard operators, which compute the same.
/// </summary>
internal static unsafe class KernelLibrary
{
    /// <summary>Environment variable that turns kernels off if its value is <c>off</c>.</summary>
    internal const string Switch = "MLSEQGRAPH_KERNELS";

    private static readonly Lazy<(IntPtr Domain, string? Reason)> Opened = new(() => Open());
    private static int _said;

    /// <summary>Why kernels are not used; null where they are.</summary>
    internal static string? Reason => Opened.Value.Reason;

    /// <summary>Whether kernels are used on a target: only on the CPU.</summary>
    internal static bool IsOn(ExecutionTarget? target = null) => Reason is null && (target?.Kind ?? TargetKind.Cpu) switch
    {
        TargetKind.Cuda => false,
        TargetKind.Auto => CudaDevice.OpenForAuto(out _) is null,
        _ => true,
    };

    /// <summary>Adds the kernels to the options of a session.</summary>
    internal static void AddTo(SessionOptions options)
    {
        if (Opened.Value.Domain is not 0 and var domain)
            OrtNative.Check(Add(options, domain));
    }

    /// <summary>Logs once why kernels are not used, unless they were turned off.</summary>
    internal static void Explain(Action<string>? log)
    {
        if (log is not null && Reason is { } reason && !IsSwitchedOff && Interlocked.Exchange(ref _said, 1) == 0)
            log($"Kernels are not used, standard operators compute the same: {reason}.");
    }

    /// <summary>Registers the kernels, or returns the reason why it fails.</summary>
    internal static (IntPtr Domain, string? Reason) Open(uint version = OrtNative.ApiVersion)
    {
        if (IsSwitchedOff)
            return (0, $"{Switch} is off");
        try
        {
            if (OrtNative.Open(version) is { } reason)
                return (0, reason);
            IntPtr domain;
            OrtNative.Check(((delegate* unmanaged<IntPtr, IntPtr*, IntPtr>)OrtNative.Api->CreateCustomOpDomain)(
                Marshal.StringToCoTaskMemUTF8(Kernel.Domain), &domain));
            for (var number = 0; number < KernelTable.All.Count; number++)
                OrtNative.Check(((delegate* unmanaged<IntPtr, CustomOperator*, IntPtr>)OrtNative.Api->CustomOpDomain_Add)(
                    domain, CustomOperator.Allocate(number)));
            using var options = new SessionOptions();
            OrtNative.Check(Add(options, domain));
            return (domain, null);
        }
        catch (Exception exception) when (exception is InvalidOperationException or OnnxRuntimeException or DllNotFoundException
            or TypeInitializationException)
        {
            return (0, exception.Message);
        }
    }

    private static bool IsSwitchedOff =>
        string.Equals(Environment.GetEnvironmentVariable(Switch), "off", StringComparison.OrdinalIgnoreCase);

    private static IntPtr Add(SessionOptions options, IntPtr domain) =>
        ((delegate* unmanaged<IntPtr, IntPtr, IntPtr>)OrtNative.Api->AddCustomOpDomain)(options.DangerousGetHandle(), domain);
}
