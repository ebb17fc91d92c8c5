using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The classes of a column of labels and one of predictions. Their keys may number the classes differently, so classes are compared by
/// key values.
/// </summary>
internal sealed class KeyClasses
{
    private KeyClasses(IReadOnlyList<string> names, int[] ofLabel, int[] ofPrediction, int knownCount) =>
        (Names, OfLabel, OfPrediction, KnownCount) = (names, ofLabel, ofPrediction, knownCount);

    /// <summary>Names of the classes of both columns: those of predictions first, in the order of their keys.</summary>
    internal IReadOnlyList<string> Names { get; }

    /// <summary>The class of each key of the labels' column, less 1.</summary>
    internal int[] OfLabel { get; }

    /// <summary>The class of each key of the predictions' column, less 1.</summary>
    internal int[] OfPrediction { get; }

    /// <summary>The number of classes that can be predicted, which are the first of <see cref="Names"/>.</summary>
    internal int KnownCount { get; }

    /// <summary>The names of the class of missing labels and of that of labels that no key stands for.</summary>
    internal const string Missing = "(missing)", Unknown = "(unknown)";

    /// <summary>The name of one class for both, where the column that the keys were made from isn't there to tell them apart.</summary>
    internal const string MissingOrUnknown = "(missing or unknown)";

    /// <param name="labels">The labels.</param>
    /// <param name="predictions">The predictions.</param>
    /// <param name="isPerStep">Whether they are vectors of keys.</param>
    /// <param name="withoutKey">Names of the classes of labels without a key, which come last.</param>
    /// <exception cref="ArgumentException">A column is not a vector of keys, or not a key, or only one of them has key values.</exception>
    internal static KeyClasses Of(DataViewSchema.Column labels, DataViewSchema.Column predictions, bool isPerStep = true,
        params ReadOnlySpan<string> withoutKey)
    {
        var (ofLabels, ofPredictions) = (Read(labels, isPerStep), Read(predictions, isPerStep));
        if (ofLabels.Values is null != ofPredictions.Values is null)
        {
            string without = ofLabels.Values is null ? labels.Name : predictions.Name;
            string with = ofLabels.Values is null ? predictions.Name : labels.Name;
            throw new ArgumentException($"Column '{without}' has no key values, but column '{with}' has: "
                + "expected key values in both, to compare classes by name, or in none.");
        }

        var names = new List<string>();
        var known = new Dictionary<string, int>();
        int Add(string name)
        {
            if (known.TryAdd(name, names.Count))
                names.Add(name);
            return known[name];
        }

        int[] ofPrediction = [.. LabelType.OrNumbers(ofPredictions).Values.Select(Add)];
        int count = names.Count;
        int[] ofLabel = [.. LabelType.OrNumbers(ofLabels).Values.Select(Add)];
        names.AddRange(withoutKey);
        return new KeyClasses(names, ofLabel, ofPrediction, count);
    }

    /// <summary>The number of keys of a column.</summary>
    internal static int Count(DataViewSchema.Column column) => Read(column, isPerStep: true).Count;

    private static ModelLabels Read(DataViewSchema.Column column, bool isPerStep) =>
        (isPerStep ? column.Type is VectorDataViewType { ItemType: KeyDataViewType } : column.Type is KeyDataViewType)
            ? ModelLabels.Of(column)
            : throw new ArgumentException($"Column '{column.Name}' is {column.Type}: expected a "
                + $"{(isPerStep ? "vector of keys, one per step" : "key")}; make keys with MapValueToKey.");
}
