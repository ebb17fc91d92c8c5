using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// All pairs of the steps of a sequence as a picture: what an encoder makes of the two steps, added and multiplied, and how far apart they
/// stand; then residual blocks of dilated convolutions, and the mean of the picture and its mirror image.
/// </summary>
internal sealed record PairMapNetwork : PairNetwork
{
    // A pair is told whether its steps are at least so far apart.
    private static readonly float[] Separations = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128];

    private readonly SequenceNetwork _encoder;
    private readonly PairMapOptions _options;

    internal PairMapNetwork(SequenceNetwork encoder, PairMapOptions options)
    {
        options.Check();
        (_encoder, _options) = (encoder, options);
    }

    public override string Name => $"map of pairs over {_encoder.Name}";

    internal override int PairInputs => 1;

    public override EncodedSequence Encode(Sequence x)
    {
        var items = Inputs(x)[0];
        var network = x.Network;
        using (network.Scope("pair_map"))
        {
            var steps = SequenceNetworkModel.Encode(_encoder, items).Steps;
            if (steps.Steps.Shape[0] != items.Steps.Shape[0])
                throw new GraphException($"{Name}: the encoder gave Steps {steps.Steps}; expected as many as it reads, {items.Steps}.");
            var map = Map(network, steps);                                                         // [batch, first, second, channels]
            var mask = items.Mask is { } valid ? Mask(valid) : null;                               // [batch, 1, first, second]
            map = Op.Transpose(map, 0, 3, 1, 2);
            for (var block = 0; block < _options.Blocks; block++)
                using (network.Scope($"block_{block}"))
                    map = Block(network, map, mask, _options.Dilations[block % _options.Dilations.Count]);
            // A pair is the same in either order.
            map = Op.Relu((map + Op.Transpose(map, 0, 1, 3, 2)) * 0.5);
            return new(x.With(At(x, Op.Transpose(map, 0, 2, 3, 1), items, items)));
        }
    }

    private Value Map(NetworkBuilder network, Sequence steps)
    {
        Value Each(string name, bool bias) => Op.Transpose(network.Linear(steps.Steps, _options.Channels, bias, name: name), 1, 0, 2);
        Value sum = Each("sum", true), factor = Each("factor", false);                             // [batch, time, channels]
        var map = Op.Unsqueeze(sum, 1) + Op.Unsqueeze(sum, 2) + Op.Unsqueeze(factor, 1) * Op.Unsqueeze(factor, 2);
        var places = Op.Cast(Op.Range(Op.SizeOf(steps.Steps, 0), steps.Steps.Shape[0]), ElementType.Float);
        var apart = Op.Unsqueeze(Op.Abs(Op.Unsqueeze(places, 0) - Op.Unsqueeze(places, 1)), 2);    // [time, time, 1]
        var reached = Op.Cast(Op.GreaterOrEqual(apart, network.Graph.Vector(Separations)), ElementType.Float);
        return map + network.Linear(Op.Cast(reached, map.Type), _options.Channels, bias: false, name: "separation");
    }

    private static Value Mask(Value valid)
    {
        var rows = Op.Transpose(valid, 1, 2, 0);                                                   // [batch, 1, time]
        return Op.Unsqueeze(rows, 2) * Op.Unsqueeze(rows, 3);
    }

    // x + α · dropout(conv(relu(conv(relu(x))))), where α begins at 0 so that deep stacks train (ReZero, Bachlechner et al. 2021).
    private Value Block(NetworkBuilder network, Value map, Value? mask, int dilation)
    {
        var window = new WindowOptions { Pads = [dilation, dilation, dilation, dilation], Dilations = [dilation, dilation] };
        Value Convolved(Value x, string name) => network.Convolution(Masked(Op.Relu(x)), _options.Channels, [3, 3], window, name: name);
        Value Masked(Value x) => mask is null ? x : x * Op.Cast(mask, x.Type);
        var inner = Convolved(Convolved(map, "inner"), "outer");
        return map + network.Dropout(inner, _options.Dropout) * network.Parameter("share", [1], Initializers.Zeros, decays: false);
    }
}
