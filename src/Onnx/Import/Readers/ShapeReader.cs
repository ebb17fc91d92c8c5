namespace MLSeqGraph.Onnx;

/// <summary>Shapes that are inputs of nodes.</summary>
internal static class ShapeReader
{
    /// <summary>The number of axes that a shape [rank] given as an input has.</summary>
    internal static int RankOf(ImportedNode node, int input) => node[input].Shape is [{ IsKnown: true, Size: <= 16 } rank]
        ? (int)rank.Size : throw new ImportException($"its shape {node[input]} has a number of axes that isn't known");

    /// <summary>A shape given as an input; sizes that aren't known get names.</summary>
    internal static Shape Of(ImportedNode node, int input, string? dim)
    {
        var elements = node.Extents(input) ?? Enumerable.Repeat(Extent.Unknown, RankOf(node, input)).ToArray();
        return [.. elements.Select(one => one.Number < 0 ? throw new ImportException($"its shape has the size {one.Number}")
            : one.Dim ?? node.Importer.NewDim(dim ?? node.Operator))];
    }

    /// <summary>A shape in which −1 stands for the rest, and 0 for the size of the input's axis.</summary>
    /// <returns>The shape, and whether nothing in it had to be given a new name.</returns>
    internal static (Shape Shape, bool IsSure) Resolve(ImportedNode node, Value x, Extent[] elements, bool copiesZero)
    {
        var (dims, open, isSure) = (new Dim[elements.Length], -1, true);
        for (var i = 0; i < dims.Length; i++)
        {
            if (elements[i].Number == -1)
                open = open < 0 ? i : throw new ImportException("its shape leaves two sizes open");
            else if (elements[i].Number == 0 && copiesZero)
                dims[i] = i < x.Shape.Rank ? x.Shape[i] : throw new ImportException($"its shape copies axis {i} of {x}");
            else if (elements[i].Number < 0)
                throw new ImportException($"its shape has the size {elements[i].Number}");
            else
                (dims[i], isSure) = elements[i].Dim is { } known ? (known, isSure) : (node.Importer.NewDim("reshape"), false);
        }
        if (open >= 0)
        {
            var rest = dims.Where((_, i) => i != open).Aggregate((Dim)1, (product, dim) => product * dim);
            (dims[open], isSure) = !isSure ? (node.Importer.NewDim("reshape"), false)
                : Quotient(x.Shape, dims, open, rest) is { } quotient ? (quotient, true)
                : x.Shape.IsKnown && rest.IsKnown
                    ? throw new ImportException($"it shapes {x}, of {x.Shape.Elements} elements, in multiples of {rest}")
                : (node.Importer.NewDim("reshape"), false);
        }
        return ([.. dims], isSure);
    }

    // What remains of the input's axes without those that stay.
    private static Dim? Quotient(Shape from, Dim[] to, int open, Dim rest)
    {
        if (rest == 0)
            return null;
        if (from.Elements == rest)
            return 1;
        if (from.Elements.TryDivide(rest, out var quotient))
            return quotient;
        var left = from.ToList();
        Dim divisor = 1;
        for (var i = 0; i < to.Length; i++)
            if (i != open && !left.Remove(to[i]))
                divisor *= to[i];
        var product = left.Aggregate((Dim)1, (all, dim) => all * dim);
        return !divisor.Equals(0L) && product.TryDivide(divisor, out quotient) ? quotient : (Dim?)null;
    }
}
