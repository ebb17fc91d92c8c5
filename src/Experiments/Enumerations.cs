namespace MLSeqGraph.Experiments;

/// <summary>What .NET has from version 9 on.</summary>
internal static class Enumerations
{
    /// <summary>Elements with their places.</summary>
    internal static IEnumerable<(int Index, T Item)> Indexed<T>(this IEnumerable<T> elements) => elements.Select((item, i) => (i, item));
}
