using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>A path of 3 to 8 nodes with edges in both directions, of which only the neighbors tell a node's label.</summary>
internal sealed class PathRow
{
    public float[] NodeFeatures { get; set; } = [];

    public int[] Edges { get; set; } = [];

    /// <summary>Whether the neighbors' first features sum to more than 0: 2, otherwise 1; upside down where <see cref="IsTurned"/>.
    /// </summary>
    [KeyType(2)]
    public uint[] Label { get; set; } = [];

    /// <summary>That sum, and the node's own second feature.</summary>
    public float[] Sums { get; set; } = [];

    [KeyType(2)]
    public uint IsTurned { get; set; }

    internal static PathRow[] Make(int count, int seed = 1, bool mayTurn = false)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var nodes = random.Next(3, 9);
            float[] x = [.. Enumerable.Range(0, 2 * nodes).Select(_ => random.NextSingle() * 2 - 1)];
            float Own(int node) => node >= 0 && node < nodes ? x[2 * node] : 0;
            float[] sums = [.. Enumerable.Range(0, nodes).Select(node => Own(node - 1) + Own(node + 1))];
            var isTurned = mayTurn && random.Next(2) == 1;
            int[] from = [.. Enumerable.Range(0, nodes - 1)], to = [.. Enumerable.Range(1, nodes - 1)];
            return new PathRow
            {
                NodeFeatures = x, Edges = [.. from, .. to, .. to, .. from], IsTurned = isTurned ? 2u : 1,
                Label = Array.ConvertAll(sums, sum => sum > 0 != isTurned ? 2u : 1),
                Sums = [.. sums.SelectMany((sum, node) => (float[])[10 * sum + 100, x[2 * node + 1]])],
            };
        })];
    }
}
