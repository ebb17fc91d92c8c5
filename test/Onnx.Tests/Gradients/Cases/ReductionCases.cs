using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Reductions over axes.</summary>
internal static class ReductionCases
{
    internal static IEnumerable<GradientCase> All =>
    [
        .. Reduction("ReduceSum", Op.ReduceSum, X),
        .. Reduction("ReduceMean", Op.ReduceMean, X),
        .. Reduction("ReduceMax", Op.ReduceMax, Distinct),
        .. Reduction("ReduceMin", Op.ReduceMin, Distinct),
        .. Reduction("ReduceSumSquare", Op.ReduceSumSquare, X),
        new("ReduceSum", "no rows", v => Op.ReduceSum(v[0], [1]), X(0, 3)),
        new("ReduceMean", "no rows", v => Op.ReduceMean(v[0], [1], keepDims: false), X(0, 3)),
        new("ReduceMax", "no rows", v => Op.ReduceMax(v[0], [1]), X(0, 3)),
    ];

    private static IEnumerable<GradientCase> Reduction(string operation, Func<Value, int[]?, bool, Value> write, Func<long[],
        TensorData> at)
    {
        (string Name, int[]? Axes, long[] Sizes)[] variants =
        [
            ("all axes", null, [2, 3]),
            ("the first axis", [0], [2, 3, 2]),
            ("the last axis, from the end", [-1], [2, 3]),
            ("two axes in a mixed order, one from the end", [-1, 0], [2, 3, 4]),
            ("the middle axis", [1], [2, 3, 4]),
            ("an axis of one element", [1], [3, 1, 2]),
        ];
        foreach (var (name, axes, sizes) in variants)
            foreach (var keepDims in (bool[])[true, false])
                yield return new(operation, name + (keepDims ? ", kept" : ", dropped"), v => write(v[0], axes, keepDims), at(sizes));
    }
}
