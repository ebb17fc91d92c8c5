using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// A trained bias of attention scores by the distance of query and key. Distances fall into buckets: short ones have a bucket each,
    /// long ones share buckets whose widths grow with the distance, and all from <paramref name="maxDistance"/> on share one (Raffel et al.
    /// 2020, section 2.1).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="queryPositions">[queries] Int64.</param>
    /// <param name="keyPositions">[keys] Int64.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="isCausal">Whether no key comes after its query, so that all buckets are for the past.</param>
    /// <param name="buckets">Number of buckets.</param>
    /// <param name="maxDistance">The distance from which all distances share the last bucket.</param>
    /// <param name="name">Scope of the parameter <c>table</c> [buckets, heads].</param>
    /// <returns>[1, heads, queries, keys].</returns>
    public static Value RelativeBias(
        this NetworkBuilder network, Value queryPositions, Value keyPositions, int heads, bool isCausal, int buckets = 32,
        int maxDistance = 128, string name = "relative_bias")
    {
        if (buckets < 4 || buckets % 2 != 0 || maxDistance <= buckets)
            throw new GraphException(
                "RelativeBias: expected an even number of at least 4 buckets and a greater largest distance; "
                + $"got {buckets} and {maxDistance}.");
        using (network.Scope(name))
        {
            var graph = network.Graph;
            var table = network.Parameter("table", [buckets, heads], Initializers.Normal(0.02f), decays: false);
            var distance = Op.Unsqueeze(queryPositions, 1) - keyPositions;    // [queries, keys], positive where the key is in the past
            var side = isCausal ? buckets : buckets / 2;
            var near = side / 2;
            var far = Op.Cast(isCausal ? Op.Max(distance, graph.Scalar(0L)) : Op.Abs(distance), ElementType.Float);
            var growth =
                Op.Log(Op.Max(far, graph.Scalar(1f)) * (1.0 / near)) * ((side - near) / Math.Log((double)maxDistance / near)) + near;
            var last = graph.Scalar(side - 1f);
            var bucket = Op.Cast(
                Op.Where(Op.Less(far, graph.Scalar((float)near)), far, Op.Min(Op.Floor(growth), last)), ElementType.Int64);
            if (!isCausal)
                // future keys have the second half of the buckets
                bucket = Op.Where(Op.Less(distance, graph.Scalar(0L)), bucket + (long)side, bucket);
            // A product with a one-hot tensor: its gradient is a product too, while a lookup's would be a scatter over all pairs.
            return Op.Unsqueeze(Op.Transpose(Op.MatMul(Op.OneHot(bucket, buckets), table), 2, 0, 1), 0);
        }
    }
}
