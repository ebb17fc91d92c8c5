using System.Runtime.InteropServices;

namespace MLSeqGraph.Onnx;

/// <summary>Asks the NVIDIA driver directly about the machine, since ONNX Runtime's provider assumes that there is a device.</summary>
internal static unsafe class NvidiaDriver
{
    private const int NoDevice = 100;

    private static string Library => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>The number of CUDA devices the process may use, or null and what is missing to find out.</summary>
    internal static (int? Devices, string? Missing) Ask()
    {
        // the driver is never unloaded: CUDA keeps state in it
        if (!NativeLibrary.TryLoad(Library, out var driver))
            return (null, $"the NVIDIA driver ({Library})");
        var initialize = (delegate* unmanaged<uint, int>)NativeLibrary.GetExport(driver, "cuInit");
        var countDevices = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(driver, "cuDeviceGetCount");
        int devices = 0, status = initialize(0);
        if (status == 0)
            status = countDevices(&devices);
        return status switch
        {
            0 => (devices, null),
            NoDevice => (0, null),
            _ => (null, $"a working NVIDIA driver ({Library} answers with CUDA error {status})"),
        };
    }
}
