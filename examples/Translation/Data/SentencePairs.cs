using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace Translation.Data;

/// <summary>A sentence and its translation.</summary>
internal sealed class Pair
{
    public string SourceText { get; set; } = "";

    public string TargetText { get; set; } = "";
}

/// <summary>What is translated: texts to train on, to validate on and to test on, and how they are cut into tokens.</summary>
internal sealed record SentencePairs(
    string Name, IReadOnlyList<Pair> Train, IReadOnlyList<Pair> Validation, IReadOnlyList<Pair> Test,
    TextTokenizationOptions SourceTokens, TextTokenizationOptions TargetTokens, bool IsLarge)
{
    internal static IDataView View(MLContext ml, IReadOnlyList<Pair> pairs) => ml.Data.LoadFromEnumerable(pairs);
}
