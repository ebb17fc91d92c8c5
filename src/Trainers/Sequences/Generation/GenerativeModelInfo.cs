using System.Text.Json.Serialization;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What a trained language model or translator reads and how it predicts.</summary>
/// <param name="Input">The column it reads: the tokens of a language model, the source of a translator.</param>
/// <param name="Labels">The tokens a translator writes; null for a language model.</param>
/// <param name="Versions">What it was made with.</param>
/// <param name="Verification">How closely the deployed models agreed with the trained network.</param>
public sealed record GenerativeModelInfo(
    SequenceModelInput Input, SequenceModelLabels? Labels, SequenceModelVersions Versions, SequenceModelVerification Verification)
{
    /// <summary>Of a language model: whether every row stands between a begin and an end token.</summary>
    [JsonInclude]
    public bool AddBeginEndTokens { get; internal init; }

    /// <summary>Of a translator: beams and length penalty; null for a language model.</summary>
    [JsonInclude]
    public BeamOptions? Beam { get; internal init; }

    /// <summary>Of a translator: most tokens of a translation, the end among them.</summary>
    [JsonInclude]
    public int MaximumLength { get; internal init; } = 1;
}
