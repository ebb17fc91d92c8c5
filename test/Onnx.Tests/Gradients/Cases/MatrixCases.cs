using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Matrix products.</summary>
internal static class MatrixCases
{
    internal static IEnumerable<GradientCase> All =>
    [
        MatMul("matrices", [2, 3], [3, 4]),
        MatMul("a row and a column", [1, 3], [3, 1]),
        MatMul("a batch by one matrix", [5, 2, 3], [3, 4]),
        MatMul("two batch axes by one matrix", [2, 5, 1, 3], [3, 4]),
        MatMul("one matrix by a batch", [2, 3], [5, 3, 4]),
        MatMul("one matrix by two batch axes", [2, 3], [2, 5, 3, 1]),
        MatMul("two batches", [5, 2, 3], [5, 3, 4]),
        MatMul("the left batch is stretched", [1, 2, 3], [5, 3, 4]),
        MatMul("the right batch is stretched", [5, 2, 3], [1, 3, 4]),
        MatMul("both batches are stretched", [5, 1, 2, 3], [1, 6, 3, 4]),
        MatMul("the left one lacks a batch axis", [6, 2, 3], [5, 6, 3, 4]),
        MatMul("the right one lacks a batch axis", [5, 6, 2, 3], [6, 3, 4]),
        MatMul("no rows", [0, 3], [3, 4]),
        MatMul("an empty batch", [0, 2, 3], [3, 4]),
        new("MatMul", "a matrix by itself", v => Op.MatMul(v[0], v[0]), X(3, 3)),
        Gemm(false, false, [2, 3], [3, 4]),
        Gemm(true, false, [3, 2], [3, 4]),
        Gemm(false, true, [2, 3], [4, 3]),
        Gemm(true, true, [3, 2], [4, 3]),
        Gemm(false, false, [2, 3], [3, 4], [2, 4]),
        Gemm(true, false, [3, 2], [3, 4], [4]),
        Gemm(false, true, [2, 3], [4, 3], [2, 1]),
        Gemm(true, true, [3, 2], [4, 3], [1, 4]),
        Gemm(false, false, [2, 3], [3, 4], []),
        Gemm(false, false, [0, 3], [3, 4], [4]),
        Gemm(true, false, [0, 3], [0, 4]),
        Einsum("ij,jk->ik", [2, 3], [3, 4]),
        Einsum("bhid,bhjd->bhij", [2, 2, 3, 4], [2, 2, 5, 4]),
        Einsum("bij,jk->bk", [2, 3, 4], [4, 5]),
        Einsum("ij,kl->jl", [2, 3], [4, 5]),
        Einsum("i,j->ij", [3], [4]),
        Einsum("ij,ij->", [2, 3], [2, 3]),
        Einsum("bj,jk,bk->b", [2, 3], [3, 4], [2, 4]),
        Einsum("ijk->ki", [2, 3, 4]),
    ];

    private static GradientCase MatMul(string name, long[] left, long[] right) =>
        new("MatMul", name, v => Op.MatMul(v[0], v[1]), X(left), X(right));

    private static GradientCase Einsum(string equation, params long[][] sizes) =>
        new("Einsum", equation, v => Op.Einsum(equation, v), [.. sizes.Select(size => X(size))]);

    private static GradientCase Gemm(bool transA, bool transB, long[] a, long[] b, long[]? c = null) =>
        new("Gemm", $"{(transA ? "A'" : "A")}[{string.Join(", ", a)}] "
            + $"{(transB ? "B'" : "B")}[{string.Join(", ", b)}]{(c is null ? "" : $" + C[{string.Join(", ", c)}]")}",
            v => Op.Gemm(v[0], v[1], c is null ? null : v[2], transA, transB), c is null ? [X(a), X(b)] : [X(a), X(b), X(c)]);
}
