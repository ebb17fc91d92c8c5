namespace MLSeqGraph.Onnx;

/// <summary>
/// Lists of rows cut into pieces of <see cref="Width"/> entries, the pieces' results cut likewise, and so on until a list has one result:
/// reductions over lists of any length in one small <c>Loop</c>, parallel, free of scatters, and in an order that the lists alone decide.
/// </summary>
/// <remarks>
/// A piece and the row of its result have one number: piece 0 is all padding, then come those of the first level, then those of the
/// second. Entries of the first level are numbers of the rows that are reduced, from 1; those of the others are numbers of pieces; 0 is
/// padding.
/// </remarks>
internal sealed class ListLevels
{
    private const int Width = 8;

    // Each level has at most an eighth of the one before, and lists have at most 2^31 entries.
    private const long MostLevels = 11;

    private readonly string _name;
    private readonly Dim _lists;
    private readonly Value _pieces; // of all levels, one after another, [pieces, Width]
    private readonly Value _ends;   // where each level begins, and the end of the last: [levels + 1]
    private readonly Value _piece;  // the piece that has a list's result, 0 for an empty list, [lists]

    /// <param name="name">Prefix of sizes' names.</param>
    /// <param name="start">Where each list begins among the entries of all, and the end of the last: [lists + 1] Int64.</param>
    /// <param name="lists">Number of lists.</param>
    internal ListLevels(string name, Value start, Dim lists)
    {
        (_name, _lists) = (name, lists);
        var graph = start.Graph;
        var (first, last) = (Op.Slice(start, 0, 0, -1), Op.Slice(start, 0, 1));
        var entries = Op.Slice(start, 0, -1);
        var length = last - first;
        var open = Op.NonZero(Op.Greater(length, graph.Scalar(0L)), name + "/open");
        // Sizes that change from one iteration to the next: sums of names stay open in files.
        Dim pieces = (Dim)(name + "/pieces") + 1, levels = (Dim)(name + "/levels") + 1, opened = (Dim)(name + "/open") + 1;
        Value Changing(Value value, Dim rows) => Op.Renamed(value, value.Shape.With(0, rows));
        var (states, _) = Op.Loop(Op.Squeeze(Op.Min(entries, graph.Scalar(MostLevels)), 0),
            [
                Changing(Op.Filled(0L, [1, Width], start), pieces), Changing(graph.Vector(1L), levels), Op.ZerosLike(length),
                Changing(open, opened), Changing(Op.Gather(first, open) + 1.0, opened), Changing(Op.Gather(length, open), opened),
            ], name + "/level", (_, states) =>
            {
                var (all, ends, results, list) = (states[0], states[1], states[2], states[3]);
                var (begin, count) = (states[4], states[5]);
                var cut = (count + (Width - 1.0)) / Width;                              // [open]
                var at = Op.CumSum(cut, 0, exclusive: true);
                var total = Op.ReduceSum(cut, [0]);                                     // [1]
                Dim piece = name + "/piece";
                var isFirst = Op.ReplaceRows(Op.Expand(graph.Vector(0L), [piece], total), at, Op.Filled(1L, [opened], at));
                var owner = Op.CumSum(isFirst, 0) - 1.0;                                // whose piece it is, [piece]
                var entry = Op.Unsqueeze(Op.Range(total, piece) * Width + Op.Gather(begin - at * Width, owner), 1)
                    + graph.Vector([.. Enumerable.Range(0, Width).Select(place => (long)place)]);
                var cutList = Op.Where(Op.Less(entry, Op.Unsqueeze(Op.Gather(begin + count, owner), 1)), entry, graph.Scalar(0L));
                var before = Op.Slice(ends, 0, -1);
                var number = at + before;
                var more = Op.NonZero(Op.Greater(cut, graph.Scalar(1L)), name + "/more");
                return (Op.Greater(Op.Squeeze(Op.SizeOf(more, 0), 0), graph.Scalar(0L)),
                [
                    Op.Concat(0, all, cutList), Op.Concat(0, ends, before + total), Op.ReplaceRows(results, list, number),
                    Op.Gather(list, more), Op.Gather(number, more), Op.Gather(cut, more),
                ], []);
            });
        (_pieces, _ends, _piece) = (states[0], states[1], states[2]);
    }

    /// <summary>The pieces of the first level, their entries numbers of the rows that are reduced, from 1: [pieces, Width].</summary>
    /// <param name="rows">The row of each entry, [entries].</param>
    internal Value FirstLevel(Value rows)
    {
        var end = Op.ReduceMax(Op.SliceTo(_ends, _ends.Graph.Vector(2L), [_name + "/first"]), [0]);     // with no entries there is no level
        var first = Op.SliceTo(_pieces, end, [_name + "/first_pieces", Width]);
        return Op.Gather(Op.Concat(0, rows.Graph.Vector(0L), rows + 1.0), first);
    }

    /// <summary>Reduces the rows of each list: [rows, features] → [lists, features].</summary>
    /// <param name="x">The rows.</param>
    /// <param name="firstLevel">What <see cref="FirstLevel"/> gives.</param>
    /// <param name="nothing">The row for padding and empty lists, [1, features].</param>
    /// <param name="reduce">[pieces, <see cref="Width"/>, features] → [pieces, features].</param>
    internal Value Reduce(Value x, Value firstLevel, Value nothing, Func<Value, Value> reduce)
    {
        var first = reduce(Op.Gather(Op.Concat(0, nothing, x), firstLevel));
        Shape shape = [(Dim)(_name + "/results") + 1, x.Shape[1]];
        var (states, _) = Op.Loop(Op.Squeeze(Op.SizeOf(_ends, 0), 0) - 2.0, [Op.Renamed(first, shape)], _name + "/level", (level, states) =>
        {
            var at = Op.Unsqueeze(level, 0) + 1.0;
            var pieces = Op.SliceAt(_pieces, 0, Op.Gather(_ends, at), Op.Gather(_ends, at + 1.0), [_name + "/piece", Width]);
            return (x.Graph.Scalar(true), [Op.Concat(0, states[0], reduce(Op.Gather(states[0], pieces)))], []);
        });
        return Op.Renamed(Op.Gather(states[0], _piece), [_lists, x.Shape[1]]);
    }

    /// <summary>Sums of the rows of pieces.</summary>
    /// <remarks>As a product with ones: ONNX Runtime's ReduceSum adds in another order where there are fewer rows than threads, a product
    /// always in the same one.</remarks>
    internal static Value Sum(Value rows)
    {
        double[] ones = [.. Enumerable.Repeat(1.0, Width)];
        var one = rows.Type == ElementType.Double ? TensorData.Create(ones, 1, Width)
            : TensorData.Create(Array.ConvertAll(ones, number => (float)number), 1, Width);
        return Op.Squeeze(Op.MatMul(rows.Graph.Root.Constant(one), rows), 1);
    }
}
