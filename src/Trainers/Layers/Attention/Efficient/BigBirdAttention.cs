using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Options of <see cref="Layers.BigBirdAttention"/>.</summary>
public sealed record BigBirdOptions
{
    /// <summary>Steps of a block, 16 by default. The last block of a sequence may have fewer.</summary>
    public int Block { get; init; } = 16;

    /// <summary>Blocks that a block sees around itself, an odd number; 3, the default, for itself and its neighbors.</summary>
    public int WindowBlocks { get; init; } = 3;

    /// <summary>Numbers of the blocks that see all steps and are seen by all; the first by default.</summary>
    public IReadOnlyList<int> GlobalBlocks { get; init; } = [0];

    /// <summary>
    /// Blocks drawn for each block to see besides, 2 by default: block i's are among the first 2 i + 2, so that they don't depend on
    /// padding; one past the end is none.
    /// </summary>
    public int RandomBlocks { get; init; } = 2;

    /// <summary>Seed of the draw.</summary>
    public int Seed { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(BigBirdOptions)} {{ {nameof(Block)} = {Block}, {nameof(WindowBlocks)} = {WindowBlocks}, "
        + $"{nameof(GlobalBlocks)} = [{string.Join(", ", GlobalBlocks)}], {nameof(RandomBlocks)} = {RandomBlocks}, "
        + $"{nameof(Seed)} = {Seed} }}";

    internal string? Problem =>
        Block < 1 ? $"{nameof(Block)} of at least 1, not {Block}"
        : WindowBlocks < 1 || WindowBlocks % 2 == 0 ? $"{nameof(WindowBlocks)} of an odd number, not {WindowBlocks}"
        : RandomBlocks < 0 ? $"{nameof(RandomBlocks)} of at least 0, not {RandomBlocks}"
        : GlobalBlocks.Any(block => block < 0) || GlobalBlocks.Distinct().Count() != GlobalBlocks.Count
            ? $"{nameof(GlobalBlocks)} of different numbers of at least 0, not {string.Join(", ", GlobalBlocks)}"
        : null;
}

public static partial class Layers
{
    /// <summary>
    /// Big Bird (Zaheer et al. 2020): a step sees the blocks around its own, some global ones and some drawn at random, each once; steps of
    /// global blocks see all. Time and memory grow with length.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, time, hidden].</param>
    /// <param name="bigBird">Blocks; null for the defaults.</param>
    /// <param name="options">Heads, biases and dropout; null for the defaults.</param>
    /// <param name="lengths">Valid steps [batch] Int64; null for all.</param>
    /// <param name="rotary">Rotates queries and keys by their positions; null for no rotation.</param>
    /// <param name="randomBlocks">
    /// The blocks that each block sees besides, Int64 [blocks, n], -1 for none; null to draw them by the options' seed.
    /// </param>
    /// <param name="name">Scope of the linear layers <c>query</c>, <c>key</c>, <c>value</c>, <c>output</c>.</param>
    /// <returns>[batch, time, hidden].</returns>
    public static Value BigBirdAttention(this NetworkBuilder network, Value x, BigBirdOptions? bigBird = null,
        MultiHeadOptions? options = null, Value? lengths = null, RotaryPositions? rotary = null, Value? randomBlocks = null,
        string name = "attention")
    {
        bigBird ??= new();
        if (bigBird.Problem is { } problem)
            throw new GraphException($"BigBirdAttention: expected {problem}.");
        return network.SelfAttend("BigBirdAttention", x, options, rotary, name, (q, k, v, dropout) =>
        {
            var blocks = new Blocks(q, bigBird.Block);
            Value cutKeys = blocks.Cut(k), cutValues = blocks.Cut(v);
            var seen = SeenBlocks(blocks, bigBird, randomBlocks, x.Graph);                               // [blocks, m], -1 for none
            var positions = Op.Unsqueeze(seen, 2) * (double)bigBird.Block + Blocks.Offsets(x.Graph, bigBird.Block);
            var isNone = Op.Unsqueeze(Op.Less(seen, seen.Number(0)), 2);
            positions = Op.Where(isNone, positions.Number(-1), positions);                               // [blocks, m, block]
            var count = seen.Shape[1] * bigBird.Block;
            positions = Op.Reshape(positions, [blocks.Count, 1, count], seen);
            var mask = AttentionMask.Of(blocks.Inside(positions, lengths));
            var rows = Op.Max(seen, seen.Number(0));
            var local = network.ScaledDotProductAttention(blocks.Cut(q), Gathered(cutKeys), Gathered(cutValues), mask, dropout: dropout)
                .Output;
            return blocks.Join(WithGlobal(local));

            // [.., blocks, m · block, d]
            Value Gathered(Value cut) =>
                Op.Reshape(Op.Gather(cut, rows, 2), [cut.Shape[0], cut.Shape[1], blocks.Count, count, cut.Shape[4]], cut);

            // Steps of global blocks attend to everything; their results replace the others.
            Value WithGlobal(Value local)
            {
                if (bigBird.GlobalBlocks.Count == 0)
                    return local;
                var numbers = x.Graph.Constant(TensorData.Vector<long>([.. bigBird.GlobalBlocks.Select(block => (long)block)]));
                var last = blocks.CountValue - 1L;
                var queries = Op.Gather(blocks.Cut(q), Op.Min(numbers, last), 2);                        // [.., globals, block, d]
                long globals = bigBird.GlobalBlocks.Count;
                queries = Op.Reshape(queries, [q.Shape[0], q.Shape[1], globals * bigBird.Block, q.Shape[3]], q);
                var padding = lengths is null ? null : AttentionMask.Padding(lengths, k, 2);
                var all = network.ScaledDotProductAttention(queries, k, v, padding, dropout: dropout).Output;
                all = Op.Reshape(all, [q.Shape[0], q.Shape[1], globals, bigBird.Block, v.Shape[3]], q);
                var chosen = blocks.Numbers;
                for (var i = 0; i < globals; i++)
                {
                    var isGlobal = Op.Equal(blocks.Numbers, numbers.Number(bigBird.GlobalBlocks[i]));
                    chosen = Op.Where(isGlobal, blocks.CountValue + (double)i, chosen);
                }
                return Op.Gather(Op.Concat(2, local, all), chosen, 2);
            }
        });
    }

    // The numbers of the blocks that each block sees, [blocks, m]; those outside and those seen before are -1.
    private static Value SeenBlocks(Blocks blocks, BigBirdOptions options, Value? random, Graph graph)
    {
        var half = options.WindowBlocks / 2;
        var own = Op.Unsqueeze(blocks.Numbers, 1);
        List<Value> parts = [own + Blocks.Offsets(graph, options.WindowBlocks, -half)];
        var column = own * 0.0;
        foreach (var block in options.GlobalBlocks)
            parts.Add(column + (long)block);
        if (random is not null)
        {
            if (random.Type != ElementType.Int64 || random.Shape.Rank != 2)
                throw new GraphException($"BigBirdAttention: expected random blocks [blocks, n] Int64; got {random.Type} {random}.");
            parts.Add(Op.Renamed(random, [blocks.Count, random.Shape[1]]));
        }
        else
            for (var i = 0; i < options.RandomBlocks; i++)
            {
                // a multiplicative hash of the block's number
                var draw = new Random(options.Seed * 31 + i);
                long factor = draw.NextInt64(1 << 20, 1 << 30) | 1, added = draw.NextInt64(1 << 30);
                var hashed = Op.Mod((own + (double)added) * (double)factor, own.Number(2147483647));
                parts.Add(Op.Mod(Op.Div(hashed, own.Number(1024)), own * 2.0 + 2.0));
            }
        var seen = Op.Concat(1, [.. parts]);
        var isOutside = Op.Or(Op.Less(seen, seen.Number(0)), Op.GreaterOrEqual(seen, blocks.CountValue));
        seen = Op.Where(isOutside, seen.Number(-1), seen);
        var count = (int)seen.Shape[1].Size;
        var earlier = new bool[count * count];
        for (var i = 0; i < count; i++)
            Array.Fill(earlier, true, i * count, i);
        var same = Op.And(Op.Equal(Op.Unsqueeze(seen, 2), Op.Unsqueeze(seen, 1)), graph.Constant(TensorData.Create(earlier, count, count)));
        var isRepeated = Op.Greater(Op.ReduceSum(Op.Cast(same, ElementType.Int64), [2], keepDims: false), seen.Number(0));
        return Op.Where(isRepeated, seen.Number(-1), seen);
    }
}
