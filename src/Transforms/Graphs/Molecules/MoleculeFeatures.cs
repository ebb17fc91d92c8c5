namespace MLSeqGraph.Transforms;

/// <summary>Atoms and bonds as numbers.</summary>
public static class MoleculeFeatures
{
    private const int MostDegree = 5, MostHydrogens = 4;
    private static readonly string[] Elements = ["B", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Se", "Br", "I"];

    /// <summary>
    /// Features per atom: one-hot element (B C N O F Si P S Cl Se Br I, other), degree 0 to 5 or more, hydrogens 0 to 4 or more, formal
    /// charge, aromatic, in a ring, chiral.
    /// </summary>
    public const int AtomCount = 13 + 6 + 5 + 4;

    /// <summary>Features per bond: one-hot order (single, double, triple or more, aromatic), in a ring, conjugated.</summary>
    public const int BondCount = 6;

    internal static void Write(Atom atom, Span<float> features)
    {
        features.Clear();
        var element = Array.IndexOf(Elements, atom.Element);
        features[element < 0 ? Elements.Length : element] = 1;
        features = features[(Elements.Length + 1)..];
        features[Math.Min(atom.Degree, MostDegree)] = 1;
        features = features[(MostDegree + 1)..];
        features[Math.Min(atom.Hydrogens, MostHydrogens)] = 1;
        features = features[(MostHydrogens + 1)..];
        (features[0], features[1], features[2], features[3]) =
            (atom.Charge, atom.IsAromatic ? 1 : 0, atom.IsInRing ? 1 : 0, atom.Chirality > 0 ? 1 : 0);
    }

    internal static void Write(Bond bond, Span<float> features)
    {
        features.Clear();
        features[bond.Order switch { BondOrder.Single => 0, BondOrder.Double => 1, BondOrder.Aromatic => 3, _ => 2 }] = 1;
        (features[4], features[5]) = (bond.IsInRing ? 1 : 0, bond.IsConjugated ? 1 : 0);
    }
}
