namespace MLSeqGraph.Transforms;

/// <summary>Draws pairs of different nodes between which there is no edge.</summary>
internal sealed class NegativePairs(int nodes, bool isDirected, string what)
{
    // Random draws before all pairs are tried one by one: only a nearly complete graph needs more.
    private const int MostDraws = 100;
    private readonly HashSet<(int, int, int)> _known = [];

    /// <summary>Adds an edge, or a pair that must not be drawn again.</summary>
    /// <returns>Whether it is new.</returns>
    internal bool Add(int source, int target, int relation = 0) => _known.Add(Key(source, target, relation));

    /// <summary>Checks that enough pairs can be drawn, each once.</summary>
    /// <param name="relations">The relation of each pair needed.</param>
    /// <exception cref="InvalidDataException">Too few are there.</exception>
    internal void Require(IEnumerable<int> relations)
    {
        var linked = _known.Where(pair => pair.Item1 != pair.Item2).GroupBy(pair => pair.Item3)
            .ToDictionary(same => same.Key, same => same.LongCount());
        var all = (long)nodes * (nodes - 1) / (isDirected ? 1 : 2);
        foreach (var needed in relations.GroupBy(relation => relation))
            if (all - linked.GetValueOrDefault(needed.Key) is var free && free < needed.Count())
                throw new InvalidDataException($"{what}: {needed.Count()} pairs of nodes without an edge"
                    + $"{(linked.Count > 1 ? $" of relation {needed.Key}, counted from 0," : "")} are needed, as many as edges are held "
                    + $"out, but there are only {free}; expected smaller fractions, or a graph with fewer edges.");
    }

    /// <exception cref="InvalidDataException">All nodes are linked to all others.</exception>
    internal (int Source, int Target) Draw(Random random, int relation = 0)
    {
        for (var i = 0; i < MostDraws; i++)
            if ((random.Next(nodes), random.Next(nodes)) is var (source, target) && IsFree(source, target, relation))
                return (source, target);
        var start = random.NextInt64((long)nodes * nodes);
        for (var i = 0L; i < (long)nodes * nodes; i++)
            if (Math.DivRem((start + i) % ((long)nodes * nodes), nodes) is var (row, column) && IsFree((int)row, (int)column, relation))
                return ((int)row, (int)column);
        throw new InvalidDataException($"{what}: no pair of nodes without an edge is left to compare edges with; expected a graph in which "
            + $"not all {nodes} nodes are linked to all others.");
    }

    private bool IsFree(int source, int target, int relation) => source != target && !_known.Contains(Key(source, target, relation));

    private (int, int, int) Key(int source, int target, int relation) =>
        isDirected || source < target ? (source, target, relation) : (target, source, relation);
}
