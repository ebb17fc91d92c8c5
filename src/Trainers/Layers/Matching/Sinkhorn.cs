using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// A soft assignment of rows to columns, each of which may stay alone: a row and a column of a trained score, the dustbins, are added,
    /// and rows and columns are normalized in turn (Sinkhorn and Knopp 1967), in logarithms, Z ← Z - log Σ_j exp Z + log a, then
    /// Z ← Z - log Σ_i exp Z + log b, where a and b are 1 for rows and columns, and for the dustbins as many as there are of the others
    /// (SuperGlue, Sarlin et al. 2020).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="scores">How well each row fits each column, [batch, rows, columns].</param>
    /// <param name="rows">Rows that count, from the first, [batch] Int64; null for all.</param>
    /// <param name="columns">Columns that count likewise; null for all.</param>
    /// <param name="iterations">How often rows and columns are normalized.</param>
    /// <param name="name">Scope of the parameter <c>dustbin</c> [1].</param>
    /// <returns>
    /// Logarithms of the assignment, [batch, rows + 1, columns + 1]: those of a row, its dustbin last, add up to 1, those of a column to
    /// exactly 1. Rows and columns that don't count have about −1e30.
    /// </returns>
    /// <exception cref="GraphException">The scores have another shape, or there is no iteration.</exception>
    public static Value Sinkhorn(this NetworkBuilder network, Value scores, Value? rows = null, Value? columns = null, int iterations = 20,
        string name = "sinkhorn")
    {
        if (scores.Shape.Rank != 3 || iterations < 1)
            throw new GraphException($"Sinkhorn: expected scores [batch, rows, columns] and at least 1 iteration; got {scores} and "
                + $"{iterations}.");
        var (batch, m, n) = (scores.Shape[0], scores.Shape[1], scores.Shape[2]);
        Value dustbin;
        using (network.Scope(name))
            dustbin = network.Parameter("dustbin", [1], Initializers.Ones, decays: false);
        var z = Op.Concat(2, scores, Bin([batch, m, 1]));
        z = Op.Concat(1, z, Bin([batch, 1, n + 1]));                                                // [batch, rows + 1, columns + 1]
        var (ofRows, ofColumns) = (Mass(rows, 1, m, 2, n), Mass(columns, 2, n, 1, m));
        Value a = Op.Unsqueeze(ofRows.Log, 2), b = Op.Unsqueeze(ofColumns.Log, 1);
        // What doesn't count is hidden from the first normalization on.
        if (ofRows.Hidden is { } hiddenRows)
            z += Op.Unsqueeze(hiddenRows, 2);
        if (ofColumns.Hidden is { } hiddenColumns)
            z += Op.Unsqueeze(hiddenColumns, 1);
        for (var i = 0; i < iterations; i++)
            z = Op.LogSoftmax(Op.LogSoftmax(z, 2) + a, 1) + b;
        return z;

        Value Bin(Shape shape) => Op.Cast(Op.Filled(0f, shape, scores), scores.Type) + dustbin;

        // log a [batch, size + 1], and what is added to hide rows that don't count; the dustbin's mass is the number of the others.
        (Value Log, Value? Hidden) Mass(Value? counted, int axis, Dim size, int otherAxis, Dim other)
        {
            var others = (axis == 1 ? columns : rows) is { } given ? Op.Unsqueeze(given, 1)
                : Op.SizeOf(scores, otherAxis) + Op.Filled(0L, [batch, 1], scores);
            var bin = Op.Log(Op.Cast(others, scores.Type));                                         // [batch, 1]
            var zeros = Op.Cast(Op.Filled(0f, [batch, size], scores), scores.Type);
            if (counted is null)
                return (Op.Concat(1, zeros, bin), null);
            var counts = Op.Less(Op.Range(Op.SizeOf(scores, axis), size), Op.Unsqueeze(counted, 1));
            var hidden = Op.Where(counts, zeros, zeros + scores.Number(-1e30f));
            return (Op.Concat(1, hidden, bin), Op.Concat(1, hidden, Op.Cast(Op.Filled(0f, [batch, 1], scores), scores.Type)));
        }
    }
}
