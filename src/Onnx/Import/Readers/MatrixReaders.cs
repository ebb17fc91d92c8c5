namespace MLSeqGraph.Onnx;

/// <summary>Reads matrix products. A weight may be changed by an adapter beside it.</summary>
internal static class MatrixReaders
{
    internal static Dictionary<string, OperatorReader> All { get; } = new(StringComparer.Ordinal)
    {
        ["com.microsoft:FusedMatMul"] = Fused,
        ["Einsum"] = Einsum,
        ["Gemm"] = Gemm,
        ["MatMul"] = node => [node.Importer.IsForTraining && KnownPatterns.Attention(node[0], node[1]) is { } attention ? attention
            : Product(node, node[0], node[1])],
    };

    private static Value Product(ImportedNode node, Value a, Value b)
    {
        if (a.Shape.Rank == 0 || b.Shape.Rank == 0)
            throw new ImportException($"it multiplies {a} and {b}; expected matrices or vectors");
        var (isRow, isColumn) = (a.Shape.Rank == 1, b.Shape.Rank == 1);
        (a, b) = (isRow ? Op.Unsqueeze(a, 0) : a, isColumn ? Op.Unsqueeze(b, 1) : b);
        (a, b) = Agreement.Along(a, -1, b, -2);
        for (var axis = 3; axis <= Math.Min(a.Shape.Rank, b.Shape.Rank); axis++)
            (a, b) = Agreement.Along(a, -axis, b, -axis);
        if (!isRow && !isColumn)
            b = node.Importer.Weights.Merged(node.InputName(1), b, isTransposed: false);
        var product = Op.MatMul(a, b);
        if (!isRow && !isColumn && node.Importer.Weights.Adapted(node.InputName(1), a, isTransposed: false) is { } change)
            product += change;
        return isRow && isColumn ? Op.Squeeze(product, -2, -1) : isRow ? Op.Squeeze(product, -2) : isColumn ? Op.Squeeze(product, -1)
            : product;
    }

    // Dots stand for leading axes; without an arrow the result has the letters that occur once, in their order.
    private static Value[] Einsum(ImportedNode node)
    {
        Value[] operands = [.. Enumerable.Range(0, node.Inputs.Count).Select(i => node[i])];
        var sides = node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal).Split("->");
        var inputs = sides[0].Split(',');
        var free = string.Concat(Enumerable.Range('A', 26).Select(letter => (char)letter).Where(letter => !sides[0].Contains(letter)));
        var most = "";
        for (var i = 0; i < Math.Min(inputs.Length, operands.Length); i++)
            if (inputs[i].Contains("...", StringComparison.Ordinal))
            {
                var count = Math.Clamp(operands[i].Shape.Rank - inputs[i].Length + 3, 0, free.Length);
                most = count > most.Length ? free[..count] : most;
                inputs[i] = inputs[i].Replace("...", free[..count], StringComparison.Ordinal);
            }
        var result = sides.Length > 1 ? sides[1].Replace("...", most, StringComparison.Ordinal)
            : most + string.Concat(string.Concat(inputs).Where(letter => !most.Contains(letter)).GroupBy(letter => letter)
                .Where(group => group.Count() == 1).Select(group => group.Key).Order());
        return [Op.Einsum($"{string.Join(',', inputs)}->{result}", operands)];
    }

    private static Value[] Gemm(ImportedNode node)
    {
        bool transA = node.Int("transA", 0) == 1, transB = node.Int("transB", 0) == 1;
        float alpha = node.Float("alpha", 1), beta = node.Float("beta", 1);
        Value a = node[0], b = node[1];
        if (a.Shape.Rank == 2 && b.Shape.Rank == 2)
            (a, b) = Agreement.Along(a, transA ? 0 : 1, b, transB ? 1 : 0);
        if (!transA)
            b = node.Importer.Weights.Merged(node.InputName(1), b, transB);
        var change = transA ? null : node.Importer.Weights.Adapted(node.InputName(1), a, transB);
        var c = node.Optional(2);
        if (alpha == 1 && beta == 1)
        {
            var whole = Op.Gemm(a, b, c, transA, transB);
            return [change is null ? whole : whole + change];
        }
        var product = Op.Gemm(a, b, null, transA, transB);
        product = (change is null ? product : product + change) * alpha;
        return [c is null || beta == 0 ? product : product + c * beta];
    }

    private static Value[] Fused(ImportedNode node)
    {
        if (node.Int("transBatchA", 0) == 1 || node.Int("transBatchB", 0) == 1)
            throw new ImportException("it transposes leading axes, which is not supported");
        Value a = node.Int("transA", 0) == 1 ? Op.TransposeLast(node[0]) : node[0],
            b = node.Int("transB", 0) == 1 ? Op.TransposeLast(node[1]) : node[1];
        (a, b) = Agreement.Along(a, -1, b, -2);
        return [Op.MatMul(a, b) * node.Float("alpha", 1)];
    }
}
