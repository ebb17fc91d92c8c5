namespace MLSeqGraph.Transforms;

/// <summary>Atoms and bonds.</summary>
public sealed class Molecule
{
    /// <summary>Makes a molecule of atoms and bonds; degrees, rings and conjugation follow from them.</summary>
    /// <param name="atoms">The atoms in the order in which they are written.</param>
    /// <param name="bonds">The bonds, at most one between two atoms.</param>
    /// <exception cref="ArgumentException">
    /// An atom is of no element or has fewer than no hydrogens; a bond is to an atom that isn't there or to its own atom, or of no known
    /// order, or aromatic between atoms that aren't; two atoms have two bonds.
    /// </exception>
    public Molecule(IReadOnlyList<Atom> atoms, IReadOnlyList<Bond> bonds)
        : this(Checked(atoms), bonds, Rings.Of(atoms.Count, Checked(atoms, bonds)))
    {
    }

    internal Molecule(IReadOnlyList<Atom> atoms, IReadOnlyList<Bond> bonds, bool[] areInRings)
    {
        var (degrees, inRing, unsaturated) = (new int[atoms.Count], new bool[atoms.Count], new bool[atoms.Count]);
        for (var i = 0; i < bonds.Count; i++)
            foreach (var end in (ReadOnlySpan<int>)[bonds[i].First, bonds[i].Second])
            {
                degrees[end]++;
                inRing[end] |= areInRings[i];
                unsaturated[end] |= bonds[i].Order != BondOrder.Single;
            }
        // Copies: what they are in this molecule must not change another that has the same atoms.
        Atoms = [.. atoms.Select((atom, i) => atom with { Degree = degrees[i], IsInRing = inRing[i] })];
        Bonds = [.. bonds.Select((bond, i) => bond with
        {
            IsInRing = areInRings[i],
            IsConjugated = bond.Order == BondOrder.Aromatic
                || (bond.Order == BondOrder.Single && unsaturated[bond.First] && unsaturated[bond.Second]),
        })];
    }

    /// <summary>The atoms in the order in which they are written.</summary>
    public IReadOnlyList<Atom> Atoms { get; }

    /// <summary>The bonds.</summary>
    public IReadOnlyList<Bond> Bonds { get; }

    /// <summary>
    /// Reads SMILES (Weininger 1988; OpenSMILES specification 1.0). White space around it and a title after white space are ignored.
    /// </summary>
    /// <exception cref="FormatException">
    /// It can't be read: the message gives the position (from 1), what was found and what was expected.
    /// </exception>
    public static Molecule Parse(string smiles)
    {
        ArgumentNullException.ThrowIfNull(smiles);
        return new SmilesParser(smiles).Parse();
    }

    /// <summary>
    /// Whether its atoms can have the bonds they have: usual valences, with charges and hydrogens counted, and a place for each double bond
    /// of aromatic rings. Atoms of metals and other rare elements are taken as they are.
    /// </summary>
    /// <exception cref="FormatException">They can't: the message names the atom (from 1), what was found and what was
    /// expected.</exception>
    public void CheckValences()
    {
        if (ValenceRules.Problem(this) is { } problem)
            throw new FormatException($"The molecule breaks the rules of valence: {problem}.");
    }

    /// <summary>The molecule with single and double bonds in place of aromatic ones: one of Kekulé's forms.</summary>
    /// <exception cref="FormatException">It breaks the rules of valence.</exception>
    public Molecule Kekulized() => ValenceRules.Kekulized(this);

    /// <summary>
    /// Its SMILES, from the first atom on, with isotopes, charges and hydrogens, aromatic rings by double bonds, without configurations.
    /// </summary>
    /// <exception cref="FormatException">It has aromatic bonds and breaks the rules of valence.</exception>
    /// <exception cref="NotSupportedException">More than 99 rings are open at once.</exception>
    public string ToSmiles() => SmilesWriter.Write(Bonds.Any(bond => bond.Order == BondOrder.Aromatic) ? Kekulized() : this);

    /// <summary>The most bonds that an atom of an element can have, hydrogens among them; null where no rule is known.</summary>
    /// <param name="element">Its symbol.</param>
    /// <param name="charge">Its formal charge.</param>
    public static int? MostBonds(string element, int charge = 0)
    {
        ArgumentNullException.ThrowIfNull(element);
        return ValenceRules.MostOf(element, charge);
    }

    /// <summary>
    /// The hydrogens of an atom that is written without brackets and isn't aromatic: those that fill its next valence; null for elements
    /// that are written in brackets.
    /// </summary>
    /// <param name="element">Its symbol.</param>
    /// <param name="bonds">The sum of the orders of its bonds.</param>
    public static int? InferredHydrogens(string element, int bonds)
    {
        ArgumentNullException.ThrowIfNull(element);
        return ValenceRules.Inferred.TryGetValue(element, out var valences)
            ? Math.Max(0, Array.Find(valences, valence => valence >= bonds) - bonds) : null;
    }

    private static IReadOnlyList<Atom> Checked(IReadOnlyList<Atom> atoms)
    {
        ArgumentNullException.ThrowIfNull(atoms);
        for (var i = 0; i < atoms.Count; i++)
            if (atoms[i] is not { Hydrogens: >= 0, Isotope: >= 0, Chirality: >= 0 and <= 2 } atom
                || (atom.Element != "*" && !SmilesParser.Elements.Contains(atom.Element)))
                throw new ArgumentException($"Atom {i} is {atoms[i]?.ToString() ?? "null"}; expected the symbol of an element, and numbers "
                    + "of at least 0 of hydrogens and isotope.", nameof(atoms));
        return atoms;
    }

    private static (int, int)[] Checked(IReadOnlyList<Atom> atoms, IReadOnlyList<Bond> bonds)
    {
        ArgumentNullException.ThrowIfNull(bonds);
        var seen = new HashSet<(int, int)>();
        for (var i = 0; i < bonds.Count; i++)
        {
            var (first, second) = (bonds[i].First, bonds[i].Second);
            if (first < 0 || second < 0 || first >= atoms.Count || second >= atoms.Count)
                throw new ArgumentException($"Bond {i} is of atoms {first} and {second}; expected atoms 0 to {atoms.Count - 1}.",
                    nameof(bonds));
            if (!Enum.IsDefined(bonds[i].Order)
                || (bonds[i].Order == BondOrder.Aromatic && !(atoms[first].IsAromatic && atoms[second].IsAromatic)))
                throw new ArgumentException($"Bond {i} of atoms {first} and {second} is {bonds[i].Order}; expected a known order, aromatic "
                    + "between aromatic atoms alone.", nameof(bonds));
            if (first == second || !seen.Add((Math.Min(first, second), Math.Max(first, second))))
                throw new ArgumentException($"Bond {i} is of atoms {first} and {second}; expected "
                    + (first == second ? "two atoms." : "atoms that have no bond yet."), nameof(bonds));
        }
        return [.. bonds.Select(bond => (bond.First, bond.Second))];
    }
}
