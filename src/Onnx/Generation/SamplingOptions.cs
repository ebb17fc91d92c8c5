namespace MLSeqGraph.Onnx;

/// <summary>How tokens are drawn at random from the model's probabilities.</summary>
public sealed record SamplingOptions
{
    /// <summary>
    /// Logits are divided by this number, which is above 0 and by default 1: below 1 more likely tokens are drawn more often, above 1 less
    /// often. For always the most likely token, generate greedily.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>How many of the most likely tokens can be drawn (Fan et al. 2018); null, the default, for all.</summary>
    public int? TopK { get; init; }

    /// <summary>
    /// Only the most likely tokens whose probabilities add up to this can be drawn (Holtzman et al. 2020); above 0, at most 1, the
    /// default.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>Decides the draws. Each row has its own draws, which don't depend on the other rows.</summary>
    public int Seed { get; init; }

    internal void Check()
    {
        GenerationOptions.Require(Temperature > 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature,
            "a finite number above 0 (generate greedily for the likeliest token)");
        GenerationOptions.Require(TopK is null or >= 1, nameof(TopK), TopK, "at least 1, or null");
        GenerationOptions.Require(TopP is > 0 and <= 1, nameof(TopP), TopP, "above 0 and at most 1");
    }
}
