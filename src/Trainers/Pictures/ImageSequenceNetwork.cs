using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A network whose steps are the pixels of an image.</summary>
internal abstract record ImageSequenceNetwork : SequenceNetwork
{
    private readonly ImageAugmentation? _augmentation;

    private protected ImageSequenceNetwork(ImageShape shape, ImageAugmentation? augmentation)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Problem is { } problem)
            throw new ArgumentException($"The network reads {problem}.", nameof(shape));
        augmentation?.Check(shape.Height, shape.Width);
        (Shape, _augmentation) = (shape, augmentation);
    }

    internal ImageShape Shape { get; }

    internal override ImageShape Image => Shape;

    public override EncodedSequence Encode(Sequence x)
    {
        if (x.Steps.Shape[0] != Shape.Pixels || x.Features != Shape.Channels)
            throw new GraphException($"The network '{Name}' reads images of {Shape}, [{Shape.Pixels}, batch, {Shape.Channels}]; got "
                + $"{x.Steps}.");
        var network = x.Network;
        var images = network.Augment(Op.Transpose(x.Steps, 1, 0, 2), Shape.Height, Shape.Width, _augmentation);
        images = Op.Reshape(images, [images.Shape[0], Shape.Height, Shape.Width, Shape.Channels], images);
        return Write(network, Op.Transpose(images, 0, 3, 1, 2));
    }

    /// <summary>Writes the network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="images">[batch, channels, height, width].</param>
    private protected abstract EncodedSequence Write(NetworkBuilder network, Value images);

    /// <summary>Positions as steps: [batch, channels, height, width] → [height · width, batch, channels].</summary>
    private protected static Sequence Positions(NetworkBuilder network, Value x) =>
        new(network, Op.Transpose(Op.Reshape(x, [x.Shape[0], x.Shape[1], x.Shape[2] * x.Shape[3]], x), 2, 0, 1), null);
}
