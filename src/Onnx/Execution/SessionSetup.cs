using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>ONNX Runtime's session options for a target.</summary>
internal static class SessionSetup
{
    /// <summary>Loads ONNX Runtime's native library, which the application provides.</summary>
    /// <exception cref="ExecutionTargetException">There is none.</exception>
    internal static void LoadNativeLibrary(ExecutionTarget target)
    {
        try
        {
            OrtEnv.Instance();
        }
        catch (Exception exception) when (
            (exception is TypeInitializationException ? exception.InnerException : exception) is DllNotFoundException missing)
        {
            throw new ExecutionTargetException(target, [$"loading ONNX Runtime: {missing.Message.Split('\n')[0].TrimEnd('.')}"],
                ["ONNX Runtime's native library: the application needs package Microsoft.ML.OnnxRuntime, or Microsoft.ML.OnnxRuntime.Gpu "
                    + "for CUDA"], exception);
        }
    }

    /// <summary>
    /// Options for a session on the CPU; a CUDA device is appended by <see cref="CudaDevice"/>.
    /// Flushing denormals (<c>session.set_denormal_as_zero</c>) stays off: the first session that sets it permanently
    /// changes the floating-point mode of the .NET thread that creates it; pool threads and the calling thread would then round
    /// differently, and results would depend on how work was split.
    /// </summary>
    /// <param name="threads">Threads an operation may use; 0 for one per core.</param>
    /// <param name="memoryPattern">
    /// Whether to plan the memory of a run from the last run with the same shapes; takes memory for every combination of shapes.
    /// </param>
    internal static SessionOptions Create(int threads = 0, bool memoryPattern = true) => new()
    {
        IntraOpNumThreads = threads,
        InterOpNumThreads = 1,
        ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        EnableMemoryPattern = memoryPattern,
    };
}
