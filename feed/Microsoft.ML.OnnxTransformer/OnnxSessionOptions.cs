using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>How the sessions of an environment are created.</summary>
public sealed class OnnxSessionOptions
{
    public delegate SessionOptions CreateOnnxSessionOptions();

    /// <summary>The verbosity of the log, from 0.</summary>
    public OrtLoggingLevel LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING;

    public OnnxSessionOptions()
    {
    }

    /// <summary>Replaces everything else here.</summary>
    public CreateOnnxSessionOptions CreateSessionOptions { get; set; }

    public bool EnableMemoryPattern { get; set; } = true;

    public bool EnableCpuMemArena { get; set; } = true;

    public bool EnableProfiling { get; set; }

    public string ProfileOutputPathPrefix { get; set; } = "onnxruntime_profile_";

    public string OptimizedModelFilePath { get; set; } = "";

    /// <summary>Each session has threads of its own; else all share those of the process.</summary>
    public bool PerSessionThreads { get; set; } = true;

    public int GlobalIntraOpNumThreads { get; set; }

    public int GlobalInterOpNumThreads { get; set; }

    public int IntraOpNumThreads { get; set; }

    public int InterOpNumThreads { get; set; }

    public string LogId { get; set; } = "";

    public int LogVerbosityLevel { get; set; }

    public GraphOptimizationLevel GraphOptimizationLevel { get; set; } = GraphOptimizationLevel.ORT_ENABLE_ALL;

    public ExecutionMode ExecutionMode { get; set; } = ExecutionMode.ORT_SEQUENTIAL;

    internal void CopyTo(SessionOptions session)
    {
        session.EnableMemoryPattern = EnableMemoryPattern;
        session.EnableCpuMemArena = EnableCpuMemArena;
        session.ProfileOutputPathPrefix = ProfileOutputPathPrefix;
        session.EnableProfiling = EnableProfiling;
        session.OptimizedModelFilePath = OptimizedModelFilePath;
        if (!PerSessionThreads)
            session.DisablePerSessionThreads();
        session.LogId = LogId;
        session.LogSeverityLevel = LogSeverityLevel;
        session.LogVerbosityLevel = LogVerbosityLevel;
        session.GraphOptimizationLevel = GraphOptimizationLevel;
        session.ExecutionMode = ExecutionMode;
    }
}

/// <summary>Sets and gets the options of an environment.</summary>
public static class OnnxSessionOptionsExtensions
{
    private const string Name = "OnnxSessionOptions";

    public static OnnxSessionOptions GetOnnxSessionOption(this IHostEnvironment env) =>
        OptionsOf(env).TryGetValue(Name, out object options) ? (OnnxSessionOptions)options : null;

    public static void SetOnnxSessionOption(this IHostEnvironment env, OnnxSessionOptions onnxSessionOptions) =>
        OptionsOf(env)[Name] = onnxSessionOptions;

    private static Dictionary<string, object> OptionsOf(IHostEnvironment env) =>
        (env as IHostEnvironmentInternal ?? throw new ArgumentException("No Onnx Session Options")).Options;
}
