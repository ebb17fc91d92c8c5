using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Checks that a column is what a model reads.</summary>
internal static class ScoringInput
{
    /// <summary>The column as a sequence.</summary>
    /// <exception cref="ArgumentException">
    /// It is missing or not what the model reads; the message says what was found and what was expected.
    /// </exception>
    public static SequenceColumn Bind(DataViewSchema schema, ModelInput input)
    {
        var column = schema.Require(input.Column);
        if (input.Name is { } name)
            return BindSide(schema, input, name);
        if (column.Type is not VectorDataViewType vector || !HasItems(vector.ItemType, input.Kind))
            throw Wrong(column.Name, column.Type.ToString()!, input);
        input.Image?.Check(column);
        bool isInteger = vector.ItemType is NumberDataViewType && input.Kind == SequenceKind.Tokens;
        var bound = SequenceColumn.FromSchema(schema, column.Name, input.Kind == SequenceKind.Real ? input.FeatureCount : null,
            isInteger ? input.Vocabulary - 1 : null);
        if (bound.TokenCount != input.Vocabulary)
        {
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}, a vocabulary of {bound.TokenCount - 1}, but the model "
                + $"was trained with one of {input.Vocabulary - 1}: map the tokens with the MapValueToKey that was fitted for the "
                + "training.");
        }

        return bound.WithMaximumLength(input.MaximumLength).WithMissing(input.AllowsMissing).WithImage(input.Image)
            .WithMissingRows(input.MayBeMissing).WithPairs(input.PairInputs);
    }

    private static SequenceColumn BindSide(DataViewSchema schema, ModelInput input, string name)
    {
        var side = (input.Kind switch
        {
            SequenceKind.Vector => InputColumn.Vector(input.Column),
            SequenceKind.Category => InputColumn.Category(input.Column),
            SequenceKind.Real when input.Image is { } image => InputColumn.Image(input.Column, image),
            SequenceKind.Real => InputColumn.Series(input.Column, input.FeatureCount),
            _ => InputColumn.Tokens(input.Column),
        }) with { Name = name };
        var bound = SequenceColumn.Of(schema, side, input.MatchesSteps);
        return (bound.FeatureCount, bound.TokenCount) == (input.FeatureCount, input.Vocabulary)
            ? bound.WithMissingRows(input.MayBeMissing).WithMissing(input.AllowsMissing) : throw new ArgumentException(
            $"Column '{bound.Name}' is {bound.Type}, but the model reads {Describe(input)} there"
            + (input.Kind.IsReal() ? "." : ": map it with the MapValueToKey that was fitted for the training."));
    }

    /// <summary>Checks as much of a column as is known before there is data.</summary>
    /// <exception cref="ArgumentException">It is missing or not what the model reads.</exception>
    public static void Check(SchemaShape shape, ModelInput input)
    {
        var column = shape.Require(input.Column);
        bool fits = (column.Kind != SchemaShape.Column.VectorKind.Scalar || input.Kind.IsRow())
            && (input.Kind.IsReal() ? column.ItemType.RawType == typeof(float) && !column.IsKey
                : column.IsKey || column.ItemType.RawType == typeof(int) || column.ItemType.RawType == typeof(long));
        if (!fits)
            throw Wrong(column.Name, $"{column.Kind} of {(column.IsKey ? "keys of " : "")}{column.ItemType}", input);
    }

    /// <summary>Checks that another column has what the model reads.</summary>
    /// <exception cref="ArgumentException">It has not.</exception>
    public static void CheckSame(ModelInput ofModel, ModelInput other)
    {
        if ((other.Kind, other.FeatureCount, other.Vocabulary) != (ofModel.Kind, ofModel.FeatureCount, ofModel.Vocabulary))
            throw Wrong(other.Column, $"a sequence of {Describe(other)}", ofModel);
    }

    /// <summary>Describes a step, for errors and logs.</summary>
    public static string Describe(ModelInput input) =>
        input.Kind switch
        {
            SequenceKind.Real => $"{input.FeatureCount} features per step",
            SequenceKind.Vector => $"a vector of {input.FeatureCount} numbers",
            SequenceKind.Category => $"one of {input.Vocabulary - 1} categories",
            _ => $"tokens of a vocabulary of {input.Vocabulary - 1}",
        };

    private static bool HasItems(PrimitiveDataViewType item, SequenceKind kind) =>
        kind == SequenceKind.Real
            ? item is NumberDataViewType && item.RawType == typeof(float)
            : item is KeyDataViewType || (item is NumberDataViewType && (item.RawType == typeof(int) || item.RawType == typeof(long)));

    private static ArgumentException Wrong(string name, string type, ModelInput input) =>
        new($"Column '{name}' is {type}, but the model reads {Describe(input)}: expected a vector of "
            + (input.Kind == SequenceKind.Real ? "Single." : "keys, Int32 or Int64."));
}
