using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Two rings of friends with a bridge between them; each node's features are noise, one node of each ring has a label.</summary>
internal static class TwoCliques
{
    internal const int Size = 8, Features = 4;

    internal static Member[] Nodes(int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 2 * Size).Select(id => new Member
        {
            Id = $"n{id}",
            Features = [.. Enumerable.Range(0, Features).Select(
                feature => feature == 0 && id % Size == 0 ? id / Size * 2 - 1 : random.NextSingle() * 0.02f)],
            Ring = id < Size ? "left" : "right",
            Distance = id % Size / 2f + (id < Size ? 0 : 10),
            Split = id % Size == 0 ? "train" : id % Size == 1 ? "val" : "test",
        })];
    }

    internal static Friendship[] Edges() =>
    [
        .. from ring in (int[])[0, Size] from a in Enumerable.Range(0, Size) from b in Enumerable.Range(
            a + 1, Size - a - 1) select new Friendship($"n{ring + a}", $"n{ring + b}", ring + a, ring + b),
        new("n3", $"n{Size + 3}", 3, Size + 3),
    ];

    internal static GraphEdgeColumns ById(MLContext ml, IEnumerable<Friendship>? edges = null) =>
        new(ml.Data.LoadFromEnumerable(edges ?? Edges()));

    internal static GraphEdgeColumns ByRow(MLContext ml) => new(
        ml.Data.LoadFromEnumerable(Edges())) { SourceColumnName = nameof(Friendship.SourceRow),
        TargetColumnName = nameof(Friendship.TargetRow) };

    internal static IDataView View(MLContext ml, IEnumerable<Member>? nodes = null)
    {
        var data = ml.Data.LoadFromEnumerable(nodes ?? Nodes());
        return ml.Transforms.Conversion.MapValueToKey("Label", nameof(Member.Ring)).Fit(data).Transform(data);
    }
}

internal sealed class Member
{
    public string Id { get; set; } = "";

    [VectorType(TwoCliques.Features)]
    public float[] Features { get; set; } = [];

    public string Ring { get; set; } = "";

    public float Distance { get; set; }

    public string Split { get; set; } = "";
}

internal sealed class Friendship(string source, string target, int sourceRow, int targetRow)
{
    public Friendship() : this("", "", 0, 0)
    {
    }

    public string Source { get; set; } = source;

    public string Target { get; set; } = target;

    public int SourceRow { get; set; } = sourceRow;

    public int TargetRow { get; set; } = targetRow;

    public float Weight { get; set; } = 1;

    [KeyType(2)]
    public uint Relation { get; set; } = (uint)(sourceRow % 2);
}
