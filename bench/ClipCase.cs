using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>
/// A classifier of random clips of gray frames: a ConvNet of two stages for each frame, a two-way LSTM over them. A convolution of k x k
/// takes 2 · k² · channels in · channels out operations a pixel, training three times as many; the first has no gradient of its pixels.
/// </summary>
internal sealed class ClipCase(ClipShape shape) : ClassifierCase(shape.Batch, shape.Frames, shape.Side * shape.Side, 4, train: true)
{
    public override Cost Cost { get; } = new((double)shape.Batch * shape.Frames * shape.Side * shape.Side * 2 * 9 * shape.Channels
        * (2 + 3 * (shape.Channels + shape.Channels * 2.0 / 4 + 4.0 * shape.Channels / 4)), 0);

    protected override Value Logits(NetworkBuilder network, Value x)
    {
        var clip = ImageNetwork.Clip(ImageNetwork.ConvNet(new(shape.Side, shape.Side), shape.Channels, stages: 2, dropout: 0),
            SequenceNetwork.Lstm(shape.Hidden, bidirectional: true));
        var encoded = clip.Encode(new(network, Op.Transpose(x, 1, 0, 2), null));
        return network.Linear(encoded.Final ?? encoded.Steps.Last, 4);
    }
}
