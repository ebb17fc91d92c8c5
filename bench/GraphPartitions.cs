using MLSeqGraph.Transforms;

namespace MLSeqGraph.Bench;

/// <summary>Which machine has each node of a graph, when each has as many.</summary>
internal static class GraphPartitions
{
    /// <summary>Nodes in no order, which knows nothing of edges.</summary>
    internal static int[] ByNumber(int nodes, int parts) => [.. Enumerable.Range(0, nodes).Select(node =>
        (int)((uint)node * 0x9E3779B1u % (uint)parts))];

    /// <summary>
    /// Each node in turn goes to the part that has most of its neighbors, weighed by the room that is left there: linear deterministic
    /// greedy (Stanton and Kliot 2012), passed twice, the second time with all neighbors known (restreaming; Nishimura and Ugander 2013).
    /// </summary>
    internal static int[] ByNeighbors(NodeGraph graph, int parts)
    {
        var (part, sizes, counts) = (new int[graph.NodeCount], new int[parts], new int[parts]);
        var most = (graph.NodeCount + parts - 1) / parts + graph.NodeCount / parts / 20.0;
        int[] order = [.. Enumerable.Range(0, graph.NodeCount)];
        new Random(1).Shuffle(order);
        var touched = new List<int>();
        Array.Fill(part, -1);
        for (var pass = 0; pass < 2; pass++)
        {
            Array.Clear(sizes);
            foreach (var node in order)
            {
                touched.Clear();
                for (var i = graph.IncomingStart[node]; i < graph.IncomingStart[node + 1]; i++)
                    if (part[graph.IncomingSources[i]] is >= 0 and var there && counts[there]++ == 0)
                        touched.Add(there);
                var (best, highest) = (-1, 0.0);
                foreach (var there in touched)
                {
                    var score = counts[there] * (1 - sizes[there] / most);
                    if (score > highest)
                        (best, highest) = (there, score);
                    counts[there] = 0;
                }
                part[node] = best >= 0 ? best : Array.IndexOf(sizes, sizes.Min());
                sizes[part[node]]++;
            }
        }
        return part;
    }
}
