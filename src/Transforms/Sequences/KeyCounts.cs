using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The number of values of a key type, checked to be a possible size of arrays.</summary>
internal static class KeyCounts
{
    /// <exception cref="ArgumentException">The count is only the limit of the type, as for keys loaded without a count.</exception>
    public static int Of(string column, DataViewType columnType, KeyDataViewType key) =>
        key.Count < int.MaxValue
            ? (int)key.Count
            : throw new ArgumentException($"Column '{column}' is {columnType}, keys whose number of values is not known: "
                + "give the count where they are loaded, or make them with MapValueToKey.");
}
