using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A column of a data view read as a sequence. <see cref="SequenceKind.Tokens"/> are vectors of keys, where key k becomes id k
/// and a missing key (0) id 0, or vectors of <see cref="int"/> or <see cref="long"/>, where v becomes id v + 1 and a value below 0 or
/// outside the vocabulary id 0. Id 0 thus always means "unknown". <see cref="SequenceKind.Real"/> are vectors of <see cref="float"/>
/// of steps × <see cref="FeatureCount"/> values, the features of the first step first.
/// </summary>
public sealed partial class SequenceColumn
{
    // A stray value must not ask for gigabytes of embeddings.
    private const long LargestLearned = 1 << 24;

    private SequenceColumn(SequenceColumn other)
    {
        (Name, Type, Kind, FeatureCount, TokenCount) = (other.Name, other.Type, other.Kind, other.FeatureCount, other.TokenCount);
        (MaximumLength, InputName, MatchesSteps, AllowsMissing) =
            (other.MaximumLength, other.InputName, other.MatchesSteps, other.AllowsMissing);
        (Image, MayBeMissing, IsScalar, Start) = (other.Image, other.MayBeMissing, other.IsScalar, other.Start);
        PairInputs = other.PairInputs;
    }

    private SequenceColumn(DataViewSchema.Column column, VectorDataViewType type, SequenceKind kind, int featureCount, int tokenCount)
    {
        Name = column.Name;
        Type = type;
        Kind = kind;
        FeatureCount = featureCount;
        TokenCount = tokenCount;
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>The column's type.</summary>
    public VectorDataViewType Type { get; }

    /// <summary>What the steps are: tokens or vectors of features.</summary>
    public SequenceKind Kind { get; }

    /// <summary>Features per step, 0 for tokens.</summary>
    public int FeatureCount { get; }

    /// <summary>Token ids are 0 (unknown) to <see cref="TokenCount"/> − 1; 0 for real-valued sequences.</summary>
    public int TokenCount { get; }

    /// <summary>The number of steps where the type fixes it.</summary>
    public int? Steps => !Type.IsKnownSize ? null : Kind.IsReal() ? Type.Size / FeatureCount : Type.Size;

    /// <summary>The longest sequence that the network reads, in steps; null for any. A longer one is an error.</summary>
    public int? MaximumLength { get; private init; }

    /// <summary>What image the steps are the pixels of; null for other sequences.</summary>
    internal ImageShape? Image { get; private init; }

    /// <summary>The name of the model's input that is fed from the column.</summary>
    internal string InputName { get => field ?? (Kind.IsReal() ? ModelFormat.Features : ModelFormat.Tokens); private init; }

    /// <summary>Whether each row has as many steps as the main column.</summary>
    internal bool MatchesSteps { get; private init; }

    /// <summary>Whether the column is a scalar; its <see cref="Type"/> here is a vector of one element.</summary>
    internal bool IsScalar { get; private init; }

    internal bool IsKey => Type.ItemType is KeyDataViewType;

    /// <summary>Describes a column as a sequence, from the schema alone.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The column.</param>
    /// <param name="featureCount">
    /// Features per step for a vector of <see cref="float"/>; null for the last of the type's dimensions [steps, features] if it has
    /// two, otherwise 1, unless slots are named like different features, which is an error.
    /// </param>
    /// <param name="vocabularySize">For a vector of <see cref="int"/> or <see cref="long"/>: values 0 to this − 1 are known.</param>
    /// <exception cref="ArgumentException">The column is missing or can't be a sequence, or an option doesn't fit it.</exception>
    public static SequenceColumn FromSchema(DataViewSchema schema, string name, int? featureCount = null, int? vocabularySize = null)
    {
        var column = schema.Require(name);
        var type = column.Type as VectorDataViewType ?? throw WrongType(column);
        if (type.ItemType.RawType == typeof(float) && type.ItemType is NumberDataViewType)
        {
            if (vocabularySize is not null)
                throw new ArgumentException($"Column '{name}' is {type}: a vocabulary size is for vectors of Int32 or Int64.");
            return new SequenceColumn(column, type, SequenceKind.Real, FeaturesOf(column, type, featureCount), 0);
        }

        if (!IsTokenType(type.ItemType))
            throw WrongType(column);
        if (featureCount is not null)
            throw new ArgumentException($"Column '{name}' is {type}, a sequence of tokens: expected no FeatureCount, found {featureCount}; "
                + "it is for series, which are vectors of Single.");
        return new SequenceColumn(column, type, SequenceKind.Tokens, 0, TokensOf(column, type, vocabularySize));
    }

    /// <summary>
    /// Like <see cref="FromSchema"/>; where a vector of <see cref="int"/> or <see cref="long"/> has no
    /// <paramref name="vocabularySize"/> given, reads the column once: the vocabulary is its largest value + 1.
    /// </summary>
    /// <param name="data">The data.</param>
    /// <param name="name">The column.</param>
    /// <param name="featureCount">As for <see cref="FromSchema"/>.</param>
    /// <param name="vocabularySize">As for <see cref="FromSchema"/>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ArgumentException">As for <see cref="FromSchema"/>.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or no value of the column can be a token.</exception>
    public static SequenceColumn FromData(IDataView data, string name, int? featureCount = null, int? vocabularySize = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (vocabularySize is null && data.Schema.Require(name) is { Type: VectorDataViewType type } column && IsInteger(type.ItemType))
        {
            long largest = type.ItemType.RawType == typeof(int)
                ? Largest<int>(data, column, cancellationToken)
                : Largest<long>(data, column, cancellationToken);
            if (largest < 0)
                throw new InvalidDataException($"Column '{name}' has no value of at least 0: there is no vocabulary to learn.");
            if (largest >= LargestLearned)
            {
                throw new InvalidDataException($"Column '{name}' has the value {largest}: expected values below {LargestLearned}, "
                    + "as the vocabulary is learned from them; give its size, or map the values with MapValueToKey.");
            }

            vocabularySize = (int)largest + 1;
        }

        return FromSchema(data.Schema, name, featureCount, vocabularySize);
    }

    /// <summary>This column with a limit on the length of its sequences.</summary>
    internal SequenceColumn WithMaximumLength(int? steps) => new(this) { MaximumLength = steps };

    /// <summary>This column as a model's input of another name.</summary>
    internal SequenceColumn WithInputName(string name) => new(this) { InputName = name };

    /// <summary>This column as one of images, whose pixels are the steps; null for no images.</summary>
    internal SequenceColumn WithImage(ImageShape? image) => new(this) { Image = image };

    /// <summary>This column in other data, such as the validation rows or those to score.</summary>
    /// <exception cref="ArgumentException">The column there is missing or of another kind, feature count or vocabulary.</exception>
    internal SequenceColumn BindTo(DataViewSchema schema)
    {
        if (Kind.IsRow())
            return BindRow(schema);
        Image?.Check(schema.Require(Name));
        bool sizedHere = schema.Require(Name).Type is VectorDataViewType { ItemType: var item } && IsInteger(item);
        var bound = FromSchema(schema, Name, Kind == SequenceKind.Real ? FeatureCount : null,
            Kind == SequenceKind.Tokens && sizedHere ? TokenCount - 1 : null);
        if (bound.Kind != Kind)
            throw new ArgumentException($"Column '{Name}' is {bound.Type} here, but was {Type} before.");
        if (bound.TokenCount != TokenCount)
        {
            throw new ArgumentException($"Column '{Name}' has a vocabulary of {bound.TokenCount - 1} here, but of {TokenCount - 1} before: "
                + "map both with the same fitted MapValueToKey.");
        }

        return new(bound)
        {
            MaximumLength = MaximumLength, InputName = InputName, MatchesSteps = MatchesSteps, AllowsMissing = AllowsMissing,
            Image = Image, MayBeMissing = MayBeMissing, PairInputs = PairInputs,
        };
    }

    private static bool IsTokenType(PrimitiveDataViewType item) => item is KeyDataViewType || IsInteger(item);

    private static bool IsInteger(PrimitiveDataViewType item) =>
        item is NumberDataViewType && (item.RawType == typeof(int) || item.RawType == typeof(long));

    private static int FeaturesOf(DataViewSchema.Column column, VectorDataViewType type, int? given)
    {
        var isImage = type.Dimensions.Length == 3 && given is not null; // [height, width, channels]
        if (type.Dimensions.Length > 2 && !isImage)
            throw new ArgumentException($"Column '{column.Name}' is {type}: expected dimensions [steps, features] or a plain vector.");
        if (given < 1)
            throw new ArgumentException($"Column '{column.Name}': a step has at least 1 feature, not {given}.");
        int ofType = type.Dimensions.Length > 1 ? type.Dimensions[^1] : 0;
        if (ofType > 0 && given is not null && given != ofType)
            throw new ArgumentException($"Column '{column.Name}' is {type}, with {ofType} features per step; expected {given}, the "
                + "FeatureCount that was asked for or that the model was trained with.");
        if (ofType == 0 && given is null && FeatureNames(column, type) is { } names)
            throw new ArgumentException($"Column '{column.Name}' is {type} and its values are named '{names.First}', '{names.Other}' and "
                + $"so on, as different features are: without FeatureCount it would be read as {type.Size} steps of one number. Set "
                + "FeatureCount, to 1 if they are steps; numbers that are no steps are given beside a sequence, by InputColumn.Vector.");
        int count = ofType > 0 ? ofType : given ?? 1;
        if (type.IsKnownSize && type.Size % count != 0)
            throw new ArgumentException($"Column '{column.Name}' is {type}: its size is not a multiple of {count} features per step "
                + "(FeatureCount).");
        return count;
    }

    // Two names that differ by more than digits, as columns that were joined have them; steps are numbered, or have no names.
    private static (string First, string Other)? FeatureNames(DataViewSchema.Column column, VectorDataViewType type)
    {
        if (type.Size < 2 || !column.HasSlotNames())
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        string[] texts = [.. names.DenseValues().Select(name => name.ToString())];
        static string Stem(string name) => string.Concat(name.Where(letter => !char.IsDigit(letter)));
        return Array.TrueForAll(texts, text => text.Length > 0) && Array.Find(texts, text => Stem(text) != Stem(texts[0])) is { } other
            ? (texts[0], other) : null;
    }

    private static int TokensOf(DataViewSchema.Column column, VectorDataViewType type, int? vocabularySize)
    {
        if (type.ItemType is KeyDataViewType key)
        {
            if (vocabularySize is not null)
                throw new ArgumentException($"Column '{column.Name}' is {type}: keys have their vocabulary in the type.");
            return KeyCounts.Of(column.Name, type, key) + 1;
        }

        if (vocabularySize is null)
            throw new ArgumentException($"Column '{column.Name}' is {type}: give the size of its vocabulary, or learn it from the data.");
        if (vocabularySize is < 1 or int.MaxValue)
            throw new ArgumentException($"Column '{column.Name}': a vocabulary has 1 to {int.MaxValue - 1} entries, not {vocabularySize}.");
        return vocabularySize.Value + 1;
    }
}
