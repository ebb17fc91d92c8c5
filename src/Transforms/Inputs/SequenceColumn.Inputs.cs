using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

// Columns as further inputs of a network, and missing numbers.
public sealed partial class SequenceColumn
{
    /// <summary>Whether NaN stands for a missing number of a real-valued step, and isn't an error.</summary>
    internal bool AllowsMissing { get; private init; }

    /// <summary>This column with NaN for missing numbers, or without.</summary>
    internal SequenceColumn WithMissing(bool allowed = true) => new(this) { AllowsMissing = allowed };

    /// <summary>
    /// Whether rows may lack it: an empty vector, NaN for all numbers, a missing key, or tokens of which none is known. Such a row has one
    /// step, or all that the column's type says, of NaN or of the unknown token.
    /// </summary>
    internal bool MayBeMissing { get; private init; }

    /// <summary>This column where rows may lack it, or where they may not.</summary>
    internal SequenceColumn WithMissingRows(bool allowed = true) => new(this) { MayBeMissing = allowed };

    /// <summary>The further columns whose steps its pairs of numbers name, from the first; 0 where it isn't one of pairs.</summary>
    internal int PairInputs { get; private init; }

    /// <summary>This column as one of pairs.</summary>
    internal SequenceColumn WithPairs(int inputs) => new(this) { PairInputs = inputs };

    /// <summary>The vectors that tokens or categories start from; null for random ones.</summary>
    internal TokenStart? Start { get; private init; }

    /// <summary>This column with vectors to start from.</summary>
    /// <exception cref="ArgumentException">It has no tokens, or they don't fit the vectors.</exception>
    internal SequenceColumn StartingFrom(TokenVectors? vectors, DataViewSchema schema) => vectors is null ? this
        : Kind.IsReal() ? throw new ArgumentException($"Column '{Name}' is {Type}, which has no tokens that vectors are of; expected keys.")
        : new(this) { Start = vectors.TableOf(schema.Require(Name), TokenCount) };

    /// <summary>A further input of a model.</summary>
    /// <param name="schema">The schema of the data.</param>
    /// <param name="input">The input.</param>
    /// <param name="matchesSteps">Whether each row needs as many steps as the main column.</param>
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    internal static SequenceColumn Of(DataViewSchema schema, InputColumn input, bool matchesSteps) =>
        Plain(schema, input, matchesSteps).StartingFrom(input.StartVectors, schema).WithMissing(input switch
        {
            { AllowMissingValues: false } => false,
            { Kind: var kind, Shape: null, Placement: not InputPlacement.Times } when kind.IsReal() => true,
            _ => throw new ArgumentException($"Column '{input.ColumnName}': {nameof(input.AllowMissingValues)} is true; expected false for "
                + $"{(!input.Kind.IsReal() ? "keys, of which a missing one is unknown" : input.Shape is null ? "times" : "images")}."),
        });

    private static SequenceColumn Plain(DataViewSchema schema, InputColumn input, bool matchesSteps) => input.Kind.IsRow()
        ? Row(schema.Require(input.ColumnName), input.Kind, input.Name)
        : OfSteps(schema, input, matchesSteps);

    private static SequenceColumn OfSteps(DataViewSchema schema, InputColumn input, bool matchesSteps)
    {
        input.Shape?.Check(schema.Require(input.ColumnName));
        var column = FromSchema(schema, input.ColumnName, input.FeatureCount);
        return column.Kind == input.Kind ? new(column) { InputName = input.Name, MatchesSteps = matchesSteps, Image = input.Shape }
            : throw new ArgumentException($"Column '{input.ColumnName}' is {column.Type}: expected "
                + $"{(input.Kind == SequenceKind.Real ? "a series, a vector of Single" : "tokens, a vector of keys")}.");
    }

    /// <summary>A vector or category of the whole row, read as one step.</summary>
    private static SequenceColumn Row(DataViewSchema.Column column, SequenceKind kind, string inputName)
    {
        var isVector = kind == SequenceKind.Vector;
        var (item, size) = column.Type is VectorDataViewType vector ? (vector.ItemType, vector.Size)
            : ((PrimitiveDataViewType)column.Type, 1);
        if (isVector && (item is not NumberDataViewType || item.RawType != typeof(float) || size == 0))
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}: expected Single, or a vector of Single of known size; "
                + $"convert other numbers with ConvertType.");
        if (!isVector && column.Type is not KeyDataViewType)
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}: expected a key; map categories with MapValueToKey.");
        var tokens = isVector ? 0 : KeyCounts.Of(column.Name, column.Type, (KeyDataViewType)column.Type) + 1;
        return new(column, new VectorDataViewType(item, size), kind, isVector ? size : 0, tokens)
        {
            InputName = inputName,
            IsScalar = column.Type is not VectorDataViewType,
        };
    }

    private SequenceColumn BindRow(DataViewSchema schema)
    {
        var bound = Row(schema.Require(Name), Kind, InputName);
        if (bound.FeatureCount != FeatureCount)
            throw new ArgumentException($"Column '{Name}' has {bound.FeatureCount} numbers here, but {FeatureCount} before.");
        if (bound.TokenCount != TokenCount)
            throw new ArgumentException($"Column '{Name}' has {bound.TokenCount - 1} categories here, but {TokenCount - 1} before: map "
                + $"both with the same fitted MapValueToKey.");
        return bound.WithMissingRows(MayBeMissing).WithMissing(AllowsMissing);
    }
}
