using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>Tries several ways to open a CUDA device, and records how they failed.</summary>
internal sealed partial class CudaSearch(ExecutionTarget target)
{
    /// <summary>Environment variable: the provider library, or the folder it is in, where it isn't beside the native library.</summary>
    internal const string ProviderVariable = "MLSEQGRAPH_CUDA_PROVIDER";

    private const string RegistrationName = "MLSeqGraph.Cuda";
    private static string? _registered;
    private readonly List<string> _attempts = [];
    private readonly List<string> _missing = [];
    private Exception? _last;

    /// <summary>File name of the CUDA provider.</summary>
    internal static string ProviderFile =>
        OperatingSystem.IsWindows() ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";

    /// <summary>
    /// Whether the driver, if there is one, lists the device. The provider library must not be registered otherwise:
    /// it indexes its list of devices by the graphics cards of the machine.
    /// </summary>
    internal bool DriverHasDevice()
    {
        var (devices, missing) = NvidiaDriver.Ask();
        if (missing is not null)
            _missing.Add(missing);
        if (devices is null || target.Device < devices)
            return true;
        var visible = Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES");
        _attempts.Add($"the NVIDIA driver: it lists {devices} CUDA "
            + $"devices{(visible is null ? "" : $" (CUDA_VISIBLE_DEVICES is '{visible}')")}");
        _missing.Add($"CUDA device {target.Device}");
        return false;
    }

    /// <summary>Makes an attempt; a failure is noted and gives null.</summary>
    internal CudaDevice? Try(string what, Func<CudaDevice> attempt)
    {
        try
        {
            return attempt();
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or EntryPointNotFoundException or FileNotFoundException)
        {
            _last = exception;
            _attempts.Add($"{what}: {exception.Message.Trim().TrimEnd('.')}");
            _missing.AddRange(MissingLibraries(exception.Message));
            return null;
        }
    }

    /// <summary>Registers the provider library and finds the device among those it lists.</summary>
    internal OrtEpDevice Register()
    {
        var environment = OrtEnv.Instance();
        if (_registered is null)
        {
            var places = ProviderPlaces();
            if (Array.Find(places, File.Exists) is not { } path)
            {
                _missing.Insert(0, $"the provider library {ProviderFile} (package Microsoft.ML.OnnxRuntime.Gpu carries it; "
                    + $"{ProviderVariable} may name its folder)");
                throw new FileNotFoundException($"there is no {string.Join(", no ", places)}");
            }
            environment.RegisterExecutionProviderLibrary(RegistrationName, path);
            _registered = path;
        }
        var devices = environment.GetEpDevices()
            .Where(device => device.EpName.Contains("cuda", StringComparison.OrdinalIgnoreCase)
                && device.HardwareDevice.Type == OrtHardwareDeviceType.GPU)
            .ToArray();
        return target.Device < devices.Length
            ? devices[target.Device]
            : throw new FileNotFoundException($"{_registered} lists {devices.Length} devices; {target.Device} is not among them");
    }

    /// <summary>The error to throw after the last attempt.</summary>
    internal ExecutionTargetException Failure() => new(target, _attempts, [.. _missing.Distinct()], _last);

    /// <summary>The libraries missing according to a loader's message, each with the product it belongs to.</summary>
    internal static IEnumerable<string> MissingLibraries(string message) =>
        MissingLibrary().Matches(message).Select(match => match.Groups[1].Value).Select(library => library + (
            library.Contains("cudnn") ? " (cuDNN)"
            : library.Contains("cublas") ? " (cuBLAS, part of the CUDA toolkit)"
            : library.Contains("cufft") ? " (cuFFT, part of the CUDA toolkit)"
            : library.Contains("curand") ? " (cuRAND, part of the CUDA toolkit)"
            : library.Contains("cudart") ? " (the CUDA runtime, part of the CUDA toolkit)"
            : library.Contains("nvrtc") ? " (NVRTC, part of the CUDA toolkit)"
            : library.Contains("libcuda.") ? " (the NVIDIA driver)"
            : ""));

    /// <summary>Whether a run failed because cuDNN is missing, which the provider loads at the first operation that needs it.</summary>
    internal static bool LacksCudnn(string message) =>
        message.Contains("NotImplemented", StringComparison.Ordinal) && message.Contains("cudnn", StringComparison.OrdinalIgnoreCase);

    /// <summary>Places to look for the provider library: the variable's, beside the native library, beside the program.</summary>
    private static string[] ProviderPlaces()
    {
        using var process = Process.GetCurrentProcess();
        var native = process.Modules.Cast<ProcessModule>().Select(module => module.FileName)
            .FirstOrDefault(file => NativeLibraryName().IsMatch(Path.GetFileName(file)));
        var named = Environment.GetEnvironmentVariable(ProviderVariable);
        var places = new[] { named, Path.GetDirectoryName(native), AppContext.BaseDirectory }
            .Where(folder => !string.IsNullOrEmpty(folder) && !File.Exists(folder)).Select(folder => Path.Combine(folder!, ProviderFile));
        return [.. (File.Exists(named) ? places.Prepend(named) : places).Distinct()];
    }

    // glibc's message; Windows names only the provider ("error 126")
    [GeneratedRegex(@"([\w.+-]+\.so[.\d]*): cannot open shared object file")]
    private static partial Regex MissingLibrary();

    [GeneratedRegex(@"^(lib)?onnxruntime\.(so|dll|[\d.]*dylib)")]
    private static partial Regex NativeLibraryName();
}
