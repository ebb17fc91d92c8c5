using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Layers of attention to a few trained points (Lee et al. 2019), which don't see the order of the steps. Steps have the set's summary
/// added.
/// </summary>
internal sealed record SetTransformerNetwork(int Hidden, int Layers, int Points, SetAttentionOptions Options) : SequenceNetwork
{
    public override string Name => "Set Transformer";

    public override EncodedSequence Encode(Sequence x)
    {
        var network = x.Network;
        if (Hidden < 1 || Layers < 1 || Points < 1)
            throw new GraphException($"Set Transformer: expected a hidden size, layers and points of at least 1; got {Hidden}, {Layers} "
                + $"and {Points}.");
        using (network.Scope("set_transformer"))
        {
            var h = network.LayerNorm(network.Linear(Op.Transpose(x.Steps, 1, 0, 2), Hidden, name: "input"));  // [batch, time, hidden]
            for (var layer = 0; layer < Layers; layer++)
                h = network.InducedSetAttention(h, Points, Options, x.Lengths, $"layer_{layer}");
            var summary = network.PoolingByAttention(h, 1, Options, x.Lengths);                                // [batch, 1, hidden]
            return new(x.With(x.With(Op.Transpose(h + summary, 1, 0, 2)).Masked), Op.Squeeze(summary, 1));
        }
    }
}

/// <summary>
/// A few latents read the steps, attend to each other, and are read by the steps again (Jaegle et al. 2021 and 2022).
/// </summary>
internal sealed record PerceiverNetwork(int Latents, TransformerOptions Options) : SequenceNetwork
{
    public override string Name => "Perceiver";

    public override int? MaximumLength => Options.MaximumLength;

    public override EncodedSequence Encode(Sequence x)
    {
        if (Options.Positions is not (PositionEncoding.None or PositionEncoding.Sinusoidal or PositionEncoding.Learned))
            throw new GraphException($"Perceiver: expected positions that are added to the input, or none; got {Options.Positions}.");
        var network = x.Network;
        using (network.Scope("perceiver_network"))
        {
            var steps = Op.Transpose(x.Steps, 1, 0, 2);                                                        // [batch, time, features]
            var positions = TransformerInput.Positions(steps);
            var input = TransformerInput.Write(network, steps, Options, positions, positions, isCausal: false).X;
            var latents = network.PerceiverEncoder(input, Latents, Options, x.Lengths);                        // [batch, latents, hidden]
            var read = network.PerceiverCrossAttention(input, latents, Options.HeadOptions, Options.FeedForwardHidden, name: "output");
            var output = x.With(x.With(Op.Transpose(read, 1, 0, 2)).Masked);
            return new(output, output.MeanPooling());
        }
    }
}
