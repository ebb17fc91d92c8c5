using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The classes of a column of labels and one of predictions. Their keys may number the classes differently, so classes are told by what
/// keys stand for.
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

    /// <summary>How many classes there are predictions for: those before it in <see cref="Names"/>.</summary>
    internal int KnownCount { get; }

    /// <exception cref="ArgumentException">A column is no vector of keys, or one alone has key values.</exception>
    internal static KeyClasses Of(DataViewSchema.Column labels, DataViewSchema.Column predictions)
    {
        var (ofLabels, ofPredictions) = (Read(labels), Read(predictions));
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
        return new KeyClasses(names, [.. LabelType.OrNumbers(ofLabels).Values.Select(Add)], ofPrediction, count);
    }

    /// <summary>The keys of one column, as classes that stand for themselves.</summary>
    internal static int Count(DataViewSchema.Column column) => Read(column).Count;

    private static ModelLabels Read(DataViewSchema.Column column) =>
        column.Type is VectorDataViewType { ItemType: KeyDataViewType }
            ? ModelLabels.Of(column)
            : throw new ArgumentException($"Column '{column.Name}' is {column.Type}: expected a vector of keys, one per step; "
                + "make keys with MapValueToKey.");
}
