namespace MLSeqGraph.Trainers;

/// <summary>The ids of the tokens that a network writes: those of a column, and two more.</summary>
/// <param name="OfColumn">Ids of the column are 0 (unknown) to below this.</param>
internal sealed record TokenIds(int OfColumn)
{
    /// <summary>What a sequence starts with.</summary>
    internal int Start => OfColumn;

    /// <summary>What a sequence ends with.</summary>
    internal int End => OfColumn + 1;

    /// <summary>What is never written: the unknown token and the start.</summary>
    internal IReadOnlyList<long> Suppressed => [0, Start];

    /// <summary>All ids are from 0 to below this.</summary>
    internal int Count => OfColumn + 2;
}
