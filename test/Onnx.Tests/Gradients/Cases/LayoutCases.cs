using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Operations that move, join and cut.</summary>
internal static class LayoutCases
{
    internal static IEnumerable<GradientCase> All =>
    [
        new("Transpose", "a matrix", v => Op.Transpose(v[0], 1, 0), X(2, 3)),
        new("Transpose", "three axes in a circle", v => Op.Transpose(v[0], 1, 2, 0), X(2, 3, 4)),
        new("Reshape", "merges two axes", v => Op.Reshape(v[0], [v[0].Shape[0] * v[0].Shape[1], v[0].Shape[2]]), X(2, 3, 4)),
        new("Reshape", "merges the last two of three axes", v =>
            Op.Reshape(v[0], [v[0].Shape[0], v[0].Shape[1] * v[0].Shape[2]]), X(2, 3, 4)),
        new("Reshape", "splits an axis", v => Op.Reshape(v[0], [v[0].Shape[0], 2, 3]), X(2, 6)) { IsFixed = true },
        new("Reshape", "splits what it merged", v => Op.Reshape(Op.Reshape(v[0], [v[0].Shape.Elements]), v[0].Shape, v[0]), X(2, 3)),
        new("Reshape", "swaps the sizes", v => Op.Reshape(v[0], [v[0].Shape[1], v[0].Shape[0]]), X(2, 3)),
        new("Reshape", "swaps sizes of which one is 0", v => Op.Reshape(v[0], [v[0].Shape[1], v[0].Shape[0]]), X(0, 3)),
        new("Reshape", "merges axes beside one of size 0", v =>
            Op.Reshape(v[0], [v[0].Shape[0], v[0].Shape[1] * v[0].Shape[2]]), X(0, 3, 2)),
        new("Unsqueeze", "in front and at the end", v => Op.Unsqueeze(v[0], 0, -1), X(2, 3)),
        new("Unsqueeze", "a scalar", v => Op.Unsqueeze(v[0], 0), X()),
        new("Squeeze", "first and last", v => Op.Squeeze(v[0], 0, -1), X(1, 3, 1)),
        new("Expand", "an axis", v => Op.Expand(v[0], v[1]) * v[1], X(2, 1, 3), X(2, 4, 3)),
        new("Expand", "a new axis", v => Op.Expand(v[0], v[1]) * v[1], X(3), X(2, 3)),
        new("Expand", "to nothing", v => Op.Expand(v[0], v[1]) * v[1], X(1, 3), X(0, 3)),
        new("Identity", "under other names", v =>
            Op.Renamed(Op.Exp(v[0]), ["other", 3]) * Op.Renamed(v[0], ["other", 3]), X(2, 3)) { IsFixed = true },
        new("Concat", "rows", v => Op.Concat(0, v[0], v[1], v[2]), X(2, 3), X(4, 3), X(1, 3)),
        new("Concat", "columns, from the end", v => Op.Concat(-1, v[0], v[1]), X(2, 3), X(2, 5)),
        new("Concat", "a tensor with itself", v => Op.Concat(0, v[0], v[0]), X(2, 3)),
        new("Concat", "with nothing", v => Op.Concat(0, v[0], v[1]), X(2, 3), X(0, 3)),
        new("Split", "all parts used", v =>
            Split(v[0], -1, [1, 3, 2], part => part[0] * part[2] + Op.ReduceSum(part[1], [-1])), X(2, 6)) { IsFixed = true },
        new("Split", "parts left over", v => Split(v[0], 0, [1, 2, 1], part => part[1]), X(4, 2)) { IsFixed = true },
        new("Split", "the first part left over", v => Split(v[0], 0, [1, 2, 1], part => part[1] * part[2]), X(4, 2)) { IsFixed = true },
        new("Split", "into a part of size 0", v =>
            Split(v[0], 0, [0, 2], part => Op.Concat(0, part[1], part[0])), X(2, 3)) { IsFixed = true },
        Slice("the first", 0, 0, 1),
        Slice("all but the first", 1, 1, long.MaxValue),
        Slice("all but the last", 0, 0, -1),
        Slice("the last, from the end", -1, -1, long.MaxValue),
        Slice("a middle part", 1, 1, 3),
        Slice("a middle part, from the end", 1, -3, -1),
        Slice("from the start and from the end", 1, 1, -1),
        Slice("from the end and from the start", 1, -3, 4),
        Slice("nothing", 1, 2, 2),
        Slice("ends in the wrong order", 1, 3, 1) with { IsFixed = true },
        Slice("past both ends", 1, -9, 9) with { IsFixed = true },
        Slice("past the end", 1, 2, 9) with { IsFixed = true },
        Slice("outside", 0, 9, 12) with { IsFixed = true },
        new("Slice", "shifts a sequence by a step", v =>
            Op.Concat(0, Op.ZerosLike(Op.Slice(v[0], 0, 0, 1)), Op.Slice(v[0], 0, 0, -1)) * v[0], X(4, 2)),
        new("Pad", "both ends", v => Op.Pad(v[0], 0, 1, 2), X(2, 3)),
        new("Pad", "before, the last axis", v => Op.Pad(v[0], -1, 2, 0, value: 5), X(2, 3)),
        new("Pad", "after, the middle axis", v => Op.Pad(v[0], 1, 0, 1), X(2, 3, 2)),
        new("Pad", "nothing", v => Op.Pad(v[0], 0, 1, 2), X(0, 3)),
    ];

    private static GradientCase Slice(string name, int axis, long start, long end) =>
        new("Slice", name, v => Op.Slice(v[0], axis, start, end), X(3, 5));

    private static Value Split(Value x, int axis, long[] sizes, Func<Value[], Value> use) => use(Op.Split(x, axis, sizes));
}
