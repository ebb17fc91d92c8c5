namespace MLSeqGraph.Transforms;

/// <summary>Which bonds of a molecule are part of a ring.</summary>
internal static class Rings
{
    /// <summary>For each bond whether its atoms would be connected without it: all but bridges (Tarjan 1974), found without
    /// recursion.</summary>
    /// <param name="atoms">The number of atoms.</param>
    /// <param name="bonds">The two atoms of each bond.</param>
    internal static bool[] Of(int atoms, IReadOnlyList<(int First, int Second)> bonds)
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
