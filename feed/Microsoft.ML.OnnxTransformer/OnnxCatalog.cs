using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Onnx;

namespace Microsoft.ML;

/// <summary>
/// Applies ONNX models. A model is a file or a seekable stream; columns have the names of its inputs and outputs, all of them where
/// none are given; a shape dictionary fills in unknown dimensions.
/// </summary>
public static class OnnxCatalog
{
    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        string modelFile, int? gpuDeviceId = null, bool fallbackToCpu = false) =>
        Create(catalog, [], [], OnnxModelSource.File(modelFile),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), null);

    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        string modelFile, IDictionary<string, int[]> shapeDictionary, int? gpuDeviceId = null, bool fallbackToCpu = false) =>
        Create(catalog, [], [], OnnxModelSource.File(modelFile),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), shapeDictionary);

    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        Stream modelBytes, int? gpuDeviceId = null, bool fallbackToCpu = false) =>
        Create(catalog, [], [], OnnxModelSource.Temporary(catalog.Environment, modelBytes),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), null);

    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        Stream modelBytes, IDictionary<string, int[]> shapeDictionary, int? gpuDeviceId = null, bool fallbackToCpu = false) =>
        Create(catalog, [], [], OnnxModelSource.Temporary(catalog.Environment, modelBytes),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), shapeDictionary);

    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        string outputColumnName, string inputColumnName, string modelFile, int? gpuDeviceId = null, bool fallbackToCpu = false) =>
        Create(catalog, [outputColumnName], [inputColumnName], OnnxModelSource.File(modelFile),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), null);

    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        string outputColumnName, string inputColumnName, string modelFile, IDictionary<string, int[]> shapeDictionary,
        int? gpuDeviceId = null, bool fallbackToCpu = false) =>
        Create(catalog, [outputColumnName], [inputColumnName], OnnxModelSource.File(modelFile),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), shapeDictionary);

    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        string outputColumnName, string inputColumnName, Stream modelBytes, int? gpuDeviceId = null, bool fallbackToCpu = false) =>
        Create(catalog, [outputColumnName], [inputColumnName], OnnxModelSource.Temporary(catalog.Environment, modelBytes),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), null);

    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        string outputColumnName, string inputColumnName, Stream modelBytes, IDictionary<string, int[]> shapeDictionary,
        int? gpuDeviceId = null, bool fallbackToCpu = false) =>
        Create(catalog, [outputColumnName], [inputColumnName], OnnxModelSource.Temporary(catalog.Environment, modelBytes),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), shapeDictionary);

    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        string[] outputColumnNames, string[] inputColumnNames, string modelFile, int? gpuDeviceId = null, bool fallbackToCpu = false) =>
        Create(catalog, outputColumnNames, inputColumnNames, OnnxModelSource.File(modelFile),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), null);

    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        string[] outputColumnNames, string[] inputColumnNames, string modelFile, IDictionary<string, int[]> shapeDictionary,
        int? gpuDeviceId = null, bool fallbackToCpu = false) =>
        Create(catalog, outputColumnNames, inputColumnNames, OnnxModelSource.File(modelFile),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), shapeDictionary);

    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        string[] outputColumnNames, string[] inputColumnNames, string modelFile, IDictionary<string, int[]> shapeDictionary,
        int? gpuDeviceId = null, bool fallbackToCpu = false, int recursionLimit = 100) =>
        Create(catalog, outputColumnNames, inputColumnNames, OnnxModelSource.File(modelFile),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), shapeDictionary, recursionLimit);

    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        string[] outputColumnNames, string[] inputColumnNames, Stream modelBytes, int? gpuDeviceId = null, bool fallbackToCpu = false) =>
        Create(catalog, outputColumnNames, inputColumnNames, OnnxModelSource.Temporary(catalog.Environment, modelBytes),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), null);

    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        string[] outputColumnNames, string[] inputColumnNames, Stream modelBytes, IDictionary<string, int[]> shapeDictionary,
        int? gpuDeviceId = null, bool fallbackToCpu = false) =>
        Create(catalog, outputColumnNames, inputColumnNames, OnnxModelSource.Temporary(catalog.Environment, modelBytes),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), shapeDictionary);

    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog,
        string[] outputColumnNames, string[] inputColumnNames, Stream modelBytes, IDictionary<string, int[]> shapeDictionary,
        int? gpuDeviceId = null, bool fallbackToCpu = false, int recursionLimit = 100) =>
        Create(catalog, outputColumnNames, inputColumnNames, OnnxModelSource.Temporary(catalog.Environment, modelBytes),
            new OnnxModelSettings(gpuDeviceId, fallbackToCpu, null, null), shapeDictionary, recursionLimit);

    /// <summary>By options.</summary>
    public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog, OnnxOptions options) =>
        Create(catalog, options.OutputColumns, options.InputColumns, OnnxModelSource.File(options.ModelFile),
            new OnnxModelSettings(options.GpuDeviceId, options.FallbackToCpu, options.InterOpNumThreads, options.IntraOpNumThreads),
            options.ShapeDictionary, options.RecursionLimit);

    // Without a device of its own, a model runs on the environment's.
    private static OnnxScoringEstimator Create(TransformsCatalog catalog, string[] outputs, string[] inputs, OnnxModelSource source,
        OnnxModelSettings settings, IDictionary<string, int[]> shapes, int recursionLimit = 100)
    {
        var env = catalog.Environment;
        if (settings.GpuDeviceId is null && env is IHostEnvironmentInternal { GpuDeviceId: { } device } internalEnv)
            settings = settings with { GpuDeviceId = device, FallbackToCpu = internalEnv.FallbackToCpu };
        return new OnnxScoringEstimator(new OnnxTransformer(env, outputs, inputs, source, settings, shapes, recursionLimit));
    }
}
