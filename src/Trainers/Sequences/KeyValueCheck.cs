using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Keys of two views mean the same only if their key values are the same. Views mapped by two fitted MapValueToKey can have equal types
/// but different keys, which no later check would notice.
/// </summary>
internal static class KeyValueCheck
{
    /// <summary>Checks columns of keys; other or missing columns are skipped.</summary>
    /// <exception cref="ArgumentException">A column has other key values in the validation data.</exception>
    internal static void Same(DataViewSchema training, DataViewSchema validation, params string[] columns)
    {
        foreach (var name in columns)
        {
            if (Values(training.GetColumnOrNull(name)) is not { } expected || Values(validation.GetColumnOrNull(name)) is not { } found
                || expected.SequenceEqual(found))
                continue;
            var key = expected.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
            throw new ArgumentException(expected.Count != found.Count
                ? $"Column '{name}' has {found.Count} key values in the validation data, but {expected.Count} in the training data: "
                    + $"{Advice}."
                : $"Column '{name}' has other key values in the validation data: key {key + 1} is '{found[key]}' there, but "
                    + $"'{expected[key]}' in the training data: {Advice}.");
        }
    }

    /// <summary>Checks that columns of keys mean the same tokens, where one shares the vectors of the other.</summary>
    /// <exception cref="ArgumentException">A column holds something else than tokens, or other ones.</exception>
    internal static void OneVocabulary(DataViewSchema schema, SequenceColumn column, SequenceColumn other)
    {
        if (column.Kind != SequenceKind.Tokens || other.Kind != SequenceKind.Tokens)
            throw new ArgumentException($"Column '{column.Name}' is {column.Type} and column '{other.Name}' {other.Type}; expected "
                + $"vectors of keys in both, since the first shares the vectors of the second.");
        var (own, others) = (Values(schema[column.Name]), Values(schema[other.Name]));
        if (column.TokenCount != other.TokenCount || (own is not null && others is not null && !own.SequenceEqual(others)))
            throw new ArgumentException($"Column '{column.Name}' has another vocabulary than column '{other.Name}' "
                + $"({column.TokenCount - 1} tokens and {other.TokenCount - 1}); expected one, as where TokenizeText makes both "
                + "columns.");
    }

    private const string Advice = "map both with the same fitted MapValueToKey";

    /// <summary>A column's key values as text; null where it has no keys, or their values aren't known.</summary>
    internal static IReadOnlyList<string>? Values(DataViewSchema.Column? column) =>
        column?.Annotations.Schema.GetColumnOrNull(LabelType.KeyValues) is { Type: VectorDataViewType { Size: > 0 } values }
            ? LabelType.Find(values.ItemType)?.Read(column.Value)
            : null;
}
