using System.Text.Json.Serialization;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>The column a deployed model reads.</summary>
/// <param name="Kind">Tokens or real-valued steps.</param>
/// <param name="Column">The column's name in the training data.</param>
/// <param name="FeatureCount">Features a step; 0 for tokens.</param>
/// <param name="Vocabulary">Token ids are 0 (unknown) to this − 1; 0 for real-valued steps.</param>
/// <param name="TokenOffset">
/// What was added to a value of the column to get its id: 0 for keys, which count from 1 with 0 for missing; 1 for Int32 and Int64.
/// </param>
/// <param name="ItemType">
/// Raw type of the column's items: <c>Single</c>; <c>Int32</c> or <c>Int64</c>; of keys <c>Byte</c>, <c>UInt16</c>, <c>UInt32</c> or
/// <c>UInt64</c>.
/// </param>
/// <param name="FixedLength">Steps of every sequence, where the column's type fixes them.</param>
/// <param name="LongestSequence">The longest sequence the model reads, in steps; null for any.</param>
/// <param name="Name">The model's input of a further column; null for the main one, which is <c>tokens</c> or <c>features</c>.</param>
/// <param name="MatchesSteps">Of a further column: whether each row has as many steps as the main one.</param>
/// <param name="IsScalar">Whether the column holds one item per row and no vector.</param>
public sealed record SequenceModelInput(
    SequenceKind Kind, string Column, int FeatureCount, int Vocabulary, int TokenOffset, string ItemType, int? FixedLength = null,
        int? LongestSequence = null,
    string? Name = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool MatchesSteps = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsScalar = false)
{
    /// <summary>The name of the model's input.</summary>
    [JsonIgnore]
    public string InputName => Name ?? (Kind.IsReal() ? SequenceModelFormat.Features : SequenceModelFormat.Tokens);

    /// <summary>The name of the model's input of lengths; null where there is none.</summary>
    [JsonIgnore]
    public string? LengthsName => Kind.IsRow() || MatchesSteps ? null : Name is null ? SequenceModelFormat.Lengths
        : $"{Name}_{SequenceModelFormat.Lengths}";

    /// <summary>Describes a further column.</summary>
    internal static SequenceModelInput OfSide(SequenceColumn column) =>
        Of(column) with { Name = column.InputName, MatchesSteps = column.MatchesSteps, IsScalar = column.IsScalar };

    /// <summary>Describes a column.</summary>
    public static SequenceModelInput Of(SequenceColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return new SequenceModelInput(column.Kind, column.Name, column.FeatureCount, column.TokenCount,
            !column.Kind.IsReal() && !column.IsKey ? 1 : 0, column.Type.ItemType.RawType.Name, column.Steps, column.LongestSequence);
    }

    internal string? Problem()
    {
        bool isReal = Kind.IsReal();
        if (string.IsNullOrEmpty(Column))
            return "names no column";
        if (isReal ? FeatureCount < 1 || Vocabulary != 0 : FeatureCount != 0 || Vocabulary < 2)
        {
            return $"has featureCount {FeatureCount} and vocabulary {Vocabulary}, expected "
                + (isReal ? "at least 1 and 0 for real-valued steps" : "0 and at least 2 for tokens");
        }

        string[] items = isReal ? ["Single"] : TokenOffset == 0 ? ["Byte", "UInt16", "UInt32", "UInt64"] : ["Int32", "Int64"];
        if (TokenOffset is not (0 or 1) || (isReal && TokenOffset != 0) || !items.Contains(ItemType))
            return $"has itemType '{ItemType}' with tokenOffset {TokenOffset}, which don't fit";
        return FixedLength < 1 ? $"has fixedLength {FixedLength}, expected at least 1"
            : LongestSequence < 1 ? $"has longestSequence {LongestSequence}, expected at least 1"
            : null;
    }
}

/// <summary>What a deployed model was made with.</summary>
/// <param name="MLSeqGraph">Version of MLSeqGraph.</param>
/// <param name="Opset">ONNX operator set.</param>
/// <param name="OnnxRuntime">Version of ONNX Runtime.</param>
public sealed record SequenceModelVersions(
    [property: JsonPropertyName("mlseqgraph")] string MLSeqGraph, int Opset, [property: JsonPropertyName("onnxruntime")] string OnnxRuntime)
{
    /// <summary>Those in use.</summary>
    internal static SequenceModelVersions Current { get; } = new(
        Of(typeof(SequenceModelVersions)), OnnxFile.DefaultOpset, Of(typeof(Microsoft.ML.OnnxRuntime.OrtEnv)));

    private static string Of(Type type) => type.Assembly.GetName().Version!.ToString(3);
}

/// <summary>How a deployed model was compared with the trained network.</summary>
/// <param name="Tolerance">The largest relative difference allowed.</param>
/// <param name="LargestDifference">The largest one seen.</param>
/// <param name="Cases">The number of batches compared.</param>
public sealed record SequenceModelVerification(double Tolerance, double LargestDifference, int Cases);
