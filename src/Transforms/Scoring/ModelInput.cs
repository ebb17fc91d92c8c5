using System.Text.Json.Serialization;

namespace MLSeqGraph.Transforms;

/// <summary>A column that a deployed model reads.</summary>
/// <param name="Kind">What the column holds.</param>
/// <param name="Column">The column's name in the training data.</param>
/// <param name="FeatureCount">Features per step; 0 for tokens and categories.</param>
/// <param name="Vocabulary">Token ids are 0 (unknown) to this − 1; 0 for real-valued steps.</param>
/// <param name="TokenOffset">
/// What was added to a value of the column to get its id: 0 for keys, which count from 1 with 0 for missing; 1 for Int32 and Int64.
/// </param>
/// <param name="ItemType">
/// Raw type of the column's items: <c>Single</c>; <c>Int32</c> or <c>Int64</c>; for keys <c>Byte</c>, <c>UInt16</c>, <c>UInt32</c> or
/// <c>UInt64</c>.
/// </param>
/// <param name="FixedLength">Steps of every sequence, where the column's type fixes them.</param>
/// <param name="MaximumLength">The longest sequence the model reads, in steps; null for any.</param>
/// <param name="Name">The model's input of a further column; null for the main one, which is <c>tokens</c> or <c>features</c>.</param>
/// <param name="MatchesSteps">For a further column: whether each row has as many steps as in the main one.</param>
/// <param name="IsScalar">Whether the column holds one item per row, not a vector.</param>
public sealed record ModelInput(
    SequenceKind Kind, string Column, int FeatureCount, int Vocabulary, int TokenOffset, string ItemType, int? FixedLength = null,
        [property: JsonPropertyName("longestSequence")] int? MaximumLength = null,
    string? Name = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool MatchesSteps = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsScalar = false)
{
    /// <summary>The name of the model's input.</summary>
    [JsonIgnore]
    public string InputName => Name ?? (Kind.IsReal() ? ModelFormat.Features : ModelFormat.Tokens);

    /// <summary>
    /// For tokens: the id that pads shorter sequences, from which the model counts their steps itself; null where the model
    /// doesn't, and in files of earlier formats. With it, the unknown token is <see cref="UnknownToken"/>; padding before a sequence's
    /// last token counts as unknown too.
    /// </summary>
    public long? Padding { get; init; }

    /// <summary>The id of an unknown token where 0 is padding; so is any other id outside the vocabulary.</summary>
    public const long UnknownToken = -1;

    /// <summary>Whether NaN stands for a missing number of a step.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowsMissing { get; init; }

    /// <summary>
    /// Whether rows may lack it: NaN for all of its numbers, 0 for a category, tokens of which none is known. Not all inputs of a row may
    /// be missing.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MayBeMissing { get; init; }

    /// <summary>
    /// The further inputs whose steps its pairs of numbers name, from the first: 2 for one each, 1 for both; 0 where it has no pairs.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PairInputs { get; init; }

    /// <summary>
    /// What image the steps are the pixels of, row by row; null for other sequences. The model then has no input of lengths.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImageShape? Image { get; init; }

    /// <summary>What the file does with real numbers before the network reads them; null for nothing.</summary>
    public ModelScaling? Scaling { get; init; }

    /// <summary>The name of the model's input of lengths; null where there is none.</summary>
    [JsonIgnore]
    public string? LengthsName => Padding is null ? LengthsInput : null;

    /// <summary>The name for an input of lengths, where the input has steps of its own.</summary>
    internal string? LengthsInput => Kind.IsRow() || MatchesSteps || Image is not null ? null : Name is null ? ModelFormat.Lengths
        : $"{Name}_{ModelFormat.Lengths}";

    /// <summary>Describes a further column.</summary>
    internal static ModelInput OfSide(SequenceColumn column) =>
        Of(column) with
        {
            Name = column.InputName, MatchesSteps = column.MatchesSteps, IsScalar = column.IsScalar,
            Padding = column.Kind == SequenceKind.Tokens && !column.MatchesSteps ? 0 : null,
        };

    /// <summary>Describes the features of nodes: a vector per row, or the vectors of all nodes of a graph in one row.</summary>
    internal static ModelInput OfNodes(ModelRows rows, string column, int featureCount) =>
        new(rows == ModelRows.Graphs ? SequenceKind.Real : SequenceKind.Vector, column, featureCount, 0, 0, "Single",
            Name: ModelFormat.NodeFeatures);

    /// <summary>Describes a column.</summary>
    public static ModelInput Of(SequenceColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return new ModelInput(column.Kind, column.Name, column.FeatureCount, column.TokenCount,
            !column.Kind.IsReal() && !column.IsKey ? 1 : 0, column.Type.ItemType.RawType.Name, column.Steps, column.MaximumLength)
        {
            Padding = column.Kind == SequenceKind.Tokens ? 0 : null, AllowsMissing = column.AllowsMissing, Image = column.Image,
            MayBeMissing = column.MayBeMissing, PairInputs = column.PairInputs,
        };
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
            : Padding is not (null or 0) || (Padding is not null && Kind != SequenceKind.Tokens)
                ? $"has padding {Padding}, expected 0 for tokens, or none"
            : Image is { } image && (Kind != SequenceKind.Real || image.Problem is not null || image.Channels != FeatureCount
                || image.Pixels != FixedLength) ? $"has {image.Problem ?? $"images of {image}"}, which don't fit featureCount "
                    + $"{FeatureCount} and fixedLength {FixedLength}"
            : PairInputs is < 0 or > 2 || (PairInputs > 0 && (Kind != SequenceKind.Real || FeatureCount != 2))
                ? $"has pairInputs {PairInputs} and featureCount {FeatureCount}, expected 0 to 2, of pairs of numbers"
            : MaximumLength < 1 ? $"has longestSequence {MaximumLength}, expected at least 1"
            : null;
    }
}
