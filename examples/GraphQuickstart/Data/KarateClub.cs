using Microsoft.ML;

namespace GraphQuickstart.Data;

/// <summary>
/// Zachary's karate club (Zachary 1977): 34 members, the 78 friendships between them, and the two factions the club split into. The
/// two leaders' factions are known, the others' are to be told. A member's only feature is who it is.
/// </summary>
internal static class KarateClub
{
    // Friends of each member with a higher number.
    private static readonly int[][] Friends =
    [
        [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31], [2, 3, 7, 13, 17, 19, 21, 30], [3, 7, 8, 9, 13, 27, 28, 32], [7, 12, 13],
        [6, 10], [6, 10, 16], [16], [], [30, 32, 33], [33], [], [], [], [33], [32, 33], [32, 33], [], [], [32, 33], [33], [32, 33], [],
        [32, 33], [25, 27, 29, 32, 33], [25, 27, 31], [31], [29, 33], [33], [31, 33], [32, 33], [32, 33], [32, 33], [33], [],
    ];

    // Who went with the officer.
    private static readonly int[] Officers = [9, 14, 15, 18, 20, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33];

    internal static NodeData Load(MLContext ml)
    {
        var count = Friends.Length;
        var (features, _) = NodeData.WhichOne(count);
        NodeRow[] nodes = [.. Enumerable.Range(0, count).Select(id => new NodeRow
        {
            Id = $"{id}",
            Features = features[id],
            Class = Officers.Contains(id) ? "Officer" : "Mr. Hi",
            Split = id == 0 || id == count - 1 ? "train" : "test",
        })];
        EdgeRow[] edges = [.. Friends.SelectMany((friends, id) => friends.Select(friend =>
            new EdgeRow { Source = $"{id}", Target = $"{friend}" }))];
        return NodeData.Of(ml, "karate club", nodes, count, edges);
    }
}
