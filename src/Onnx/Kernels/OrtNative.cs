using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>The part of ONNX Runtime's C interface that kernels use.</summary>
internal static unsafe partial class OrtNative
{
    /// <summary>The interface's version that kernels are written for; later versions of ONNX Runtime have it too.</summary>
    internal const uint ApiVersion = 18;

    /// <summary>The interface, once <see cref="Open"/> has found it.</summary>
    internal static OrtApi* Api { get; private set; }

    /// <summary>Finds the interface in the native library that the application loaded.</summary>
    /// <returns>Why it fails; null if it succeeds.</returns>
    internal static string? Open(uint version = ApiVersion)
    {
        var loaded = OrtEnv.Instance().GetVersionString();
        // Requesting a missing interface prints an error.
        if (!Version.TryParse(loaded.Split('-', '+')[0], out var found) || (found.Major == 1 && found.Minor < version))
            return $"ONNX Runtime {loaded} is loaded, and kernels need 1.{version} or later";
        using var process = Process.GetCurrentProcess();
        var file = process.Modules.Cast<ProcessModule>().Select(module => module.FileName)
            .FirstOrDefault(path => LibraryName().IsMatch(Path.GetFileName(path)));
        if (file is null || !NativeLibrary.TryLoad(file, out var library)
            || !NativeLibrary.TryGetExport(library, "OrtGetApiBase", out var getBase))
            return "ONNX Runtime's native library is not a file of its own";
        var apiBase = ((delegate* unmanaged<OrtApiBase*>)getBase)();
        Api = ((delegate* unmanaged<uint, OrtApi*>)apiBase->GetApi)(version);
        return Api is null ? $"ONNX Runtime {loaded} has no interface of version {version}" : null;
    }

    /// <summary>Throws the error that a status describes, if any.</summary>
    internal static void Check(IntPtr status)
    {
        if (status == 0)
            return;
        var message = Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr, IntPtr>)Api->GetErrorMessage)(status));
        ((delegate* unmanaged<IntPtr, void>)Api->ReleaseStatus)(status);
        throw new InvalidOperationException($"ONNX Runtime: {message}");
    }

    internal static void Check(IntPtr function, IntPtr context, int index, IntPtr* value) =>
        Check(((delegate* unmanaged<IntPtr, nuint, IntPtr*, IntPtr>)function)(context, (nuint)index, value));

    /// <summary>A status that says a call failed.</summary>
    internal static IntPtr Failure(string message)
    {
        const int Fail = 1;
        var text = Marshal.StringToCoTaskMemUTF8(message);
        var status = ((delegate* unmanaged<int, IntPtr, IntPtr>)Api->CreateStatus)(Fail, text);
        Marshal.FreeCoTaskMem(text);
        return status;
    }

    internal static KernelTensor Describe(IntPtr value)
    {
        IntPtr info;
        Check(((delegate* unmanaged<IntPtr, IntPtr*, IntPtr>)Api->GetTensorTypeAndShape)(value, &info));
        try
        {
            nuint rank;
            Check(((delegate* unmanaged<IntPtr, nuint*, IntPtr>)Api->GetDimensionsCount)(info, &rank));
            var sizes = stackalloc long[(int)rank];
            Check(((delegate* unmanaged<IntPtr, long*, nuint, IntPtr>)Api->GetDimensions)(info, sizes, rank));
            return new(Data(value), new ReadOnlySpan<long>(sizes, (int)rank));
        }
        finally
        {
            ((delegate* unmanaged<IntPtr, void>)Api->ReleaseTensorTypeAndShapeInfo)(info);
        }
    }

    internal static void* Data(IntPtr value)
    {
        void* data;
        Check(((delegate* unmanaged<IntPtr, void**, IntPtr>)Api->GetTensorMutableData)(value, &data));
        return data;
    }

    internal static IntPtr Output(IntPtr context, int index, ReadOnlySpan<long> sizes)
    {
        IntPtr value;
        fixed (long* shape = sizes)
            Check(((delegate* unmanaged<IntPtr, nuint, long*, nuint, IntPtr*, IntPtr>)Api->KernelContext_GetOutput)(
                context, (nuint)index, shape, (nuint)sizes.Length, &value));
        return value;
    }

    /// <summary>Each part is handed to the next thread that is free.</summary>
    internal static void ParallelFor(IntPtr context, delegate* unmanaged<void*, nuint, void> body, int parts, void* state) =>
        Check(((delegate* unmanaged<IntPtr, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, IntPtr>)
            Api->KernelContext_ParallelFor)(context, body, (nuint)parts, 0, state));

    [GeneratedRegex(@"^(lib)?onnxruntime\.(so|dll|[\d.]*dylib)")]
    private static partial Regex LibraryName();
}
