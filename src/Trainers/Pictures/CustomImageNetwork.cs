using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

internal sealed record CustomImageNetwork(ImageShape Size, ImageAugmentation? Augmentation, string Called,
    Func<NetworkBuilder, Value, Value> Summary) : ImageSequenceNetwork(Size, Augmentation)
{
    public override string Name => Called;

    private protected override EncodedSequence Write(NetworkBuilder network, Value images)
    {
        var summary = Summary(network, images);
        return new(new Sequence(network, Op.Unsqueeze(summary, 0), null), summary);
    }
}
