using LatentGraph.Data;
using MLSeqGraph.Transforms;

namespace LatentGraph;

/// <summary>A row of the data view: the series of each body, the pairs that may act on each other, and the steps to predict.</summary>
internal sealed class MotionRow
{
    public float[] NodeFeatures { get; set; } = [];

    public int[] Edges { get; set; } = [];

    public float[] Label { get; set; } = [];

    /// <summary>A motion as a row.</summary>
    /// <param name="motion">The motion.</param>
    /// <param name="each">Numbers of a body at a time.</param>
    /// <param name="hasPairs">Whether any pair may act on each other; otherwise none.</param>
    internal static MotionRow Of(Motion motion, int each, bool hasPairs)
    {
        var bodies = motion.Times[0].Length / each;
        float[] Series(int from) => [.. Enumerable.Range(0, bodies).SelectMany(body =>
            motion.Times.Skip(from).SelectMany(time => time.Skip(body * each).Take(each)))];
        return new() { NodeFeatures = Series(0), Label = Series(1), Edges = hasPairs ? NeighborGraph.AllPairs(bodies) : [] };
    }
}
