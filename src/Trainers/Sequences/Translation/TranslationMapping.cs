using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// What a saved <see cref="TranslationTransformer"/> does with a row. Stock transformers turn the tokens' numbers into keys.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class TranslationMapping : CustomMappingFactory<SavedTokens, TranslationMapping.Result>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.Translation";

    /// <summary>The column of tokens, counted from 0 as classes are.</summary>
    public const string WrittenColumn = SavedChain.Prefix + "written";

    /// <summary>The column of attention; empty where the model doesn't give it.</summary>
    public const string AttentionColumn = SavedChain.Prefix + "attention";

    public override Action<SavedTokens, Result> GetMapping()
    {
        var predict = SavedTokens.Predictor();
        return (row, result) =>
        {
            var predicted = predict(row);
            (result.Written, result.Score, result.Attention) =
                (Array.ConvertAll(predicted.Tokens, token => token - 1), predicted.Scores[0], predicted.Attention);
        };
    }

    /// <summary>The same with further inputs.</summary>
    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class WithSides : CustomMappingFactory<SavedSides, Result>
    {
        /// <summary>The name in saved models.</summary>
        public const string Contract = TranslationMapping.Contract + ".WithSides";

        public override Action<SavedSides, Result> GetMapping() => new TranslationMapping().GetMapping();
    }

    /// <summary>The prediction.</summary>
    public sealed class Result
    {
        [ColumnName(WrittenColumn)]
        public long[]? Written { get; set; }

        [ColumnName(SavedTokens.ScoreColumn)]
        public float Score { get; set; }

        [ColumnName(AttentionColumn)]
        public float[]? Attention { get; set; }
    }
}
