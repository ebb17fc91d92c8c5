namespace MLSeqGraph.Transforms;

/// <summary>
/// Places for the double bonds of aromatic rings: each atom that gives an electron to its ring gets a neighbor as its partner.
/// </summary>
internal sealed class AromaticPairs
{
    // Choices that may be taken back; molecules need few.
    private int _budget = 20_000;

    private readonly bool[] _gives;
    private readonly List<int>[] _neighbors;
    private readonly int[] _partner;
    private int _left = -1;

    private AromaticPairs(Molecule molecule, bool[] gives)
    {
        (_gives, _partner) = (gives, new int[gives.Length]);
        Array.Fill(_partner, -1);
        _neighbors = [.. gives.Select(_ => new List<int>())];
        foreach (var bond in molecule.Bonds)
            if (bond.Order == BondOrder.Aromatic && gives[bond.First] && gives[bond.Second])
            {
                _neighbors[bond.First].Add(bond.Second);
                _neighbors[bond.Second].Add(bond.First);
            }
    }

    /// <summary>The partner of each atom, -1 for those that give none; null where one stays without.</summary>
    /// <param name="molecule">The molecule.</param>
    /// <param name="gives">Which atoms need a partner.</param>
    /// <param name="left">The atom that stays without.</param>
    internal static int[]? Of(Molecule molecule, bool[] gives, out int left)
    {
        var pairs = new AromaticPairs(molecule, gives);
        var isFound = pairs.Match();
        left = pairs._left;
        return isFound ? pairs._partner : null;
    }

    // The atom with the fewest choices first, so that few have to be taken back.
    private bool Match()
    {
        var (next, fewest) = (-1, int.MaxValue);
        for (var i = 0; i < _gives.Length; i++)
            if (_gives[i] && _partner[i] < 0 && _neighbors[i].Count(IsFree) is var free && free < fewest)
                (next, fewest) = (i, free);
        if (next < 0)
            return true;
        if (fewest == 0 || _budget-- <= 0)
        {
            _left = _left < 0 ? next : _left;
            return false;
        }
        foreach (var neighbor in _neighbors[next].Where(IsFree).ToArray())
        {
            (_partner[next], _partner[neighbor]) = (neighbor, next);
            if (Match())
                return true;
            (_partner[next], _partner[neighbor]) = (-1, -1);
        }
        return false;
    }

    private bool IsFree(int atom) => _partner[atom] < 0;
}
