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
    private readonly bool[] _written, _visited;
    private readonly StringBuilder _text = new();

    private SmilesWriter(Molecule molecule)
    {
        _molecule = molecule;
        (_written, _visited) = (new bool[molecule.Atoms.Count], new bool[molecule.Atoms.Count]);
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
                writer.FindRings(atom, null);
                writer._text.Append(writer._text.Length > 0 ? "." : "");
                writer.WriteFrom(atom, null);
            }
        return writer._text.ToString();
    }

    // Bonds to atoms that were visited before close rings.
    private void FindRings(int atom, Bond? from)
    {
        _visited[atom] = true;
        foreach (var (neighbor, bond) in _neighbors[atom])
            if (bond != from && !_rings.ContainsKey(bond))
                if (_visited[neighbor])
                    _rings[bond] = 0;
                else
                    FindRings(neighbor, bond);
    }

    private void WriteFrom(int atom, Bond? from)
    {
        _written[atom] = true;
        _text.Append(Name(_molecule.Atoms[atom], _neighbors[atom].Sum(neighbor => Pairs(neighbor.Bond.Order))));
        foreach (var (_, bond) in _neighbors[atom])
            if (_rings.TryGetValue(bond, out var number))
                WriteRing(bond, number);
        (int Atom, Bond Bond)[] next = [.. _neighbors[atom].Where(neighbor => neighbor.Bond != from && !_rings.ContainsKey(neighbor.Bond))];
        for (var i = 0; i < next.Length; i++)
        {
            var isBranch = i < next.Length - 1;
            _text.Append(isBranch ? "(" : "").Append(Sign(next[i].Bond.Order));
            WriteFrom(next[i].Atom, next[i].Bond);
            _text.Append(isBranch ? ")" : "");
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

    private static int Pairs(BondOrder order) => order switch
    {
        BondOrder.Double => 2, BondOrder.Triple => 3, BondOrder.Quadruple => 4, _ => 1,
    };

    private static string Sign(BondOrder order) => order switch
    {
        BondOrder.Double => "=", BondOrder.Triple => "#", BondOrder.Quadruple => "$", _ => "",
    };
}
