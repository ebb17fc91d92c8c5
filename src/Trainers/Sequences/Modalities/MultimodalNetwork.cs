using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A Transformer over the tokens of several inputs side by side. Each input is mapped to the hidden size in its own way (tokens, categories
/// and vectors by their embedding or a linear map, series step by step, images patch by patch), and gets the trained vector of its kind;
/// what a row lacks isn't attended to.
/// </summary>
internal sealed record MultimodalNetwork : SequenceNetwork
{
    private readonly MultimodalOptions _options;

    internal MultimodalNetwork(MultimodalOptions options)
    {
        options.Check();
        _options = options;
    }

    public override string Name => "multimodal Transformer";

    internal override ImageShape? Image => _options.Image;

    internal override bool ReadsInputs => true;

    internal override bool AllowsMissing => _options.AllowMissing;

    public override EncodedSequence Encode(Sequence x)
    {
        var (network, options) = (x.Network, _options.Transformer);
        Sequence[] inputs = [x, .. x.Inputs.OfNetwork.Select(x.Inputs.Steps)];
        using (network.Scope("multimodal"))
        {
            var present = Present(network, inputs);
            List<Value> tokens = [], seen = [];
            for (var i = 0; i < inputs.Length; i++)
                using (network.Scope(i == 0 ? "main" : SideInputs.ScopeOf(x.Inputs.OfNetwork[i - 1])))
                {
                    tokens.Add(Tokens(network, inputs[i]));
                    seen.Add(Seen(inputs[i], tokens[i], present?[i]));
                }
            // A token that is always there, so that no row is without one.
            var batch = x.Steps.Shape[1];
            var summary = network.Parameter("summary", [1, 1, options.Hidden], Initializers.Normal(0.02f), decays: false);
            tokens.Add(summary + Op.Filled(0f, [1, batch, options.Hidden], x.Steps));
            seen.Add(Op.Cast(Op.Filled(1f, [batch, 1], x.Steps), ElementType.Bool));

            var h = network.Dropout(Op.Transpose(Op.Concat(0, [.. tokens]), 1, 0, 2), options.Dropout);       // [batch, tokens, hidden]
            var keys = Op.Concat(1, [.. seen]);                                                               // [batch, tokens]
            for (var layer = 0; layer < options.Layers; layer++)
                (h, _) = network.TransformerEncoderLayer(h, options, AttentionMask.OfKeys(keys), name: $"layer_{layer}");
            if (options.NormFirst)
                h = network.Norm(h, options.Norm);
            var weights = Op.Unsqueeze(Op.Cast(keys, ElementType.Float), 2);
            var mean = Op.ReduceSum(h * weights, [1], keepDims: false) / Op.ReduceSum(weights, [1], keepDims: false);
            var (main, place) = (tokens[0].Shape[0], Op.Range(Op.SizeOf(tokens[0], 0), tokens[0].Shape[0]));
            var steps = Op.Gather(Op.Transpose(h, 1, 0, 2), place);                                           // [main, batch, hidden]
            if (present is not null && network.Mode == NetworkMode.Deployment)
                (steps, mean) = (Known(steps, present, 0), Known(mean, present, null));
            return new(main == x.Steps.Shape[0] ? x.With(x.With(steps).Masked) : new Sequence(network, steps, null), mean);
        }
    }

    // Which inputs each row has, [batch] Bool each, without those that a step of training hides; null where rows have all.
    private Value[]? Present(NetworkBuilder network, Sequence[] inputs)
    {
        var batch = inputs[0].Steps.Shape[1];
        var hides = network.Mode == NetworkMode.Training && _options.InputDropout > 0 && inputs.Length > 1;
        if (!hides && inputs.All(input => input.Present is null))
            return null;
        var ones = Op.Filled(1f, [batch, 1], inputs[0].Steps);
        var there = Op.Concat(1, [.. inputs.Select(input => input.Present is { } present
            ? Op.Unsqueeze(Op.Cast(present, ElementType.Float), 1) : ones)]);                                 // [batch, inputs]
        if (hides)
        {
            var kept = there * network.Dropout(Op.Filled(1f, [batch, inputs.Length], inputs[0].Steps), _options.InputDropout);
            there = Op.Where(Op.Greater(Op.ReduceMax(kept, [1]), there.Number(0)), kept, there);
        }
        return [.. Enumerable.Range(0, inputs.Length).Select(i => Op.Squeeze(
            Op.Greater(Op.Slice(there, 1, i, i + 1), there.Number(0)), 1))];
    }

    // [tokens, batch, hidden]
    private Value Tokens(NetworkBuilder network, Sequence x)
    {
        var options = _options.Transformer;
        Value tokens;
        if (x.Image is { } image)
        {
            var side = ImagePatches.SideOf(image, _options.Patch);
            var pixels = ImagePatches.Images(x.Steps, image);
            for (var layer = 0; layer < _options.Convolutions; layer++)
                pixels = network.ConvolutionUnit(pixels, Math.Max(1, options.Hidden / 4 << Math.Min(layer, 1)), 1, $"convolution_{layer}");
            tokens = ImagePatches.Of(network, pixels, options.Hidden, side);
            // Added before the normalization, which would take from a patch by itself how bright it is.
            tokens = network.Norm(tokens + network.Parameter("positions", [tokens.Shape[0].Size, 1, options.Hidden],
                Initializers.Normal(0.5f), decays: false), options.Norm);
        }
        else
        {
            tokens = network.Norm(network.Linear(x.Steps, options.Hidden, name: "tokens"), options.Norm);
            if (options.Positions == PositionEncoding.Sinusoidal && tokens.Shape[0] != 1)
                tokens += Op.Unsqueeze(Layers.SinusoidalPositions(Op.Range(Op.SizeOf(tokens, 0), tokens.Shape[0]), options.Hidden), 1);
        }
        return tokens + network.Parameter("kind", [1, 1, options.Hidden], Initializers.Normal(0.02f), decays: false);
    }

    // Which tokens may be attended to, [batch, tokens] Bool.
    private static Value Seen(Sequence x, Value tokens, Value? present)
    {
        var ends = x.Lengths is null ? null : Op.Less(Op.Range(Op.SizeOf(tokens, 0), tokens.Shape[0]), Op.Unsqueeze(x.Lengths, 1));
        var all = ends ?? Op.Cast(Op.Filled(1f, [tokens.Shape[1], tokens.Shape[0]], tokens), ElementType.Bool);
        return present is null ? all : Op.And(all, Op.Unsqueeze(present, 1));
    }

    // NaN for rows that lack all inputs.
    private static Value Known(Value x, Value[] present, int? before)
    {
        var any = present.Aggregate(Op.Or);
        return Op.Where(Op.Unsqueeze(any, before is { } axis ? [axis, 2] : [1]), x, x.Number(float.NaN));
    }
}
