namespace MLSeqGraph.Transforms;

/// <summary>What SMILES leaves to be inferred: orders of bonds, and hydrogens.</summary>
internal static class SmilesInference
{
    /// <param name="atoms">The atoms, and whether their hydrogens are to be inferred.</param>
    /// <param name="bonds">The bonds; their order is null where it isn't written.</param>
    internal static Molecule Molecule(
        IReadOnlyList<(Atom Atom, bool Infers)> atoms, IReadOnlyList<(int First, int Second, BondOrder? Order)> bonds)
    {
        var areInRings = Rings.Of(atoms.Count, [.. bonds.Select(bond => (bond.First, bond.Second))]);
        // A bond that isn't written is aromatic where it joins aromatic atoms in a ring, otherwise single.
        Bond[] whole = [.. bonds.Select((bond, i) => new Bond(bond.First, bond.Second, bond.Order
            ?? (atoms[bond.First].Atom.IsAromatic && atoms[bond.Second].Atom.IsAromatic && areInRings[i] ? BondOrder.Aromatic
                : BondOrder.Single)))];
        var used = new int[atoms.Count];
        foreach (var bond in whole)
        {
            used[bond.First] += bond.Order.Pairs();
            used[bond.Second] += bond.Order.Pairs();
        }
        // An aromatic atom gives one more electron to the ring, if its valence has one left.
        return new([.. atoms.Select((atom, i) =>
            atom.Infers && Transforms.Molecule.InferredHydrogens(atom.Atom.Element, used[i]) is { } left
                ? atom.Atom with { Hydrogens = Math.Max(0, left - (atom.Atom.IsAromatic ? 1 : 0)) } : atom.Atom)], whole, areInRings);
    }
}
