using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace MLSeqGraph.Transforms;

/// <summary>Checks columns before there is data, with the same errors as <see cref="SequenceColumn"/> and the like give for data.</summary>
internal static class SequenceShapes
{
    /// <summary>The column of sequences.</summary>
    /// <exception cref="ArgumentException">It is missing or of another type.</exception>
    public static SchemaShape.Column RequireSequence(this SchemaShape shape, string name,
        [CallerArgumentExpression(nameof(name))] string asked = "")
    {
        var column = shape.Require(name, asked);
        var item = column.ItemType.RawType;
        return column.Kind != VectorKind.Scalar && (column.IsKey || item == typeof(float) || item == typeof(int) || item == typeof(long))
            ? column
            : throw WrongType(column, "a vector of keys, Int32, Int64 or Single" + (column.ItemType is not TextDataViewType ? ""
                : column.Kind == VectorKind.Scalar ? "; make keys of it with TokenizeText"
                : "; map words with MapValueToKey"));
    }

    /// <summary>A further input.</summary>
    /// <exception cref="ArgumentException">It is missing or of another type.</exception>
    private static SchemaShape.Column RequireInput(this SchemaShape shape, InputColumn input)
    {
        var column = shape.Require(input.ColumnName);
        bool isScalar = column.Kind == VectorKind.Scalar;
        bool isSingle = column.ItemType.RawType == typeof(float) && !column.IsKey;
        var (fits, expected) = input.Kind switch
        {
            SequenceKind.Vector => (isSingle && column.Kind != VectorKind.VariableVector,
                "Single, or a vector of Single of known size; convert other numbers with ConvertType"),
            SequenceKind.Category => (isScalar && column.IsKey, "a key; map categories with MapValueToKey"),
            SequenceKind.Real => (!isScalar && isSingle, "a series, a vector of Single"),
            _ => (!isScalar && column.IsKey, "tokens, a vector of keys"),
        };
        return fits ? column : throw WrongType(column, expected);
    }

    /// <summary>What there is beside the main column and the label.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public static void RequireFurther(this SchemaShape shape, IReadOnlyList<InputColumn> inputs, string? weight,
        [CallerArgumentExpression(nameof(weight))] string asked = "")
    {
        foreach (var input in inputs)
            shape.RequireInput(input);
        if (weight is not null)
            shape.RequireWeight(weight, asked);
    }

    /// <summary>The label of a sequence.</summary>
    /// <exception cref="ArgumentException">It is missing or of another type.</exception>
    public static SchemaShape.Column RequireLabel(this SchemaShape shape, string name, SequenceLabelKind kind,
        [CallerArgumentExpression(nameof(name))] string asked = "")
    {
        var column = shape.Require(name, asked);
        bool isScalar = column.Kind == VectorKind.Scalar;
        var (fits, expected) = kind switch
        {
            SequenceLabelKind.Class =>
                (isScalar && (column.IsKey || column.ItemType is BooleanDataViewType),
                "a key; map labels with MapValueToKey, or for yes and no use a Boolean and BinaryClassification"),
            SequenceLabelKind.Labels => (!isScalar && column.IsKey,
                "a vector of keys, the labels in their order; map them with MapValueToKey"),
            SequenceLabelKind.StepClasses => (!isScalar && column.IsKey,
                "a vector of keys, one a step or node; map labels with MapValueToKey"),
            SequenceLabelKind.Span => (!isScalar && !column.IsKey && (column.ItemType.RawType == typeof(int)
                || column.ItemType.RawType == typeof(long)), SequenceLabel.SpanType),
            SequenceLabelKind.StepTargets => (!isScalar && column.ItemType.RawType == typeof(float),
                "a vector of Single, the targets of each step or node"),
            _ => (column.ItemType.RawType == typeof(float), "a Single or a vector of Single"),
        };
        return fits ? column : throw WrongType(column, expected);
    }

    /// <summary>The weight of a row.</summary>
    /// <exception cref="ArgumentException">It is missing or of another type.</exception>
    public static SchemaShape.Column RequireWeight(this SchemaShape shape, string name,
        [CallerArgumentExpression(nameof(name))] string asked = "")
    {
        var column = shape.Require(name, asked);
        return column.Kind == VectorKind.Scalar && column.ItemType.RawType == typeof(float)
            ? column
            : throw WrongType(column, "a Single, the row's weight");
    }

    private static ArgumentException WrongType(SchemaShape.Column column, string expected) =>
        new($"Column '{column.Name}' is {column.Describe()}: expected {expected}.");
}
