namespace MLSeqGraph.Onnx;

// Reductions and lookups of rows of nodes and messages.
public sealed partial class GraphEdges
{
    /// <summary>The rows of the target nodes among those of the source nodes, [sources, ..] → [targets, ..].</summary>
    public Value OfTargets(Value x) =>
        Checked(x, SourceCount, nameof(OfTargets)).Shape[0] == TargetCount ? x
        : Op.GatheredRows(x) is var (all, rows) ? Op.Gather(all, Op.Head(rows, TargetCount, _incoming.Degree))
        : Op.Head(x, TargetCount, _incoming.Degree);

    /// <summary>The source node's row for each edge, [sources, ..] → [edges, ..].</summary>
    public Value Sources(Value x) =>
        WithGradient(Op.Gather(Checked(x, SourceCount, nameof(Sources)), Source), c =>
            [_outgoing.Value.Sum(c.Gradient, ListEntries.Edges)], x);

    /// <summary>The target node's row for each edge, [targets, ..] → [edges, ..].</summary>
    public Value Targets(Value x) =>
        WithGradient(Op.Gather(Checked(x, TargetCount, nameof(Targets)), Target), c => [_incoming.Sum(c.Gradient, ListEntries.Edges)], x);

    /// <summary>Sums of messages over the edges that end at each node, [edges, ..] → [targets, ..].</summary>
    public Value Sum(Value messages)
    {
        var passed = Masked(Checked(messages, Count, nameof(Sum)));
        return WithGradient(_incoming.Sum(passed, ListEntries.Edges), c => [Op.Gather(c.Gradient, Target)], passed);
    }

    /// <summary>
    /// Means of messages over the edges that end at each node, 0 for a node without edges, [edges, ..] → [targets, ..].
    /// </summary>
    public Value Mean(Value messages) => PerEdge(Sum(messages));

    /// <summary>
    /// The elementwise maximum of messages over the edges that end at each node, 0 for a node without edges, [edges, ..] → [targets, ..].
    /// Messages that tie share the gradient equally.
    /// </summary>
    public Value Max(Value messages)
    {
        messages = Masked(Checked(messages, Count, nameof(Max)));
        var largest = _incoming.Max(messages, ListEntries.Edges);
        return WithGradient(largest, c =>
        {
            var chosen = Op.Cast(Op.Equal(messages, Op.Gather(largest, Target)), messages.Type);
            var share = c.Gradient / Op.Max(_incoming.Sum(chosen, ListEntries.Edges), messages.Number(1));
            return [chosen * Op.Gather(share, Target)];
        }, messages);
    }

    /// <summary>The elementwise minimum of messages over the edges that end at each node, 0 for a node without edges, [edges, ..] →
    /// [targets, ..].</summary>
    public Value Min(Value messages) => -Max(-messages);

    /// <summary>The softmax of scores over the edges that end at each node, [edges, heads] → [edges, heads].</summary>
    public Value Softmax(Value scores)
    {
        Checked(scores, Count, nameof(Softmax));
        if (scores.Shape.Rank == 2 && EdgeLists.UsesKernels(scores))
            return ListSoftmax.Of(scores, _incoming.Compressed);
        // Subtracting the largest doesn't change the result and keeps the exponential in range.
        var largest = _incoming.Max(scores, ListEntries.Edges);
        var exponentials = Op.Exp(scores - Op.Gather(largest, Target));
        var softmax = exponentials / Op.Gather(_incoming.Sum(exponentials, ListEntries.Edges), Target);
        return WithGradient(softmax, c =>
        {
            var weighted = softmax * c.Gradient;
            return [weighted - softmax * Op.Gather(_incoming.Sum(weighted, ListEntries.Edges), Target)];
        }, scores);
    }

    /// <summary>
    /// Sums of the source nodes' rows over the edges that end at each node, without a tensor of edges:
    /// [sources, ..] → [targets, ..].
    /// </summary>
    public Value SumOfSources(Value x)
    {
        Checked(x, SourceCount, nameof(SumOfSources));
        if (Mask is not null)
            return x.Shape.Rank == 2 ? PassedSum(x, Mask) : Sum(Sources(x));
        return WithGradient(_incoming.Sum(x, ListEntries.Ends), c => [_outgoing.Value.Sum(c.Gradient, ListEntries.Ends)], x);
    }

    /// <summary>
    /// sᵢ (Σⱼ sⱼ xⱼ + sᵢ xᵢ) over the edges j → i: the aggregation of a graph convolution with loops, in one pass where a
    /// kernel does it.
    /// </summary>
    /// <param name="x">[nodes, width], the sources being the targets.</param>
    /// <param name="scale">s, [nodes, 1], which must not depend on parameters.</param>
    internal Value ScaledSumWithLoops(Value x, Value scale)
    {
        if (x.Shape.Rank != 2 || SourceCount != TargetCount || Mask is not null || !EdgeLists.UsesKernels(x))
            return (SumOfSources(x * scale) + x * scale) * scale;
        return WithGradient(_incoming.ScaledSum(Checked(x, SourceCount, nameof(ScaledSumWithLoops)), scale), c =>
            [_outgoing.Value.ScaledSum(c.Gradient, scale)], x);
    }

    /// <summary>
    /// Means of the source nodes' rows over the edges that end at each node, 0 for a node without edges: [sources, ..] → [targets, ..].
    /// </summary>
    public Value MeanOfSources(Value x) => PerEdge(SumOfSources(x));

    /// <summary>
    /// The elementwise maximum of the source nodes' rows over the edges that end at each node, 0 for a node without edges:
    /// [sources, ..] → [targets, ..].
    /// </summary>
    public Value MaxOfSources(Value x) => Max(Sources(x));

    /// <summary>
    /// Sums of the source nodes' rows, weighted, over the edges that end at each node, without a tensor of edges as wide as the rows:
    /// [sources, heads · width] and [edges, heads] → [targets, heads · width].
    /// </summary>
    /// <param name="x">[sources, heads · width], the heads concatenated.</param>
    /// <param name="weights">[edges, heads]; a single head's weights apply to all features.</param>
    public Value WeightedSumOfSources(Value x, Value weights)
    {
        Checked(x, SourceCount, nameof(WeightedSumOfSources));
        return PassedSum(x, Masked(Checked(weights, Count, nameof(WeightedSumOfSources))));
    }

    private Value PassedSum(Value x, Value weights) => WithGradient(_incoming.WeightedSum(x, weights), c =>
    [
        c.For(1, () => _outgoing.Value.WeightedSum(c.Gradient, weights)),
        c.For(2, () => Heads.Sum(Op.Gather(x, Source) * Op.Gather(c.Gradient, Target), weights.Shape[1])),
    ], x, weights);

    /// <summary>
    /// The messages of each target node's edges as a list, in the order of the edges, padded with zeros to the largest number of edges, at
    /// least one: [edges, features] → [targets, max degree, features]. For layers that read them one after another; reductions need much
    /// less memory.
    /// </summary>
    public Value Padded(Value messages)
    {
        if (Checked(messages, Count, nameof(Padded)).Shape.Rank != 2)
            throw new GraphException($"{nameof(Padded)}: expected [{Count}, features]; got {messages}.");
        messages = Masked(messages);
        var padded = Op.Gather(EdgeLists.Padded(messages, 0), _incoming.PaddedLists);
        return WithGradient(padded, c => [Op.Gather(Op.AsMatrix(c.Gradient), _incoming.Places(Count))], messages);
    }

    /// <summary>What <see cref="Padded"/> makes of messages, turned back: [targets, max degree, features] → [edges, features].</summary>
    /// <param name="lists">One row for each place of each list; those behind a list's end are left out.</param>
    /// <exception cref="GraphException">It has another shape.</exception>
    public Value Unpadded(Value lists)
    {
        if (lists.Shape.Rank != 3 || !lists.Shape.Equals([TargetCount, _incoming.PaddedLists.Shape[1], lists.Shape[2]]))
            throw new GraphException($"{nameof(Unpadded)}: expected {nameof(Padded)}'s [{TargetCount}, "
                + $"{_incoming.PaddedLists.Shape[1]}, features]; got {lists}.");
        var messages = Op.Gather(Op.AsMatrix(lists), _incoming.Places(Count));
        return WithGradient(messages, c => [Op.Gather(EdgeLists.Padded(c.Gradient, 0), _incoming.PaddedLists)], lists);
    }

    private Value PerEdge(Value sums)
    {
        var degree = Op.Max(_incoming.Degree, _incoming.Degree.Number(1));
        return sums / Op.Cast(Op.Unsqueeze(degree, [.. Enumerable.Range(1, sums.Shape.Rank - 1)]), sums.Type);
    }

    private Value WithGradient(Value result, Func<GradientContext, Value?[]> rule, params ReadOnlySpan<Value> operands) =>
        Network.IsDifferentiated ? Op.WithGradient(result, rule, operands) : result;

    private static Value Checked(Value x, Dim rows, string operation) =>
        x.Shape.Rank >= 2 && x.Shape[0] == rows ? x : throw new GraphException($"{operation}: expected [{rows}, ..]; got {x.Type} {x}.");
}
