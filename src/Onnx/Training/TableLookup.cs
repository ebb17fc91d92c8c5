namespace MLSeqGraph.Onnx;

/// <summary>
/// A lookup table of which a step reads and updates single rows. The gradient of each row that was read is summed over the places it was
/// read at, by an aggregation plan made on the host: without scatters, bitwise equal on any number of threads, and without work for
/// other rows.
/// </summary>
internal sealed class TableLookup(Value table)
{
    private readonly List<(Value Ids, Value Rows)> _lookups = [];

    internal Value Table { get; } = table;

    /// <summary>The rows that were looked up, whose gradients are those of the table's rows.</summary>
    internal IEnumerable<Value> Read => _lookups.Select(lookup => lookup.Rows);

    /// <summary>Whether the table is also used as a whole: tied weights.</summary>
    internal bool IsReadElsewhere(Graph graph)
    {
        var lookups = _lookups.Select(lookup => lookup.Rows.Producer).ToHashSet();
        return graph.Nodes.Any(node => (node.Inputs.Contains(Table) && !lookups.Contains(node))
            || node.Bodies.Any(body => Backpropagation.Captures(body).Contains(Table)));
    }

    internal Value Lookup(Value ids)
    {
        var rows = Op.Gather(Table, ids);
        _lookups.Add((ids, rows));
        return rows;
    }

    /// <summary>Declares the plan's inputs and writes the gradient of the rows read.</summary>
    /// <returns>The rows' numbers [rows] Int64, all different, and their gradients [rows, width].</returns>
    internal (Value Rows, Value Gradient, HostInput Plan) RowGradients(IReadOnlyList<Value> gradients)
    {
        Dim width = Table.Shape[1];
        var all = Op.Concat(0,
            [.. gradients.Select(gradient =>
                Op.Reshape(gradient, [gradient.Shape.Elements.TryDivide(width, out var places) ? places : "places", width]))]);
        var plan = new RowPlan(Table.Graph, Table, [.. _lookups.Select(lookup => lookup.Ids)]);
        return (plan.Rows, plan.Sum(all), plan);
    }

    /// <summary>
    /// The rows' numbers for the update, which overwrites the table in place: an empty slice of every read is appended, so that ONNX
    /// Runtime, which may choose the order, reads first.
    /// </summary>
    internal Value AfterReading(Value rows) =>
        Op.Concat(0, [rows, .. Read
            .Select(read => Op.Cast(Op.Slice(Op.Reshape(read, [read.Shape.Elements]), 0, 0, 0), ElementType.Int64))]);
}
