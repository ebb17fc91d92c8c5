namespace MLSeqGraph.Onnx;

/// <summary>
/// Low-rank adapters: beside a frozen weight W a product of two small matrices is trained, y = x·W + (α / r)·x·A·B, where A is
/// [inputs, r] and B [r, outputs] starts at 0 (Hu et al. 2022). Deployed models hold their sum.
/// </summary>
public sealed record LoraOptions
{
    /// <summary>The rank r, 8 by default.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>The factor α, 16 by default.</summary>
    public float Alpha { get; init; } = 16;

    /// <summary>
    /// Names of the weights that get an adapter, with <c>*</c> for any text: those of matrix products. All of them by default.
    /// </summary>
    public IReadOnlyList<string> Targets { get; init; } = ["*"];

    /// <summary>
    /// Adapters to start from, by the names under which they were saved, as <see cref="SafeTensors.Load"/> reads them; null, the default,
    /// for new ones. Tensors of other names are left alone.
    /// </summary>
    public IReadOnlyDictionary<string, TensorData>? Start { get; init; }

    internal const string Suffix = "/lora_";
}
