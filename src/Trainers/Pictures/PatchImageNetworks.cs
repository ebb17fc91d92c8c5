using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A network over square patches of an image.</summary>
internal abstract record PatchImageNetwork : ImageSequenceNetwork
{
    private readonly int _patch;

    private protected PatchImageNetwork(ImageShape shape, ImageAugmentation? augmentation, int? patch) : base(shape, augmentation)
    {
        _patch = ImagePatches.SideOf(shape, patch);
    }

    /// <summary>What hides patches; null for nothing.</summary>
    internal PatchMasking? Masking { get; init; }

    /// <summary>Size of a patch's vector.</summary>
    internal abstract int VectorSize { get; }

    /// <summary>The numbers of a patch: pixels times channels.</summary>
    internal int PatchNumbers => _patch * _patch * Shape.Channels;

    /// <summary>Number of patches.</summary>
    internal int Patches => Shape.Height / _patch * (Shape.Width / _patch);

    // What patches attend to each other, as of their pixels: [batch, patches, patches] → [batch, pixels, pixels].
    private protected Value OfPixels(Value attention)
    {
        var columns = Shape.Width / _patch;
        var patches = attention.Graph.Constant(TensorData.Vector<long>([.. Enumerable.Range(0, Shape.Pixels).Select(pixel =>
            pixel / Shape.Width / _patch * columns + pixel % Shape.Width / _patch)]));
        return Op.Gather(Op.Gather(attention, patches, 1), patches, 2) * (1.0 / (_patch * _patch));
    }

    // A linear map of each patch, [patches, batch, hidden].
    private protected Sequence Embedded(NetworkBuilder network, Value images)
    {
        var vectors = ImagePatches.Of(network, images, VectorSize, _patch);
        if (Masking is null)
            return new(network, vectors, null);
        Masking.Pixels = ImagePatches.Pixels(images, _patch);
        return new(network, Masking.Apply(vectors), null);
    }
}

/// <summary>A Transformer over patches.</summary>
internal sealed record TransformerImageNetwork(ImageShape Size, ImageAugmentation? Augmentation, int? Patch, TransformerOptions Options)
    : PatchImageNetwork(Size, Augmentation, Patch)
{
    public override string Name => "Vision Transformer";

    internal override int VectorSize => Options.Hidden;

    private protected override EncodedSequence Write(NetworkBuilder network, Value images)
    {
        if (Options.MaximumLength < Patches)
            throw new GraphException($"Vision Transformer: expected positions for {Patches} patches; got {Options.MaximumLength}.");
        var x = Embedded(network, images);
        var options = Options;
        if (options.Positions == PositionEncoding.Learned)
        {
            // Added before the encoder's first normalization, which would take from a patch by itself how bright it is.
            var positions = network.Parameter("positions", [Patches, 1, Options.Hidden], Initializers.Normal(0.5f), decays: false);
            (x, options) = (x.With(x.Steps + positions), options with { Positions = PositionEncoding.None });
        }
        var (steps, weights) = x.TransformerEncoder(options);
        return new(steps, steps.MeanPooling()) { Attention = weights.Count == 0 ? null : OfPixels(Rollout(weights)) };
    }

    // The product over the layers of attention (mean over the heads), half of which is the residual path.
    private static Value Rollout(IReadOnlyList<Value> weights)
    {
        Value? product = null;
        foreach (var layer in weights)
        {
            var count = (int)layer.Shape[3].Size;
            var half = TensorData.Zeros(ElementType.Float, count, count);
            for (var i = 0; i < count; i++)
                half.As<float>()[i * count + i] = 0.5f;
            var mixed = Op.ReduceMean(layer, [1], keepDims: false) * 0.5 + layer.Graph.Constant(half);
            product = product is null ? mixed : Op.MatMul(mixed, product);
        }
        return product!;
    }
}

/// <summary>Perceptrons over patches and over features.</summary>
internal sealed record MixerImageNetwork(ImageShape Size, ImageAugmentation? Augmentation, int? Patch, int Hidden, int Layers,
    int TokenHidden, int ChannelHidden, float Dropout) : PatchImageNetwork(Size, Augmentation, Patch)
{
    public override string Name => "MLP-Mixer";

    internal override int VectorSize => Hidden;

    private protected override EncodedSequence Write(NetworkBuilder network, Value images)
    {
        if (Hidden < 1 || Layers < 1 || TokenHidden < 1 || ChannelHidden < 1)
            throw new GraphException($"MLP-Mixer: expected sizes and layers of at least 1; got hidden {Hidden}, {Layers} layers, "
                + $"{TokenHidden} and {ChannelHidden}.");
        using (network.Scope("mixer_network"))
        {
            var x = Op.Transpose(Embedded(network, images).Steps, 1, 0, 2);                      // [batch, patches, hidden]
            for (var layer = 0; layer < Layers; layer++)
                x = network.MixerBlock(x, TokenHidden, ChannelHidden, Dropout, $"block_{layer}");
            var steps = new Sequence(network, Op.Transpose(network.LayerNorm(x), 1, 0, 2), null);
            return new(steps, steps.MeanPooling());
        }
    }
}
