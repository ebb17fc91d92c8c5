using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What a saved <see cref="LanguageModelTransformer"/> does with a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class LanguageModelMapping : CustomMappingFactory<SavedTokens, LanguageModelMapping.Result>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.LanguageModel";

    public override Action<SavedTokens, Result> GetMapping()
    {
        var predict = SavedTokens.Predictor();
        return (row, result) => result.Scores = predict(row).Scores;
    }

    /// <summary>The same with further inputs.</summary>
    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class WithSides : CustomMappingFactory<SavedSides, Result>
    {
        /// <summary>The name in saved models.</summary>
        public const string Contract = LanguageModelMapping.Contract + ".WithSides";

        public override Action<SavedSides, Result> GetMapping() => new LanguageModelMapping().GetMapping();
    }

    /// <summary>The prediction.</summary>
    public sealed class Result
    {
        [ColumnName(SavedTokens.ScoreColumn)]
        public float[]? Scores { get; set; }
    }
}
