namespace MLSeqGraph.Transforms;

/// <summary>
/// Whether atoms have as many bonds as they can: sums of bond orders and hydrogens against the usual valences, and an arrangement of double
/// bonds for aromatic rings (a perfect matching of the atoms that give an electron to the ring).
/// </summary>
internal static class ValenceRules
{
    /// <summary>Valences of the elements that SMILES may have without brackets, from which it infers hydrogens.</summary>
    internal static readonly Dictionary<string, int[]> Inferred = new()
    {
        ["B"] = [3], ["C"] = [4], ["N"] = [3, 5], ["O"] = [2], ["P"] = [3, 5], ["S"] = [2, 4, 6], ["F"] = [1], ["Cl"] = [1], ["Br"] = [1],
        ["I"] = [1],
    };

    // Of atoms without charge.
    private static readonly Dictionary<string, int> Largest = new()
    {
        ["H"] = 1, ["B"] = 3, ["C"] = 4, ["N"] = 5, ["O"] = 2, ["F"] = 1, ["Si"] = 6, ["P"] = 5, ["S"] = 6, ["Cl"] = 1, ["Se"] = 6,
        ["Br"] = 1, ["I"] = 1,
    };

    private static readonly Dictionary<(string, int), int> OfCharged = new()
    {
        [("H", 1)] = 0, [("H", -1)] = 0, [("B", -1)] = 4, [("C", 1)] = 3, [("C", -1)] = 3, [("N", 1)] = 4, [("N", -1)] = 2,
        [("O", 1)] = 3, [("O", -1)] = 1, [("O", -2)] = 0, [("F", -1)] = 0, [("P", 1)] = 4, [("P", -1)] = 6, [("S", 1)] = 5,
        [("S", -1)] = 1, [("S", -2)] = 0, [("Cl", -1)] = 0, [("Br", -1)] = 0, [("I", -1)] = 0, [("Se", 1)] = 5,
        [("Cl", 1)] = 2, [("Cl", 2)] = 3, [("Cl", 3)] = 4, [("Br", 1)] = 2, [("I", 1)] = 2,
    };

    // Halogens with oxygen around them, as in perchlorates and iodates.
    private static readonly HashSet<string> Hypervalent = ["Cl", "Br", "I"];

    /// <summary>What is wrong with a molecule: an atom, what was found and what was expected; null for nothing.</summary>
    internal static string? Problem(Molecule molecule)
    {
        var sums = Sums(molecule);
        for (var i = 0; i < sums.Length; i++)
        {
            var atom = molecule.Atoms[i];
            if (MostOf(molecule, i) is { } most && sums[i] + atom.Hydrogens > most)
                return $"atom {i + 1}, {Name(atom)}, has {sums[i] + atom.Hydrogens} bonds, hydrogens among them; expected at most {most}";
            if (atom.IsAromatic && !atom.IsInRing)
                return $"atom {i + 1}, {Name(atom)}, is written as aromatic and is in no ring; expected one in a ring";
        }
        foreach (var bond in molecule.Bonds)
            if (bond.Order == BondOrder.Aromatic && !(molecule.Atoms[bond.First].IsAromatic && molecule.Atoms[bond.Second].IsAromatic))
                return $"the bond of atoms {bond.First + 1} and {bond.Second + 1} is aromatic; expected aromatic atoms at both ends";
        return AromaticPairs.Of(molecule, Gives(molecule, sums), out var left) is null
            ? $"atom {left + 1}, {Name(molecule.Atoms[left])}, is aromatic but has no neighbor for a double bond; expected rings whose "
                + "double bonds can be placed"
            : null;
    }

    /// <summary>The molecule with single and double bonds in place of aromatic ones (Kekulé's form).</summary>
    /// <exception cref="FormatException">It breaks the rules.</exception>
    internal static Molecule Kekulized(Molecule molecule)
    {
        molecule.CheckValences();
        var partner = AromaticPairs.Of(molecule, Gives(molecule, Sums(molecule)), out _)!;
        return new([.. molecule.Atoms.Select(atom => atom with { IsAromatic = false })], [.. molecule.Bonds.Select(bond =>
            bond.Order != BondOrder.Aromatic ? bond
                : bond with { Order = partner[bond.First] == bond.Second ? BondOrder.Double : BondOrder.Single })]);
    }

    /// <summary>The most bonds of an atom, hydrogens among them; null where nothing is known.</summary>
    internal static int? MostOf(string element, int charge, bool hasDouble = false) =>
        charge != 0 ? OfCharged.TryGetValue((element, charge), out var charged) ? charged : null
        : !Largest.TryGetValue(element, out var most) ? null
        : hasDouble && Hypervalent.Contains(element) ? 7 : most;

    private static int[] Sums(Molecule molecule)
    {
        var sums = new int[molecule.Atoms.Count];
        foreach (var bond in molecule.Bonds)
            foreach (var end in (int[])[bond.First, bond.Second])
                sums[end] += bond.Order.Pairs();
        return sums;
    }

    private static int? MostOf(Molecule molecule, int atom) => MostOf(molecule.Atoms[atom].Element, molecule.Atoms[atom].Charge,
        Hypervalent.Contains(molecule.Atoms[atom].Element)
            && molecule.Bonds.Any(bond => (bond.First == atom || bond.Second == atom) && bond.Order == BondOrder.Double));

    private static bool[] Gives(Molecule molecule, int[] sums)
    {
        var hasMultiple = new bool[sums.Length];
        foreach (var bond in molecule.Bonds)
            if (bond.Order.Pairs() > 1)
                hasMultiple[bond.First] = hasMultiple[bond.Second] = true;
        return [.. molecule.Atoms.Select((atom, i) => atom.IsAromatic && !hasMultiple[i] && Gives(atom, sums[i] + atom.Hydrogens))];
    }

    // Whether an aromatic atom needs a double bond inside of the ring.
    private static bool Gives(Atom atom, int bonds) => (atom.Element, atom.Charge) switch
    {
        ("C" or "Si", 0) => bonds == 3,
        ("N" or "P" or "As", 0) => bonds == 2,
        ("N" or "P" or "As", 1) => bonds == 3,
        ("O" or "S" or "Se" or "Te", 1) => bonds == 2,
        ("B", -1) => bonds == 3,
        _ => false,
    };

    private static string Name(Atom atom) => atom.Charge == 0 ? atom.Element
        : FormattableString.Invariant($"{atom.Element} with a charge of {atom.Charge:+0;-0}");
}
