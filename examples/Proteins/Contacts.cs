using Proteins.Data;

namespace Proteins;

/// <summary>Pairs of residues, the distances between them in bins, and how well a ranking of pairs finds contacts.</summary>
internal static class Contacts
{
    /// <summary>Residues whose C-beta atoms are nearer than this, in angstrom, are in contact.</summary>
    internal const double Near = 8;

    /// <summary>Pairs nearer than this in the sequence aren't counted.</summary>
    internal const int LeastApart = 6;

    /// <summary>Ranges of the distance in the sequence, from the first to before the second number.</summary>
    internal static readonly (string Name, int From, int To)[] Ranges = [("short", 6, 12), ("medium", 12, 24), ("long", 24, int.MaxValue)];

    // Edges between bins of distance; the first two are contacts.
    private static readonly double[] Edges = [6, Near, 10, 12, 14, 16, 18, 20];

    /// <summary>The names of the bins, in order.</summary>
    internal static string[] Bins => [.. Enumerable.Range(0, Edges.Length + 1).Select(Name)];

    internal static bool IsContact(string bin) => bin == Name(0) || bin == Name(1);

    private static string Name(int bin) => bin == Edges.Length ? $"above {Edges[^1]}" : $"below {Edges[bin]}";

    /// <summary>The bin that a distance is in.</summary>
    internal static string Bin(double distance) => Name(Edges.Count(edge => distance >= edge));

    /// <summary>A distance that stands for a bin.</summary>
    internal static double Middle(string bin) => Array.IndexOf(Bins, bin) is var i && i == 0 ? 5 : i == Edges.Length ? 24
        : (Edges[i - 1] + Edges[i]) / 2;

    /// <summary>The pairs of residues of which both have known places and that stand far enough apart in the sequence.</summary>
    internal static IEnumerable<(int First, int Second)> Known(Chain chain) => All(chain.Length).Where(pair =>
        chain.HasPlaces(pair.First, pair.Second));

    internal static IEnumerable<(int First, int Second)> All(int residues) =>
        from first in Enumerable.Range(0, residues)
        from second in Enumerable.Range(first + LeastApart, Math.Max(0, residues - first - LeastApart))
        select (first, second);

    /// <summary>
    /// Of a fifth as many pairs as a chain has residues, those with the highest scores, the share that are contacts; the mean over chains
    /// that have so many pairs in the range.
    /// </summary>
    internal static double Precision(IReadOnlyList<Chain> chains, Func<int, (int First, int Second), double> score, int from, int to)
    {
        List<double> shares = [];
        for (var i = 0; i < chains.Count; i++)
        {
            var chain = chains[i];
            var count = Math.Max(1, chain.Length / 5);
            (int First, int Second)[] pairs = [.. Known(chain).Where(pair => pair.Second - pair.First >= from
                && pair.Second - pair.First < to)];
            if (pairs.Length >= count)
                shares.Add(pairs.OrderByDescending(pair => score(i, pair)).Take(count).Count(pair =>
                    chain.Distance(pair.First, pair.Second) < Near) / (double)count);
        }
        return shares.Count == 0 ? double.NaN : shares.Average();
    }

    /// <summary>The share of contacts among pairs so far apart in the sequence, from 0.</summary>
    internal static double[] BySeparation(IEnumerable<Chain> chains)
    {
        var (contacts, all) = (new double[2000], new double[2000]);
        foreach (var chain in chains)
            foreach (var (first, second) in Known(chain))
            {
                var apart = Math.Min(second - first, all.Length - 1);
                all[apart]++;
                contacts[apart] += chain.Distance(first, second) < Near ? 1 : 0;
            }
        return [.. contacts.Zip(all, (some, count) => count == 0 ? 0 : some / count)];
    }
}
