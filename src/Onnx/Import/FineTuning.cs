using System.IO.Enumeration;

namespace MLSeqGraph.Onnx;

/// <summary>Which weights of an imported model are trained.</summary>
public sealed record FineTuning
{
    /// <summary>All weights are trained.</summary>
    public static FineTuning All { get; } = new();

    /// <summary>No weight is trained.</summary>
    public static FineTuning None { get; } = new() { Frozen = ["*"] };

    /// <summary>Names of weights that stay as they are, with <c>*</c> for any text, such as <c>embeddings.*</c>.</summary>
    public IReadOnlyList<string> Frozen { get; init; } = [];

    /// <summary>
    /// How many numbered layers from the input on stay as they are, with all weights before them
    /// (<see cref="ImportedWeight.Layer"/>); 0, the default, for none.
    /// </summary>
    public int FrozenLayers { get; init; }

    /// <summary>
    /// Factors of the learning rate by names of weights, with <c>*</c> for any text; of several that match a weight the last counts.
    /// Those of no pattern have the factor 1, as new layers always have.
    /// </summary>
    public IReadOnlyList<LayerRate> LearningRates { get; init; } = [];

    /// <summary>
    /// The learning rate of a layer relative to that of the next (Howard and Ruder 2018), times <see cref="LearningRates"/>: weights of the
    /// last layer have the learning rate itself, those of the layer k before it this factor to the power of k
    /// (<see cref="ImportedWeight.Layer"/>). 1, the default, for one rate.
    /// </summary>
    public float LayerDecay { get; init; } = 1;

    /// <summary>Adapters to train in place of the weights, which are then all frozen; null, the default, for none.</summary>
    public LoraOptions? Lora { get; init; }

    /// <summary>The names of the weights that are trained.</summary>
    /// <exception cref="ImportException">A pattern matches no weight, or a number is out of range.</exception>
    internal HashSet<string> Trained(IReadOnlyList<ImportedWeight> weights)
    {
        var depth = weights.Count == 0 ? 0 : weights.Max(weight => weight.Layer);
        if (FrozenLayers < 0 || FrozenLayers > depth)
            throw new ImportException($"{nameof(FrozenLayers)} is {FrozenLayers}; expected 0 to {depth}, the layers that the model has");
        foreach (var pattern in Frozen)
            Require(nameof(Frozen), pattern, weights);
        return [.. weights.Where(weight => Lora is null && (FrozenLayers == 0 || weight.Layer > FrozenLayers)
            && !Frozen.Any(pattern => Matches(pattern, weight.Name))).Select(weight => weight.FileName)];
    }

    /// <summary>The names of the weights that get an adapter.</summary>
    /// <exception cref="ImportException">A pattern matches no weight, or an option is out of range.</exception>
    internal HashSet<string> Adapted(IReadOnlyList<ImportedWeight> weights)
    {
        if (Lora is not { } lora)
            return [];
        if (lora.Rank < 1)
            throw new ImportException($"{nameof(LoraOptions)}.{nameof(lora.Rank)} is {lora.Rank}; expected at least 1");
        if (!(lora.Alpha > 0) || !float.IsFinite(lora.Alpha))
            throw new ImportException($"{nameof(LoraOptions)}.{nameof(lora.Alpha)} is {lora.Alpha}; expected a finite number above 0");
        ImportedWeight[] products = [.. weights.Where(weight => weight.Operator is "MatMul" or "Gemm" && weight.Sizes.Count == 2)];
        foreach (var pattern in lora.Targets)
            Require($"{nameof(LoraOptions)}.{nameof(lora.Targets)}", pattern, products);
        var adapted = products.Where(weight => lora.Targets.Any(pattern => Matches(pattern, weight.Name))).ToArray();
        return adapted.Length > 0 ? [.. adapted.Select(weight => weight.FileName)]
            : throw new ImportException($"{nameof(LoraOptions)}.{nameof(lora.Targets)} is empty; expected names of weights");
    }

    /// <summary>The factor of the learning rate of each weight, by its name in the file.</summary>
    /// <exception cref="ImportException">A pattern matches no weight, or a factor is out of range.</exception>
    internal Dictionary<string, float> Rates(IReadOnlyList<ImportedWeight> weights)
    {
        if (!(LayerDecay > 0 && LayerDecay <= 1))
            throw new ImportException($"{nameof(LayerDecay)} is {LayerDecay}; expected above 0 and at most 1");
        foreach (var (pattern, factor) in LearningRates)
        {
            Require(nameof(LearningRates), pattern, weights);
            if (!(factor > 0) || !float.IsFinite(factor))
                throw new ImportException($"{nameof(LearningRates)}: the factor of '{pattern}' is {factor}; expected a finite number "
                    + $"above 0 (weights that stay as they are stand in {nameof(Frozen)})");
        }
        var depth = weights.Count == 0 ? 0 : weights.Max(weight => weight.Layer);
        return weights.ToDictionary(weight => weight.FileName, weight => MathF.Pow(LayerDecay, depth - weight.Layer)
            * (LearningRates.LastOrDefault(rate => Matches(rate.Pattern, weight.Name))?.Factor ?? 1), StringComparer.Ordinal);
    }

    private static void Require(string option, string pattern, IReadOnlyList<ImportedWeight> weights)
    {
        if (!weights.Any(weight => Matches(pattern, weight.Name)))
            throw new ImportException($"{option}: '{pattern}' matches no weight; there are "
                + (weights.Count == 0 ? "none" : string.Join(", ", weights.Select(weight => weight.Name).Take(40))
                    + (weights.Count > 40 ? ", …" : "")));
    }

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
