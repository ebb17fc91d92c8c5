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

    private const string Advice = "map both with the same fitted MapValueToKey";

    /// <summary>A column's key values as text; null where it has no keys, or their values aren't known.</summary>
    internal static IReadOnlyList<string>? Values(DataViewSchema.Column? column) =>
        column?.Annotations.Schema.GetColumnOrNull(LabelType.KeyValues) is { Type: VectorDataViewType { Size: > 0 } values }
            ? LabelType.Find(values.ItemType)?.Read(column.Value)
            : null;
}
