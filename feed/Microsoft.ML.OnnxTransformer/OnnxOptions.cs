namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Everything that can be said about applying a model. The columns are not optional; empty arrays stand for all.</summary>
public sealed class OnnxOptions
{
    public string ModelFile;

    public string[] InputColumns;

    public string[] OutputColumns;

    public int? GpuDeviceId;

    public bool FallbackToCpu;

    /// <summary>Shapes that replace unknown dimensions of the model's.</summary>
    public IDictionary<string, int[]> ShapeDictionary;

    public int RecursionLimit = 100;

    public int? InterOpNumThreads;

    public int? IntraOpNumThreads;

    public OnnxOptions()
    {
    }
}
