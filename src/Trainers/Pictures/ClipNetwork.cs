using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A network for images that reads each frame of a clip, and a network for sequences over what it says of them.</summary>
internal sealed record ClipNetwork : SequenceNetwork
{
    private readonly SequenceNetwork _frames, _time;
    private readonly ImageShape _shape;

    internal ClipNetwork(SequenceNetwork frames, SequenceNetwork time)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(time);
        if (frames is not ImageSequenceNetwork { Shape: var shape })
            throw new ArgumentException($"The network '{frames.Name}' reads sequences of any length; expected one of "
                + $"{nameof(ImageNetwork)} for the frames.", nameof(frames));
        if (time.Image is not null || time.ReadsTokens || time.ReadsInputs)
            throw new ArgumentException($"The network '{time.Name}' over the frames doesn't read sequences of vectors; expected a "
                + "recurrent network, a Transformer or one of your own.", nameof(time));
        (_frames, _time, _shape) = (frames, time, shape);
    }

    public override string Name => $"{_frames.Name} per frame and {_time.Name}";

    public override int? MaximumLength => _time.MaximumLength;

    public override int Subsampling => _time.Subsampling;

    internal override int? FeatureCount => _shape.Pixels * _shape.Channels;

    public override EncodedSequence Encode(Sequence x)
    {
        if (x.Features != FeatureCount)
            throw new GraphException($"The network '{Name}' reads frames of {_shape}, {FeatureCount} numbers each; got {x.Steps}.");
        var (network, time, batch) = (x.Network, x.Steps.Shape[0], x.Steps.Shape[1]);
        var pixels = Op.Reshape(x.Steps, [time * batch, _shape.Pixels, _shape.Channels], x.Steps);
        Value summary;
        using (network.Scope("frames"))
        {
            var frames = SequenceNetworkModel.Encode(_frames, new(network, Op.Transpose(pixels, 1, 0, 2), null));
            summary = frames.Final ?? frames.Steps.Last;                                                  // [time · batch, features]
        }
        return _time.Encode(x.With(Op.Reshape(summary, [time, batch, summary.Shape[1].Size], x.Steps)));
    }
}
