using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The steps of [batch, heads, time, d] cut into blocks of one size; the last is filled up with zeros.</summary>
internal sealed class Blocks
{
    private readonly Value _like, _time;
    private readonly int _size;

    /// <param name="like">[batch, heads, time, d].</param>
    /// <param name="size">Steps of a block.</param>
    internal Blocks(Value like, int size)
    {
        (_like, _size, _time) = (like, size, Op.SizeOf(like, 2));
        Count = like.Shape[2].Plus(size - 1).FloorDivide(size);
        CountValue = Count.IsKnown ? like.Graph.Vector(Count.Size) : Op.Div(_time + (size - 1.0), _time.Number(size));
    }

    /// <summary>Number of blocks.</summary>
    internal Dim Count { get; }

    /// <summary>The same, [1] Int64.</summary>
    internal Value CountValue { get; }

    /// <summary>The numbers of the blocks, [blocks] Int64.</summary>
    internal Value Numbers => Op.Range(CountValue, Count);

    /// <summary>[batch, heads, time, d] → [batch, heads, blocks, size, d].</summary>
    internal Value Cut(Value x)
    {
        var whole = Count * _size;
        if (x.Shape[2] != whole)
            x = whole.IsKnown ? Op.Pad(x, 2, 0, whole.Size - x.Shape[2].Size)
                : Op.PadEnd(x, 2, CountValue * (double)_size - _time, whole);
        return Op.Reshape(x, [x.Shape[0], x.Shape[1], Count, _size, x.Shape[3]], _like);
    }

    /// <summary>[batch, heads, blocks, size, d] → [batch, heads, time, d].</summary>
    internal Value Join(Value blocks)
    {
        var x = Op.Reshape(blocks, [blocks.Shape[0], blocks.Shape[1], Count * _size, blocks.Shape[4]], _like);
        return Op.CutTo(x, x.Shape.With(2, _like.Shape[2]), _like);
    }

    /// <summary>Whether positions are those of valid steps.</summary>
    /// <param name="positions">Int64 [blocks, 1, keys], any numbers.</param>
    /// <param name="lengths">Valid steps [batch]; null for all.</param>
    /// <returns>[1 or batch, 1, blocks, 1, keys] Bool.</returns>
    internal Value Inside(Value positions, Value? lengths)
    {
        positions = Op.Unsqueeze(positions, 0, 1);
        var end = lengths is null ? _time : Op.Unsqueeze(lengths, 1, 2, 3, 4);
        return Op.And(Op.GreaterOrEqual(positions, positions.Number(0)), Op.Less(positions, end));
    }

    /// <summary>0, 1, .., size - 1, moved, as Int64.</summary>
    internal static Value Offsets(Graph graph, int count, long first = 0) =>
        graph.Constant(TensorData.Vector<long>([.. Enumerable.Range(0, count).Select(i => i + first)]));
}
