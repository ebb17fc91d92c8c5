using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Rows of tokens in graphs.</summary>
internal static class PaddedTokenRows
{
    /// <summary>The parts of parts beside one another: [batch, ..] → [batch, parts].</summary>
    internal static Value Flat(Value x)
    {
        if (x.Shape.Rank == 2)
            return x;
        return Graph.Emit("Reshape", [x, Op.Concat(0, Op.SizeOf(x, 0), x.Graph.Vector(-1L))])
            .AddOutput(x.Type, [x.Shape[0], $"{x.Shape[1]}_{x.Shape[2]}"]);
    }

    /// <summary>
    /// Ids in which 0 is no token: these go to the end of their rows, and all rows are cut to the longest; at least one place is left.
    /// [batch, parts] → [batch, time]
    /// </summary>
    internal static Value Of(Value ids)
    {
        var one = Op.Unsqueeze(Op.Filled(0L, [ids.Shape[0]], ids), 1);
        var first = Op.NonZerosFirst(Op.Renamed(Op.Concat(1, ids, one), [ids.Shape[0], "places"]));
        var isToken = Op.Cast(Op.Not(Op.Equal(first, first.Graph.Scalar(0L))), ElementType.Int64);
        var longest = Op.Max(Op.ReduceMax(Op.ReduceSum(isToken, [1], keepDims: false), [0]), first.Graph.Vector(1L)); // [1]
        return Graph.Emit("Slice", [first, first.Graph.Vector(0L), longest, first.Graph.Vector(1L)])
            .AddOutput(ids.Type, [ids.Shape[0], "time"]);
    }
}
