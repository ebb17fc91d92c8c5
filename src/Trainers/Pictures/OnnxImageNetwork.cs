using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A model file of another program as a network: an image in, features out.</summary>
internal sealed record OnnxImageNetwork : ImageSequenceNetwork
{
    private readonly ImportedModel _model;
    private readonly OnnxImageOptions _options;
    private readonly TensorInfo _input;
    private readonly string _output;

    /// <exception cref="OnnxFileException">The model can't be used: the message says why.</exception>
    internal OnnxImageNetwork(string name, string file, ImportedModel model, ImageShape size, ImageAugmentation? augmentation,
        OnnxImageOptions options) : base(size, augmentation)
    {
        (Name, File, _model, _options) = (name, file, model, options);
        // A rank of 0 is a shape that the file doesn't state.
        _output = options.OutputName ?? model.Outputs.FirstOrDefault(output => output.Shape.Rank is 0 or 2 or 4)?.Name
            ?? throw Wrong($"none of its outputs has features of an image; it has {string.Join("; ", model.Outputs)}");
        _input = model.InputsOf([_output]) is [{ Type: ElementType.Float, Shape.Rank: 4 } only] ? only
            : throw Wrong("it reads " + string.Join("; ", model.InputsOf([_output])) + "; expected images alone, Float [batch, channels, "
                + "height, width]");
        if (Channels is > 4 && _input.Shape[3] is { IsKnown: true, Size: 1 or 3 or 4 })
            throw Wrong($"its input {_input} has its channels last; expected [batch, channels, height, width]");
        if (Channels is { } channels && channels != size.Channels && size.Channels != 1)
            throw Wrong($"its input {_input} has {channels} channels, the column's images {size.Channels}; expected as many, or 1");
        foreach (var (option, given) in ((string, IReadOnlyList<float>?)[])[(nameof(options.Mean), options.Mean),
            (nameof(options.Deviation), options.Deviation)])
            if (given is not null && given.Count != size.Channels)
                throw Wrong($"{nameof(OnnxImageOptions)}.{option} has {given.Count} numbers; expected {size.Channels}, one per channel");
        if (options.Mean?.All(float.IsFinite) == false)
            throw Wrong($"{nameof(OnnxImageOptions)}.{nameof(options.Mean)} is [{string.Join(", ", options.Mean)}]; expected finite "
                + "numbers");
        if (options.Deviation?.Any(deviation => !(deviation > 0) || !float.IsFinite(deviation)) == true)
            throw Wrong($"{nameof(OnnxImageOptions)}.{nameof(options.Deviation)} is [{string.Join(", ", options.Deviation)}]; expected "
                + "numbers above 0");
        var trial = new NetworkBuilder(new(), NetworkMode.Evaluation);
        var written = Features(trial, trial.Input("images", ElementType.Float, ["batch", size.Channels, size.Height, size.Width]));
        if (written.Shape.Rank is not (2 or 4) || written.Shape[0] != "batch" || !written.Shape[1].IsKnown)
            throw Wrong($"its value '{_output}' is {written}; expected [batch, features] or [batch, channels, height, width]");
    }

    public override string Name { get; }

    private string File { get; }

    private long? Channels => _input.Shape[1].IsKnown ? _input.Shape[1].Size : null;

    private protected override EncodedSequence Write(NetworkBuilder network, Value images)
    {
        var features = Features(network, images);
        return features.Shape.Rank == 2
            ? new(new Sequence(network, Op.Unsqueeze(features, 0), null), features)
            : new(Positions(network, features), Op.Squeeze(Op.GlobalAveragePool(features), 2, 3));
    }

    private Value Features(NetworkBuilder network, Value images)
    {
        var x = images;
        if (_options.Mean is { } mean)
            x -= PerChannel(mean);
        if (_options.Deviation is { } deviation)
            x /= PerChannel(deviation);
        if (Channels is { } channels && channels != Shape.Channels)
            x = Op.Concat(1, [.. Enumerable.Repeat(x, (int)channels)]);
        // A model of one size reads images of any: they are scaled to it.
        var (height, width) = (Side(2, Shape.Height), Side(3, Shape.Width));
        if (height != Shape.Height || width != Shape.Width)
            x = Op.Resize(x, [Factor(height, Shape.Height), Factor(width, Shape.Width)], ResizeMode.Linear);
        return _model.Write(network, new Dictionary<string, Value> { [_input.Name] = x }, [_output], _options.Tuning)[_output];

        Value PerChannel(IReadOnlyList<float> numbers) => x.Graph.Constant(TensorData.Create([.. numbers], 1, numbers.Count, 1, 1));
    }

    // Sizes are rounded down: the factor is not to be below the quotient.
    private static float Factor(long to, int from)
    {
        var factor = (float)to / from;
        while (Math.Floor((double)from * factor) < to)
            factor = MathF.BitIncrement(factor);
        return factor;
    }

    private long Side(int axis, int given) => _input.Shape[axis].IsKnown ? _input.Shape[axis].Size : given;

    private OnnxFileException Wrong(string problem) => new(File, problem);
}
