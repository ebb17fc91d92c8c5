using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Operations that choose elements by index.</summary>
internal static class IndexingCases
{
    internal static IEnumerable<GradientCase> All =>
    [
        new("Gather", "rows, one of them twice", v => Op.Gather(v[0], v[1]), X(4, 3), Indices([3], 2, 0, 2)),
        new("Gather", "rows by a matrix of indices, some from the end", v => Op.Gather(v[0], v[1]), X(4, 3), Indices([2, 2], -1, 0, 3, -4)),
        new("Gather", "one row", v => Op.Gather(v[0], v[1]), X(4, 3), Indices([], 1)),
        new("Gather", "elements of a vector", v => Op.Gather(v[0], v[1]), X(4), Indices([2, 3], 0, 1, 1, 3, 3, 3)),
        new("Gather", "rows by 32-bit indices", v => Op.Gather(v[0], Op.Cast(v[1], ElementType.Int32)), X(4, 3), Indices([3], 2, 0, 2)),
        new("Gather", "rows that differ", v => Op.TakeRows(v[0], v[1]), X(4, 3), Indices([3], 2, 0, 3)),
        new("Gather", "columns", v => Op.Gather(v[0], v[1], axis: -1), X(2, 5), Indices([3], 4, 0, 4)),
        new("Gather", "one column", v => Op.Gather(v[0], v[1], axis: 1), X(2, 5), Indices([], 3)),
        new("Gather", "a middle axis by a matrix", v => Op.Gather(v[0], v[1], axis: 1), X(2, 4, 3), Indices([2, 2], 3, 0, 3, 1)),
        new("Gather", "no rows", v => Op.Gather(v[0], v[1]), X(4, 3), Indices([0])),
        new("GatherElements", "along the first axis", v => Op.GatherElements(v[0], v[1], 0), X(4, 3), Indices([2, 3], 0, 1, 3, 0, 3, -1)),
        new("GatherElements", "along the last axis", v => Op.GatherElements(v[0], v[1], -1), X(2, 4), Indices([2, 2], 0, 3, 1, 1)),
        new("GatherElements", "of a part of the other axis", v => Op.GatherElements(v[0], v[1], 1), X(3, 4), Indices([2, 1], 2, 0)),
        new("ScatterElements", "replaces", v =>
            Op.ScatterElements(v[0], v[2], v[1], 0), X(4, 3), X(2, 3), Indices([2, 3], 0, 1, 3, 2, 3, 0)),
        new("ScatterElements", "replaces along the last axis, from the end", v =>
            Op.ScatterElements(v[0], v[2], v[1], -1), X(2, 4), X(2, 2), Indices([2, 2], -1, 0, 1, 2)),
        new("ScatterElements", "adds, some to the same element", v =>
            Op.ScatterElements(v[0], v[2], v[1], 1, add: true), X(2, 4), X(2, 3), Indices([2, 3], 0, 0, 1, 3, 3, 3)),
        new("ScatterND", "replaces rows", v => Op.ReplaceRows(v[0], v[2], v[1]), X(4, 3), X(2, 3), Indices([2], 3, 1)),
        new("ScatterND", "replaces rows of matrices", v => Op.ReplaceRows(v[0], v[2], v[1]), X(3, 2, 2), X(1, 2, 2), Indices([1], 2)),
        new("ScatterND", "replaces no rows", v => Op.ReplaceRows(v[0], v[2], v[1]), X(4, 3), X(0, 3), Indices([0])),
        new("GatherND", "elements, one twice", v => Op.GatherND(v[0], v[1]), X(3, 4), Indices([3, 2], 0, 1, 2, 3, 0, 1)) { IsFixed = true },
        new("GatherND", "rows, from the end", v => Op.GatherND(v[0], v[1]), X(3, 2, 2), Indices([2, 2, 1], 0, -1, 2, 2)) { IsFixed = true },
        new("GatherND", "middle rows", v => Op.GatherND(v[0], v[1]), X(2, 3, 2), Indices([2, 2], 1, -1, 0, 0)) { IsFixed = true },
        new("GatherND", "of each of a batch", v =>
            Op.GatherND(v[0], v[1], batchAxes: 1), X(2, 3, 2), Indices([2, 2, 1], 0, 2, 1, 1)) { IsFixed = true },
        new("GatherND", "elements of each of two batch axes", v =>
            Op.GatherND(v[0], v[1], batchAxes: 2), X(2, 2, 3), Indices([2, 2, 1, 1], 0, 2, -1, 1)) { IsFixed = true },
        new("TopK", "the largest", v => Op.TopK(v[0], 2).Values, Distinct(3, 5)) { IsFixed = true },
        new("TopK", "the smallest of the first axis", v => Op.TopK(v[0], 3, 0, largest: false).Values, Distinct(4, 2)),
        new("Gather", "padding by the last elements", v => Op.PadByElements(v[0], 1, 2, 3), X(2, 4)),
        new("Gather", "padding by reflection", v => Op.PadByElements(v[0], 0, 3, 2, reflect: true), X(4, 2)),
        new("ReverseSequence", "ragged lengths", v => Op.ReverseSequence(v[0], v[1]), X(4, 3, 2), Indices([3], 4, 1, 3)),
    ];
}
