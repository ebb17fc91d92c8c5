using System.Globalization;
using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>Writes molecules without aromatic bonds as SMILES, without configurations.</summary>
internal sealed class SmilesWriter
{
    private readonly Molecule _molecule;
    private readonly List<(int Atom, Bond Bond)>[] _neighbors;
    private readonly Dictionary<Bond, int> _rings = [];
    private readonly SortedSet<int> _free = [.. Enumerable.Range(1, 99)];
    private readonly bool[] _visited;
    private readonly StringBuilder _text = new();

    private SmilesWriter(Molecule molecule)
    {
        _molecule = molecule;
        _visited = new bool[molecule.Atoms.Count];
        _neighbors = [.. molecule.Atoms.Select(_ => new List<(int, Bond)>())];
        foreach (var bond in molecule.Bonds)
        {
            _neighbors[bond.First].Add((bond.Second, bond));
            _neighbors[bond.Second].Add((bond.First, bond));
        }
    }

    /// <exception cref="NotSupportedException">It has aromatic bonds, or more than 99 rings open at once.</exception>
    internal static string Write(Molecule molecule)
    {
        if (molecule.Bonds.Any(bond => bond.Order == BondOrder.Aromatic))
            throw new NotSupportedException("A molecule with aromatic bonds is written in its Kekulé form.");
        var writer = new SmilesWriter(molecule);
        for (var atom = 0; atom < molecule.Atoms.Count; atom++)
            if (!writer._visited[atom])
            {
                writer.FindRings(atom);
                writer._text.Append(writer._text.Length > 0 ? "." : "");
                writer.WriteFrom(atom);
            }
        return writer._text.ToString();
    }

    // Bonds to atoms that were visited before close rings. Depth first, as the molecule is written; long chains would be too deep to
    // recurse.
    private void FindRings(int start)
    {
        Stack<(int Atom, Bond? From, int Next)> open = new([(start, null, 0)]);
        _visited[start] = true;
        while (open.TryPop(out var at))
        {
            if (at.Next == _neighbors[at.Atom].Count)
                continue;
            open.Push(at with { Next = at.Next + 1 });
            var (neighbor, bond) = _neighbors[at.Atom][at.Next];
            if (bond == at.From || _rings.ContainsKey(bond))
                continue;
            if (_visited[neighbor])
                _rings[bond] = 0;
            else
            {
                _visited[neighbor] = true;
                open.Push((neighbor, bond, 0));
            }
        }
    }

    private void WriteFrom(int start)
    {
        // What is still to be written: an atom and the bond to it, or the end of a branch.
        Stack<(int Atom, Bond? From, bool IsBranch)> open = new([(start, null, false)]);
        while (open.TryPop(out var at))
        {
            if (at.Atom < 0)
            {
                _text.Append(')');
                continue;
            }
            if (at.IsBranch)
                open.Push((-1, null, false));
            _text.Append(at.IsBranch ? "(" : "").Append(at.From is null ? "" : Sign(at.From.Order));
            _text.Append(Name(_molecule.Atoms[at.Atom], _neighbors[at.Atom].Sum(neighbor => neighbor.Bond.Order.Pairs())));
            foreach (var (_, bond) in _neighbors[at.Atom])
                if (_rings.TryGetValue(bond, out var number))
                    WriteRing(bond, number);
            (int Atom, Bond Bond)[] next = [.. _neighbors[at.Atom].Where(neighbor => neighbor.Bond != at.From
                && !_rings.ContainsKey(neighbor.Bond))];
            for (var i = next.Length - 1; i >= 0; i--)
                open.Push((next[i].Atom, next[i].Bond, i < next.Length - 1));
        }
    }

    private void WriteRing(Bond bond, int number)
    {
        if (number == 0)
        {
            if (_free.Count == 0)
                throw new NotSupportedException("More than 99 rings are open at once.");
            number = _rings[bond] = _free.Min;
            _free.Remove(number);
            _text.Append(Sign(bond.Order));
        }
        else
            _free.Add(number);
        _text.Append(number < 10 ? "" : "%").Append(number.ToString(CultureInfo.InvariantCulture));
    }

    private static string Name(Atom atom, int bonds)
    {
        if (atom.Charge == 0 && atom.Isotope == 0 && atom.Hydrogens == Molecule.InferredHydrogens(atom.Element, bonds))
            return atom.Element;
        var hydrogens = atom.Hydrogens switch { 0 => "", 1 => "H", var count => $"H{count}" };
        var charge = atom.Charge switch { 0 => "", 1 => "+", -1 => "-", var count => FormattableString.Invariant($"{count:+0;-0}") };
        return $"[{(atom.Isotope > 0 ? atom.Isotope : "")}{atom.Element}{hydrogens}{charge}]";
    }

    private static string Sign(BondOrder order) => order switch
    {
        BondOrder.Double => "=", BondOrder.Triple => "#", BondOrder.Quadruple => "$", _ => "",
    };
}
