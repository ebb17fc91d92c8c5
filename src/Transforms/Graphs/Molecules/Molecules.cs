namespace MLSeqGraph.Transforms;

/// <summary>What SMILES leaves to be inferred: bond orders, hydrogens, rings, conjugation.</summary>
internal static class Molecules
{
    internal static Molecule Finish(Atom[] atoms, bool[] infers, List<(int First, int Second, BondOrder? Order)> written,
        Dictionary<string, int[]> valences)
    {
        var inRing = RingBonds(atoms.Length, written);
        // A bond that isn't written is aromatic where it joins aromatic atoms in a ring, otherwise single.
        Bond[] bonds = [.. written.Select((bond, i) => new Bond(bond.First, bond.Second,
            bond.Order ?? (atoms[bond.First].IsAromatic && atoms[bond.Second].IsAromatic && inRing[i] ? BondOrder.Aromatic
                : BondOrder.Single)) { IsInRing = inRing[i] })];
        var (used, aromatic, unsaturated) = (new int[atoms.Length], new bool[atoms.Length], new bool[atoms.Length]);
        foreach (var bond in bonds)
            foreach (var end in (int[])[bond.First, bond.Second])
            {
                atoms[end].Degree++;
                atoms[end].IsInRing |= bond.IsInRing;
                used[end] += bond.Order switch { BondOrder.Double => 2, BondOrder.Triple => 3, BondOrder.Quadruple => 4, _ => 1 };
                aromatic[end] |= bond.Order == BondOrder.Aromatic;
                unsaturated[end] |= bond.Order != BondOrder.Single;
            }
        foreach (var bond in bonds)
            bond.IsConjugated = bond.Order == BondOrder.Aromatic
                || (bond.Order == BondOrder.Single && unsaturated[bond.First] && unsaturated[bond.Second]);
        for (var i = 0; i < atoms.Length; i++)
            if (infers[i] && valences.TryGetValue(atoms[i].Element, out var known))
            {
                // An aromatic atom gives one more electron to the ring, if its valence has one left.
                var valence = Array.Find(known, valence => valence >= used[i]);
                var left = Math.Max(0, valence - used[i] - (atoms[i].IsAromatic ? 1 : 0));
                atoms[i] = atoms[i] with { Hydrogens = left };
            }
        return new(atoms, bonds);
    }

    // A bond is in a ring unless it is a bridge (Tarjan 1974), found without recursion.
    private static bool[] RingBonds(int atoms, List<(int First, int Second, BondOrder? Order)> bonds)
    {
        var neighbors = new List<(int Atom, int Bond)>[atoms];
        for (var i = 0; i < atoms; i++)
            neighbors[i] = [];
        for (var i = 0; i < bonds.Count; i++)
        {
            neighbors[bonds[i].First].Add((bonds[i].Second, i));
            neighbors[bonds[i].Second].Add((bonds[i].First, i));
        }
        var inRing = new bool[bonds.Count];
        Array.Fill(inRing, true);
        var (order, low, next) = (new int[atoms], new int[atoms], new int[atoms]);
        var time = 0;
        var path = new Stack<(int Atom, int Bond)>();
        for (var root = 0; root < atoms; root++)
        {
            if (order[root] > 0)
                continue;
            order[root] = low[root] = ++time;
            path.Push((root, -1));
            while (path.TryPeek(out var top))
            {
                if (next[top.Atom] < neighbors[top.Atom].Count)
                {
                    var (neighbor, bond) = neighbors[top.Atom][next[top.Atom]++];
                    if (bond == top.Bond)
                        continue;
                    if (order[neighbor] > 0)
                        low[top.Atom] = Math.Min(low[top.Atom], order[neighbor]);
                    else
                    {
                        order[neighbor] = low[neighbor] = ++time;
                        path.Push((neighbor, bond));
                    }
                    continue;
                }
                path.Pop();
                if (!path.TryPeek(out var parent))
                    continue;
                low[parent.Atom] = Math.Min(low[parent.Atom], low[top.Atom]);
                if (low[top.Atom] > order[parent.Atom])
                    inRing[top.Bond] = false;
            }
        }
        return inRing;
    }
}
