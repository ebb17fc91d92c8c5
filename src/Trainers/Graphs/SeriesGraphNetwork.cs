using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A sequence network over each node's series, and a graph network over the vectors: see <see cref="GraphNetwork.OverSeries"/>.
/// </summary>
internal sealed record SeriesGraphNetwork(SequenceNetwork Series, GraphNetwork Network, int FeaturesPerStep, int? Steps) : GraphNetwork
{
    public override string Name => $"{Network.Name} over {Series.Name}";

    internal override bool NeedsPositiveWeights => Network.NeedsPositiveWeights;

    internal override int? FixedNodes => Network.FixedNodes;

    internal override bool HasNodesOfEachGraph => Network.HasNodesOfEachGraph;

    internal override int? LayerCount => Network.LayerCount;

    internal override (int FeaturesPerStep, int? Steps)? SeriesFeatures => (FeaturesPerStep, Steps);

    internal SeriesGraphNetwork Checked()
    {
        var reads = Series.ReadsTokens ? "reads tokens" : Series.Image is not null ? "reads images"
            : Series.ReadsInputs ? "reads further inputs" : Series is MiniRocketNetwork
                ? "takes its convolutions from the rows of a trainer of sequences" : null;
        if (reads is not null)
            throw new ArgumentException($"The {Series.Name} {reads}; expected a network over series, such as a recurrent or "
                + "convolutional one.");
        if (Series.FeatureCount is { } count && count != FeaturesPerStep)
            throw new ArgumentException($"The {Series.Name} reads {count} features a step; FeaturesPerStep is {FeaturesPerStep}.");
        return !Network.WritesOutputs && Network.SeriesFeatures is null ? this
            : throw new ArgumentException($"The {Network.Name} reads series itself; expected a graph network over vectors of nodes.");
    }

    public override Value Write(GraphInput x, int channels) =>
        Network.Write(x with { Features = Encoded(x.Network, x.Features) }, channels);

    internal override Value WriteLayer(GraphInput x, Value h, int layer, int channels)
    {
        if (layer > 0)
            return Network.WriteLayer(x, h, layer, channels);
        var vectors = Encoded(x.Network, h);
        return Network.WriteLayer(x with { Features = vectors }, vectors, layer, channels);
    }

    // [nodes, features] → [nodes, features of the summary]
    private Value Encoded(NetworkBuilder network, Value rows)
    {
        var width = rows.Shape[1].Size;
        var steps = Steps ?? width / FeaturesPerStep;
        var used = steps * FeaturesPerStep;
        if (used == 0 || used > width || (Steps is null && used != width))
            throw new GraphException($"The {Name}: nodes have {width} features; expected "
                + (Steps is null ? $"one or more steps of {FeaturesPerStep}." : $"at least {Steps} steps of {FeaturesPerStep}."));
        if (Series.MaximumLength is { } longest && steps > longest)
            throw new GraphException($"The {Name}: nodes have {steps} steps; the {Series.Name} reads at most {longest}.");
        var flat = used == width ? rows : Op.Slice(rows, 1, 0, used);
        if (network.Mode == NetworkMode.Deployment)
            flat = Sequence.WithRows(flat);
        var each = Op.Reshape(flat, [rows.Shape[0], steps, FeaturesPerStep], flat);
        using (network.Scope("series"))
        {
            var encoded = Series.Encode(new Sequence(network, Op.Transpose(each, 1, 0, 2), null));     // [time, nodes, features]
            var vectors = encoded.Final ?? encoded.Steps.Last;
            return used == width ? vectors : Op.Concat(1, vectors, Op.Slice(rows, 1, used));
        }
    }
}
