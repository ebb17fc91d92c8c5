using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>A column of a data view read as the label of a sequence.</summary>
public sealed class SequenceLabel
{
    private SequenceLabel(DataViewSchema.Column column, SequenceLabelKind kind, int count)
    {
        Name = column.Name;
        Type = column.Type;
        Kind = kind;
        Count = count;
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>The column's type.</summary>
    public DataViewType Type { get; }

    /// <summary>A class, classes step by step, labels in their order or real numbers.</summary>
    public SequenceLabelKind Kind { get; }

    /// <summary>The number of classes, or of targets per sequence.</summary>
    public int Count { get; }

    /// <summary>Steps of the sequence that become one frame, where labels are found among frames; 1 by default.</summary>
    internal int Subsampling { get; private set; } = 1;

    /// <summary>Whether a row may lack its label; false by default, which makes that an error.</summary>
    internal bool MayBeMissing { get; private set; }

    /// <summary>How many of the targets, the last ones, are 0 or 1; 0 by default.</summary>
    internal int BinaryTargets { get; private init; }

    /// <summary>The most steps that a span has; null for any number.</summary>
    internal int? LongestSpan { get; init; }

    /// <summary>
    /// One class per sequence: a key, where key k is class k − 1, or a Boolean, where false is class 0 and true class 1.
    /// </summary>
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    public static SequenceLabel Class(DataViewSchema schema, string name)
    {
        var column = schema.Require(name);
        return column.Type switch
        {
            KeyDataViewType key => new SequenceLabel(column, SequenceLabelKind.Class, KeyCounts.Of(name, key, key)),
            BooleanDataViewType => new SequenceLabel(column, SequenceLabelKind.Class, 2),
            _ => throw WrongType(column, "a key; map labels with MapValueToKey, or for yes and no use a Boolean and BinaryClassification"),
        };
    }

    /// <summary>One class per step: a vector of keys, one per step of the sequence, where key k is class k − 1.</summary>
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    public static SequenceLabel StepClasses(DataViewSchema schema, string name)
    {
        var column = schema.Require(name);
        return column.Type is VectorDataViewType { ItemType: KeyDataViewType key }
            ? new SequenceLabel(column, SequenceLabelKind.StepClasses, KeyCounts.Of(name, column.Type, key))
            : throw WrongType(column, "a vector of keys, one a step or node; map labels with MapValueToKey");
    }

    /// <summary>
    /// Classes of a sequence, any number of them, where key k is class k − 1: a vector of keys, as of characters that are written or
    /// spoken.
    /// </summary>
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    public static SequenceLabel Labels(DataViewSchema schema, string name)
    {
        var column = schema.Require(name);
        return column.Type is VectorDataViewType { ItemType: KeyDataViewType key }
            ? new SequenceLabel(column, SequenceLabelKind.Labels, KeyCounts.Of(name, column.Type, key))
            : throw WrongType(column, "a vector of keys, the labels in their order; map them with MapValueToKey");
    }

    /// <summary>Real numbers: a Single or a vector of Single.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The column.</param>
    /// <param name="count">The number of targets, where the vector's type doesn't give it.</param>
    /// <exception cref="ArgumentException">The column is missing, of another type or of another <paramref name="count"/>.</exception>
    public static SequenceLabel Targets(DataViewSchema schema, string name, int? count = null)
    {
        var column = schema.Require(name);
        var item = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        if (item is not NumberDataViewType || item.RawType != typeof(float))
            throw WrongType(column, "a Single or a vector of Single; convert other numbers with ConvertType");
        int? ofType = column.Type is not VectorDataViewType { Size: var size } ? 1 : size > 0 ? size : null;
        if (count < 1 || (ofType is not null && count is not null && count != ofType))
            throw new ArgumentException($"Column '{name}' is {column.Type}, but {count} targets were given.");
        return new SequenceLabel(column, SequenceLabelKind.Targets, ofType ?? count
            ?? throw new ArgumentException($"Column '{name}' is {column.Type}: give the number of targets."));
    }

    /// <summary>
    /// Real numbers for each step, or node of a graph, those of one behind those of the one before: a vector of Single.
    /// </summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The column.</param>
    /// <param name="count">The number of targets of a step or node.</param>
    /// <param name="binary">How many of them, the last ones, are 0 or 1.</param>
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    internal static SequenceLabel StepTargets(DataViewSchema schema, string name, int count, int binary = 0)
    {
        var column = schema.Require(name);
        return column.Type is VectorDataViewType { ItemType: NumberDataViewType item } && item.RawType == typeof(float)
            ? new SequenceLabel(column, SequenceLabelKind.StepTargets, count) { BinaryTargets = binary }
            : throw WrongType(column, "a vector of Single, the targets of each step or node; convert other numbers with ConvertType");
    }

    /// <summary>
    /// The first and the last step of a part of the sequence, counted from 0: a vector of two Int32 or Int64, such as FindAnswers gives.
    /// </summary>
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    public static SequenceLabel Span(DataViewSchema schema, string name) => Span(schema, name, null);

    internal static SequenceLabel Span(DataViewSchema schema, string name, int? longest)
    {
        var column = schema.Require(name);
        return column.Type is VectorDataViewType { Size: 0 or 2, ItemType: NumberDataViewType { RawType: var item } }
            && (item == typeof(int) || item == typeof(long))
            ? new SequenceLabel(column, SequenceLabelKind.Span, 2) { LongestSpan = longest }
            : throw WrongType(column, SpanType);
    }

    internal const string SpanType = "a vector of two Int32 or Int64, the first and the last step, counted from 0, as FindAnswers gives";

    /// <summary>Whether a row has as many values as it says itself.</summary>
    internal bool HasOwnLength => Kind is SequenceLabelKind.Labels or SequenceLabelKind.Span;

    /// <summary>Whether it is numbers and not classes.</summary>
    internal bool IsNumbers => Kind is SequenceLabelKind.Targets or SequenceLabelKind.StepTargets;

    /// <summary>The same for a network that makes one frame of so many steps.</summary>
    internal SequenceLabel WithSubsampling(int steps)
    {
        var label = (SequenceLabel)MemberwiseClone();
        label.Subsampling = steps;
        return label;
    }

    /// <summary>The same where labels may be missing: classes are then −1, and numbers not finite.</summary>
    internal SequenceLabel WithMissing()
    {
        var label = (SequenceLabel)MemberwiseClone();
        label.MayBeMissing = true;
        return label;
    }

    /// <summary>This label in other data, such as the validation rows.</summary>
    /// <exception cref="ArgumentException">The column there is missing, of another type or with another count.</exception>
    internal SequenceLabel BindTo(DataViewSchema schema)
    {
        var bound = Kind switch
        {
            SequenceLabelKind.Class => Class(schema, Name),
            SequenceLabelKind.StepClasses => StepClasses(schema, Name),
            SequenceLabelKind.Labels => Labels(schema, Name),
            SequenceLabelKind.StepTargets => StepTargets(schema, Name, Count, BinaryTargets),
            SequenceLabelKind.Span => Span(schema, Name, LongestSpan),
            _ => Targets(schema, Name, schema.Require(Name).Type is VectorDataViewType { IsKnownSize: false } ? Count : null),
        };
        if (bound.Count != Count)
        {
            string what = IsNumbers ? "targets" : "classes";
            throw new ArgumentException($"Column '{Name}' has {bound.Count} {what} here, but {Count} before.");
        }

        (bound.Subsampling, bound.MayBeMissing) = (Subsampling, MayBeMissing);
        return bound;
    }

    private static ArgumentException WrongType(DataViewSchema.Column column, string expected) =>
        new($"Column '{column.Name}' is {column.Type}: expected {expected}.");
}
