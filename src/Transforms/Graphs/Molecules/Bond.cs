namespace MLSeqGraph.Transforms;

/// <summary>A bond between two atoms.</summary>
/// <param name="First">Number of one atom, from 0.</param>
/// <param name="Second">Number of the other.</param>
/// <param name="Order">Its order.</param>
public sealed record Bond(int First, int Second, BondOrder Order)
{
    /// <summary>Whether it is part of a ring: its atoms would be connected without it.</summary>
    public bool IsInRing { get; internal init; }

    /// <summary>Whether it is aromatic, or single between two atoms that each have a double, triple or aromatic bond.</summary>
    public bool IsConjugated { get; internal init; }
}
