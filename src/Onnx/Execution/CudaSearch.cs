using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>One attempt after the other to get at a CUDA device, and the account of how they failed.</summary>
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

    /// <summary>Makes an attempt; a failure is noted and gives null.</summary>
    internal CudaDevice? Try(string what, Func<CudaDevice> attempt)
    {
        try
        {
            return attempt();
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or EntryPointNotFoundException or FileNotFoundException or DllNotFoundException)
        {
            _last = exception;
            _attempts.Add($"{what}: {exception.Message.Trim().TrimEnd('.')}");
            Diagnose(exception.Message);
            return null;
        }
    }

    /// <summary>Registers the provider library and finds the device among those it lists.</summary>
    internal OrtEpDevice Register(int number)
    {
        var environment = OrtEnv.Instance();
        if (_registered is null)
        {
            var folders = ProviderFolders();
            var path = folders.Select(folder => Path.Combine(folder, ProviderFile)).FirstOrDefault(File.Exists);
            if (path is null)
            {
                _missing.Add($"the provider library {ProviderFile} (package Microsoft.ML.OnnxRuntime.Gpu carries it; {ProviderVariable} may name its folder)");
                throw new FileNotFoundException($"{ProviderFile} is in none of {string.Join(", ", folders)}");
            }
            environment.RegisterExecutionProviderLibrary(RegistrationName, path);
            _registered = path;
        }
        var devices = environment.GetEpDevices()
            .Where(device => device.EpName.Contains("cuda", StringComparison.OrdinalIgnoreCase) && device.HardwareDevice.Type == OrtHardwareDeviceType.GPU)
            .ToArray();
        return number < devices.Length
            ? devices[number]
            : throw new FileNotFoundException($"{_registered} lists {devices.Length} CUDA devices; device {number} is not among them");
    }

    /// <summary>What is thrown after the last attempt.</summary>
    internal ExecutionTargetException Failure()
    {
        var driver = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (NativeLibrary.TryLoad(driver, out var library))
            NativeLibrary.Free(library);
        else
            _missing.Add($"the NVIDIA driver ({driver})");
        return new(target, _attempts, [.. _missing.Distinct()], _last);
    }

    /// <summary>Folders the provider library is looked for in: the one named, the native library's, the program's.</summary>
    private static string[] ProviderFolders()
    {
        var named = Environment.GetEnvironmentVariable(ProviderVariable);
        if (File.Exists(named))
            named = Path.GetDirectoryName(named);
        using var process = Process.GetCurrentProcess();
        var native = process.Modules.Cast<ProcessModule>().Select(module => module.FileName)
            .FirstOrDefault(file => NativeLibraryName().IsMatch(Path.GetFileName(file)));
        return [.. new[] { named, Path.GetDirectoryName(native), AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar) }
            .Where(folder => !string.IsNullOrEmpty(folder)).Distinct()!];
    }

    /// <summary>Reads the name of a missing library out of the loader's message.</summary>
    private void Diagnose(string message)
    {
        foreach (Match match in MissingLibrary().Matches(message))
            _missing.Add($"{match.Groups[1].Value}{Origin(match.Groups[1].Value)}");
    }

    private static string Origin(string library) =>
        library.Contains("cudnn") ? " (cuDNN)"
        : library.Contains("cublas") ? " (cuBLAS, part of the CUDA toolkit)"
        : library.Contains("cufft") ? " (cuFFT, part of the CUDA toolkit)"
        : library.Contains("curand") ? " (cuRAND, part of the CUDA toolkit)"
        : library.Contains("cudart") ? " (the CUDA runtime)"
        : library.Contains("nvrtc") ? " (NVRTC, part of the CUDA toolkit)"
        : "";

    [GeneratedRegex(@"([\w.+-]+\.so[.\d]*): cannot open shared object file")]
    private static partial Regex MissingLibrary();

    [GeneratedRegex(@"^(lib)?onnxruntime\.(so|dll|dylib|[\d.]+dylib)")]
    private static partial Regex NativeLibraryName();
}
