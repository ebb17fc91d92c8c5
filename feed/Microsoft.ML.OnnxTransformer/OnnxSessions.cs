using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Creates sessions as the environment's <see cref="OnnxSessionOptions"/> and a transformer's settings say.</summary>
internal static class OnnxSessions
{
    public static InferenceSession Create(IHostEnvironment env, string path, OnnxModelSettings settings)
    {
        var options = (env is IHostEnvironmentInternal ? env.GetOnnxSessionOption() : null) ?? new OnnxSessionOptions();
        if (!options.PerSessionThreads && !OrtEnv.IsCreated)
            CreateEnvironment(options);
        if (options.CreateSessionOptions is not null)
            return new InferenceSession(path, options.CreateSessionOptions());
        if (settings.GpuDeviceId is not { } device)
            return Create(path, new SessionOptions(), options, settings);
        try
        {
            return Create(path, SessionOptions.MakeSessionOptionWithCudaProvider(device), options, settings);
        }
        catch (OnnxRuntimeException) when (settings.FallbackToCpu)
        {
            return Create(path, new SessionOptions(), options, settings);
        }
    }

    private static InferenceSession Create(string path, SessionOptions session, OnnxSessionOptions options, OnnxModelSettings settings)
    {
        using (session)
        {
            options.CopyTo(session);
            session.InterOpNumThreads = settings.InterOpNumThreads ?? options.InterOpNumThreads;
            session.IntraOpNumThreads = settings.IntraOpNumThreads ?? options.IntraOpNumThreads;
            return new InferenceSession(path, session);
        }
    }

    private static void CreateEnvironment(OnnxSessionOptions options)
    {
        var creation = new EnvironmentCreationOptions
        {
            threadOptions = new OrtThreadingOptions
            {
                GlobalInterOpNumThreads = options.GlobalInterOpNumThreads,
                GlobalIntraOpNumThreads = options.GlobalIntraOpNumThreads,
            },
        };
        OrtEnv.CreateInstanceWithOptions(ref creation);
    }
}
