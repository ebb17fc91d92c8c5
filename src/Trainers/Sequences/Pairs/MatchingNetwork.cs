using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Elements of two sets attend to each other within and across the sets, with the same weights for both, and are assigned to each other by
/// their products (SuperGlue, Sarlin et al. 2020). A pair's vector is the logarithm of its share of the assignment, and of the rest.
/// </summary>
internal sealed record MatchingNetwork : PairNetwork
{
    // The least share that is left for being no match: its logarithm has a gradient.
    private const double Least = 1e-4;

    private readonly MatchingOptions _options;

    internal MatchingNetwork(MatchingOptions options)
    {
        options.Check();
        _options = options;
    }

    public override string Name => "matching by attention";

    internal override int PairInputs => 2;

    public override EncodedSequence Encode(Sequence x)
    {
        var sets = Inputs(x);
        if (sets[0].Features != sets[1].Features)
            throw new GraphException($"{Name}: expected elements of both sets with as many features; got {sets[0].Steps} and "
                + $"{sets[1].Steps}.");
        var network = x.Network;
        var options = new TransformerOptions
        {
            Hidden = _options.Hidden, Heads = _options.Heads, FeedForwardSize = 2 * _options.Hidden, Dropout = _options.Dropout,
        };
        using (network.Scope("matching"))
        {
            var (own, other) = Masks(network, sets);
            var h = Op.Transpose(Op.Concat(0, sets[0].Steps, sets[1].Steps), 1, 0, 2);              // [batch, all, features]
            // What the elements are is seen from the first step on; what others say of them comes in as far as it helps.
            h = network.Linear(h, _options.Hidden, name: "direct")
                + network.Linear(Op.Relu(network.Linear(h, _options.Hidden, name: "inner")), _options.Hidden, name: "outer");
            for (var layer = 0; layer < _options.Layers; layer++)
            {
                h = Attended(network, h, options, own, $"self_{layer}");
                h = Attended(network, h, options, other, $"cross_{layer}");
            }
            h = network.Linear(h, _options.Hidden, name: "output");
            var first = Op.Gather(h, Op.Range(Op.SizeOf(sets[0].Steps, 0), sets[0].Steps.Shape[0]), axis: 1);
            var second = Op.Gather(h, Op.Range(Op.SizeOf(sets[1].Steps, 0), sets[1].Steps.Shape[0]) + Op.SizeOf(sets[0].Steps, 0),
                axis: 1);
            var scores = Op.MatMul(first, Op.Transpose(second, 0, 2, 1)) * (1 / Math.Sqrt(_options.Hidden));
            var log = network.Sinkhorn(scores, sets[0].Lengths, sets[1].Lengths, _options.Iterations);
            var pairs = At(x, Op.Unsqueeze(log, 3), sets[0], sets[1]);                              // [time, batch, 1]
            var rest = Op.Log(Op.Max(1 - Op.Exp(pairs), pairs.Number((float)Least)));
            return new(x.With(Op.Concat(2, pairs, rest)));
        }
    }

    // h + α · (layer(h) - h), where α begins at 0: at first elements are compared as they are (ReZero, Bachlechner et al. 2021).
    private static Value Attended(NetworkBuilder network, Value h, TransformerOptions options, AttentionMask mask, string name)
    {
        var share = network.Parameter($"{name}_share", [1], Initializers.Zeros, decays: false);
        return h + (network.TransformerEncoderLayer(h, options, mask, name: name).Output - h) * share;
    }

    // Which elements an element attends to within its set, and across: [batch, 1, all, all].
    private static (AttentionMask Own, AttentionMask Other) Masks(NetworkBuilder network, Sequence[] sets)
    {
        var isSecond = Op.Concat(0, [.. sets.Select((set, i) => Op.Filled((long)i, [set.Steps.Shape[0]], set.Steps))]);
        var isOwn = Op.Equal(Op.Unsqueeze(isSecond, 0), Op.Unsqueeze(isSecond, 1));                 // [all, all]
        Value? valid = null;
        if (sets.Any(set => set.Lengths is not null))
            valid = Op.Greater(Op.Unsqueeze(Op.Transpose(Op.Concat(0, [.. sets.Select(set => set.Mask
                ?? Op.Filled(1f, [set.Steps.Shape[0], set.Steps.Shape[1], 1], set.Steps))]), 1, 2, 0), 1), network.Graph.Scalar(0f));
        return (AttentionMask.Of(valid is null ? isOwn : Op.And(isOwn, valid)),
            AttentionMask.Of(valid is null ? Op.Not(isOwn) : Op.And(Op.Not(isOwn), valid)));
    }
}
