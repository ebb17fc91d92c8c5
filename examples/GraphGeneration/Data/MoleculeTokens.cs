using MLSeqGraph.Transforms;

namespace GraphGeneration.Data;

/// <summary>
/// Molecules as sequences: each atom, followed by its bonds to earlier atoms, which are written as distances and orders. Any sequence is a
/// molecule: a bond for which an atom has no valence left is made of lower order or left out, as is an atom without a bond (what SELFIES
/// do, Krenn et al. 2020).
/// </summary>
internal sealed class MoleculeTokens
{
    // Hydrogens is below 0 where they are inferred; Distance is 0 for an atom.
    private readonly record struct Token(string Element, int Charge, int Hydrogens, int Distance, BondOrder Order);

    private readonly Token[] _tokens;
    private readonly Dictionary<Token, long> _numbers;

    internal MoleculeTokens(IEnumerable<Molecule> molecules)
    {
        _tokens = [.. molecules.SelectMany(Tokens).Distinct().OrderBy(token => token.ToString(), StringComparer.Ordinal)];
        _numbers = _tokens.Select((token, number) => (token, (long)number + 1)).ToDictionary();
    }

    internal int Count => _tokens.Length;

    internal long[] Encode(Molecule molecule) => [.. Tokens(molecule).Select(token => _numbers[token])];

    /// <summary>The atoms of a molecule by the numbers of their tokens, from 0, and its bonds by the pairs of electrons, from 0.</summary>
    internal SmallGraph Parts(Molecule molecule) =>
        new([.. Tokens(molecule).Where(token => token.Distance == 0).Select(token => (int)_numbers[token] - 1)],
            molecule.Bonds.ToDictionary(bond => (Math.Min(bond.First, bond.Second), Math.Max(bond.First, bond.Second)),
                bond => bond.Order.Pairs() - 1));

    /// <summary>The molecule of atoms and bonds, as of tokens.</summary>
    internal (Molecule Molecule, int Changed)? Decode(SmallGraph parts) => Decode(Enumerable.Range(0, parts.Count).SelectMany(atom =>
        Enumerable.Range(0, atom).Where(other => parts.HasEdge(other, atom)).Select(other => new Token("", 0, 0, atom - other,
            parts.Edges[(other, atom)] switch { 0 => BondOrder.Single, 1 => BondOrder.Double, 2 => BondOrder.Triple,
                _ => BondOrder.Quadruple })).Prepend(_tokens[parts.Labels[atom]])));

    /// <summary>The molecule of tokens, and how many had to be changed or left out; null where no atom is left.</summary>
    internal (Molecule Molecule, int Changed)? Decode(IEnumerable<long> numbers) => Decode(numbers.Select(number => _tokens[number - 1]));

    private static (Molecule Molecule, int Changed)? Decode(IEnumerable<Token> tokens)
    {
        List<Token> atoms = [];
        List<Bond> bonds = [];
        List<int> used = [];
        var changed = 0;
        foreach (var token in tokens)
        {
            if (token.Distance == 0)
            {
                DropUnbound();
                atoms.Add(token);
                used.Add(0);
                continue;
            }
            int here = atoms.Count - 1, other = here - token.Distance;
            if (other < 0 || bonds.Exists(bond => bond.First == other && bond.Second == here))
            {
                changed++;
                continue;
            }
            var order = Math.Min(token.Order.Pairs(), Math.Min(Room(here), Room(other)));
            changed += order < token.Order.Pairs() ? 1 : 0;
            if (order <= 0)
                continue;
            bonds.Add(new(other, here, order switch { 1 => BondOrder.Single, 2 => BondOrder.Double, _ => BondOrder.Triple }));
            used[other] += order;
            used[here] += order;
        }
        DropUnbound();
        return atoms.Count == 0 ? null : (new([.. atoms.Select((atom, i) => new Atom(atom.Element, false, atom.Charge,
            atom.Hydrogens >= 0 ? atom.Hydrogens : Molecule.InferredHydrogens(atom.Element, used[i]) ?? 0, 0, 0))], bonds), changed);

        int Room(int atom) => (Molecule.MostBonds(atoms[atom].Element, atoms[atom].Charge) ?? int.MaxValue) - used[atom]
            - Math.Max(0, atoms[atom].Hydrogens);

        void DropUnbound()
        {
            if (atoms.Count < 2 || used[^1] > 0)
                return;
            atoms.RemoveAt(atoms.Count - 1);
            used.RemoveAt(used.Count - 1);
            changed++;
        }
    }

    private static IEnumerable<Token> Tokens(Molecule molecule)
    {
        var sums = new int[molecule.Atoms.Count];
        foreach (var bond in molecule.Bonds)
            foreach (var end in (int[])[bond.First, bond.Second])
                sums[end] += bond.Order.Pairs();
        for (var i = 0; i < molecule.Atoms.Count; i++)
        {
            var atom = molecule.Atoms[i];
            var isInferred = atom.Charge == 0 && atom.Hydrogens == Molecule.InferredHydrogens(atom.Element, sums[i]);
            yield return new(atom.Element, atom.Charge, isInferred ? -1 : atom.Hydrogens, 0, default);
            foreach (var (distance, order) in molecule.Bonds.Where(bond => Math.Max(bond.First, bond.Second) == i)
                .Select(bond => (i - Math.Min(bond.First, bond.Second), bond.Order)).Order())
                yield return new("", 0, 0, distance, order);
        }
    }
}
