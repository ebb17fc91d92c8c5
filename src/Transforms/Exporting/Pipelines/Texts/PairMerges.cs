using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>The merges of byte pairs as a loop: in each turn every piece joins its best pair, wherever it has it.</summary>
internal sealed class PairMerges(BytePairTokenizer tokenizer, string name)
{
    private readonly int _merges = tokenizer.Merges.Count;
    private readonly long _size = tokenizer.Vocabulary.Count + 1L;

    /// <summary>Merges tokens of all rows, one after another.</summary>
    /// <param name="tokens">Ids from 1, [tokens].</param>
    /// <param name="pieces">The piece of each, ascending.</param>
    /// <param name="pieceCount">[1]</param>
    internal (Value Tokens, Value Pieces) Merge(Value tokens, Value pieces, Value pieceCount)
    {
        var graph = tokens.Graph;
        long[] keys = [.. tokenizer.Merges.Select(pair => (pair.Left + 1) * _size + pair.Right + 1)];
        var merged = graph.Vector([.. Enumerable.Range(0, _merges).Select(rank => tokenizer.MergedId(rank) + 1L), 0L]);
        var none = graph.Scalar((long)_merges);
        // A piece of its own at the end, so that there is always a pair.
        Dim count = (Dim)$"{name}/tokens" + $"{name}/end";
        Value[] initial = [Op.Renamed(Op.Concat(0, tokens, graph.Vector(0L)), [count]),
            Op.Renamed(Op.Concat(0, pieces, pieceCount), [count])];
        var turns = Op.Squeeze(Op.SizeOf(tokens, 0), 0);
        var (states, _) = Op.Loop(turns, initial, $"{name}/turns", (_, states) =>
        {
            var left = Op.Slice(states[0], 0, 0, -1);
            var piece = Op.Slice(states[1], 0, 0, -1);
            var rank = Op.NumberOf(left * graph.Scalar(_size) + Op.Slice(states[0], 0, 1), keys,
                [.. Enumerable.Range(0, _merges).Select(rank => (long)rank)], _merges);
            rank = Op.Where(Op.Equal(piece, Op.Slice(states[1], 0, 1)), rank, none);
            var best = Op.Single("ScatterElements", ElementType.Int64, [$"{name}/best"],
                [Op.Expand(none, [$"{name}/best"], pieceCount), piece, rank], ("axis", 0L), ("reduction", "min"));
            var joins = Alternate(Op.And(Op.Equal(rank, Op.Gather(best, piece)), Op.Less(rank, none)));
            var next = Op.Concat(0, Op.Where(joins, Op.Gather(merged, rank), left), Op.Slice(states[0], 0, -1));
            var kept = Op.NonZero(Op.Not(Op.Concat(0, graph.Vector(false), joins)), $"{name}/kept");
            Value Keep(Value x) => Op.Renamed(Op.Gather(x, kept), [(Dim)$"{name}/kept" + 0L]);
            var joined = Op.ReduceSum(Op.Cast(joins, ElementType.Int64), keepDims: false);
            return (Op.Greater(joined, graph.Scalar(0L)), [Keep(next), Keep(states[1])], []);
        });
        return (Op.Slice(states[0], 0, 0, -1), Op.Slice(states[1], 0, 0, -1));
    }

    // Of neighbors that overlap, as in a row of equal tokens, the first, the third, …
    private Value Alternate(Value joins)
    {
        var graph = joins.Graph;
        var isFirst = Op.And(joins, Op.Not(BytePairGraph.Before(joins, graph.Vector(false))));
        var firsts = Op.Concat(0, graph.Vector(0L), Op.NonZero(isFirst, $"{name}/runs"));
        var run = Op.CumSum(Op.Cast(isFirst, ElementType.Int64), 0);
        var place = Op.Range(Op.SizeOf(joins, 0), joins.Shape[0]) - Op.Gather(firsts, run);
        return Op.And(joins, Op.Equal(Op.Mod(place, graph.Scalar(2L)), graph.Scalar(0L)));
    }
}
