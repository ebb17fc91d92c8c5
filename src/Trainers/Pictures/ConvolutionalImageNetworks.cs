using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Pairs of 3 x 3 convolutions, poolings, and a hidden layer over what is left.</summary>
internal sealed record ConvolutionalImageNetwork(ImageShape Size, ImageAugmentation? Augmentation, int Channels, int Stages, float Dropout)
    : ImageSequenceNetwork(Size, Augmentation)
{
    public override string Name => "ConvNet";

    private protected override EncodedSequence Write(NetworkBuilder network, Value images)
    {
        if (Channels < 1 || Stages < 1)
            throw new GraphException($"ConvNet: expected at least 1 channel and 1 stage; got {Channels} and {Stages}.");
        using (network.Scope("convnet"))
        {
            var x = images;
            for (var stage = 0; stage < Stages; stage++)
            {
                using (network.Scope($"stage_{stage}"))
                    for (var layer = 0; layer < 2; layer++)
                        x = network.ConvolutionUnit(x, Channels << stage, 1, $"layer_{layer}");
                if (x.Shape[2].Size >= 4 && x.Shape[3].Size >= 4)
                    x = Op.MaxPool(x, [2, 2], new() { Strides = [2, 2] });
            }
            var flat = Op.Reshape(x, [x.Shape[0], x.Shape[1] * x.Shape[2] * x.Shape[3]], x);
            var hidden = Op.Relu(network.Linear(network.Dropout(flat, Dropout), 4 * Channels, initializer: Initializers.HeUniform,
                name: "hidden"));
            return new(Positions(network, x), network.Dropout(hidden, Dropout));
        }
    }
}

/// <summary>Residual blocks of two 3 x 3 convolutions, and the mean over positions.</summary>
internal sealed record ResidualImageNetwork(ImageShape Size, ImageAugmentation? Augmentation, int Channels, int Stages, int Blocks)
    : ImageSequenceNetwork(Size, Augmentation)
{
    public override string Name => "ResNet";

    private protected override EncodedSequence Write(NetworkBuilder network, Value images)
    {
        if (Channels < 1 || Stages < 1 || Blocks < 1)
            throw new GraphException($"ResNet: expected at least 1 channel, 1 stage and 1 block; got {Channels}, {Stages} and {Blocks}.");
        using (network.Scope("resnet"))
        {
            var x = network.ConvolutionUnit(images, Channels, 1, "stem");
            for (var stage = 0; stage < Stages; stage++)
                for (var block = 0; block < Blocks; block++)
                {
                    var stride = stage > 0 && block == 0 && x.Shape[2].Size > 1 ? 2 : 1;
                    x = Block(network, x, Channels << stage, stride, $"block_{stage}_{block}");
                }
            return new(Positions(network, x), Op.Squeeze(Op.GlobalAveragePool(x), 2, 3));
        }
    }

    private static Value Block(NetworkBuilder network, Value x, int channels, int stride, string name)
    {
        using (network.Scope(name))
        {
            var h = network.ConvolutionUnit(x, channels, stride, "first");
            h = network.BatchNorm(network.Convolution(h, channels, [3, 3], bias: false));
            if (stride != 1 || x.Shape[1] != channels)
                x = network.BatchNorm(network.Convolution(x, channels, [1, 1], new() { Strides = [stride, stride] }, bias: false,
                    name: "shortcut"));
            return Op.Relu(h + x);
        }
    }
}

internal static class ConvolutionUnits
{
    /// <summary>A 3 x 3 convolution, normalized channels and a ReLU.</summary>
    internal static Value ConvolutionUnit(this NetworkBuilder network, Value x, int channels, int stride, string name)
    {
        using (network.Scope(name))
            return Op.Relu(network.BatchNorm(network.Convolution(x, channels, [3, 3],
                new() { Strides = [stride, stride], Pads = [1, 1, 1, 1] }, bias: false)));
    }
}
