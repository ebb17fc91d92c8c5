namespace MLSeqGraph.Transforms;

/// <summary>
/// Places for the double bonds of aromatic rings: each atom that gives an electron to its ring gets a neighbor as its partner, a perfect
/// matching (Edmonds 1965).
/// </summary>
internal sealed class AromaticPairs
{
    private readonly List<int>[] _neighbors;
    private readonly int[] _partner;

    // Of a search for a path: from where an atom was reached, the base of the odd ring it belongs to, and what was seen.
    private readonly int[] _from, _base;
    private readonly bool[] _isSeen;

    private AromaticPairs(Molecule molecule, bool[] gives)
    {
        (_partner, _from, _base, _isSeen) = (new int[gives.Length], new int[gives.Length], new int[gives.Length], new bool[gives.Length]);
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
    /// <param name="left">The atom that stays without; -1 for none.</param>
    internal static int[]? Of(Molecule molecule, bool[] gives, out int left)
    {
        var pairs = new AromaticPairs(molecule, gives);
        pairs.MatchNearest(gives);
        left = -1;
        for (var atom = 0; atom < gives.Length && left < 0; atom++)
            if (gives[atom] && pairs._partner[atom] < 0 && !pairs.Augment(atom))
                left = atom;
        return left < 0 ? pairs._partner : null;
    }

    // The atom with the fewest choices first, which leaves few or none without a partner.
    private void MatchNearest(bool[] gives)
    {
        int[] free = [.. _neighbors.Select(neighbors => neighbors.Count)];
        SortedSet<(int Free, int Atom)> open = [.. Enumerable.Range(0, gives.Length).Where(atom => gives[atom])
            .Select(atom => (free[atom], atom))];
        while (open.Count > 0)
        {
            var next = open.Min;
            Close(next.Atom);
            if (next.Free == 0)
                continue;
            var partner = _neighbors[next.Atom].First(neighbor => open.Contains((free[neighbor], neighbor)));
            Close(partner);
            (_partner[next.Atom], _partner[partner]) = (partner, next.Atom);
        }

        void Close(int atom)
        {
            open.Remove((free[atom], atom));
            foreach (var neighbor in _neighbors[atom])
                if (open.Remove((free[neighbor], neighbor)))
                    open.Add((--free[neighbor], neighbor));
        }
    }

    // A path from an atom without a partner to another, of bonds between partners and others by turns, which then change places.
    private bool Augment(int root)
    {
        var end = PathFrom(root);
        for (var atom = end; atom >= 0;)
        {
            var before = _from[atom];
            var next = _partner[before];
            (_partner[atom], _partner[before]) = (before, atom);
            atom = next;
        }
        return end >= 0;
    }

    private int PathFrom(int root)
    {
        Array.Fill(_from, -1);
        Array.Clear(_isSeen);
        for (var atom = 0; atom < _base.Length; atom++)
            _base[atom] = atom;
        Queue<int> queue = new([root]);
        _isSeen[root] = true;
        while (queue.TryDequeue(out var atom))
            foreach (var neighbor in _neighbors[atom])
            {
                if (_base[atom] == _base[neighbor] || _partner[atom] == neighbor)
                    continue;
                if (neighbor == root || (_partner[neighbor] >= 0 && _from[_partner[neighbor]] >= 0))
                    Contract(atom, neighbor, queue);
                else if (_from[neighbor] < 0)
                {
                    _from[neighbor] = atom;
                    if (_partner[neighbor] < 0)
                        return neighbor;
                    _isSeen[_partner[neighbor]] = true;
                    queue.Enqueue(_partner[neighbor]);
                }
            }
        return -1;
    }

    // Two ways of even length meet: the odd ring that they close counts as one atom from here on.
    private void Contract(int one, int other, Queue<int> queue)
    {
        var meeting = Meeting(one, other);
        var isInRing = new bool[_base.Length];
        Mark(one, other);
        Mark(other, one);
        for (var atom = 0; atom < _base.Length; atom++)
            if (isInRing[_base[atom]])
            {
                _base[atom] = meeting;
                if (!_isSeen[atom])
                {
                    _isSeen[atom] = true;
                    queue.Enqueue(atom);
                }
            }

        void Mark(int atom, int child)
        {
            for (; _base[atom] != meeting; atom = _from[_partner[atom]])
            {
                isInRing[_base[atom]] = isInRing[_base[_partner[atom]]] = true;
                (_from[atom], child) = (child, _partner[atom]);
            }
        }
    }

    private int Meeting(int one, int other)
    {
        HashSet<int> way = [];
        for (var atom = _base[one]; ; atom = _base[_from[_partner[atom]]])
        {
            way.Add(atom);
            if (_partner[atom] < 0)
                break;
        }
        var at = _base[other];
        while (!way.Contains(at))
            at = _base[_from[_partner[at]]];
        return at;
    }
}
