using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>DLinear, or without a moving average NLinear.</summary>
internal sealed record LinearNetwork(string Called, int Kernel, float Dropout) : ForecastNetwork
{
    public override string Name => Called;

    public override Value Forecast(ForecastInput input)
    {
        var x = input.Network.Dropout(input.Targets, Dropout);
        // A moving average that is longer than the window would be a constant.
        var kernel = Math.Min(Kernel, (input.Window - 1) / 2 * 2 + 1);
        if (Kernel > 0)
            return input.WithFuture(input.Network.DLinear(x, input.Horizon * input.Outputs, kernel).Forecast);
        if (input.Outputs == 1)
            return input.WithFuture(input.Network.NLinear(x, input.Horizon));
        // The last value is added to the first of a step's numbers alone, unless these are quantiles; so the map has to learn it.
        return input.WithFuture(input.Network.Linear(x, input.Horizon * input.Outputs, name: "nlinear",
            initializer: Initializers.Constant(1f / input.Window)));
    }
}

/// <summary>A perceptron of the window.</summary>
internal sealed record PerceptronNetwork(int Hidden, int Layers, float Dropout) : ForecastNetwork
{
    public override string Name => "perceptron";

    public override Value Forecast(ForecastInput input)
    {
        var (network, h) = (input.Network, input.Flat);
        for (var layer = 0; layer < Layers; layer++)
            h = network.Dropout(Op.Relu(network.Linear(h, Hidden, initializer: Initializers.HeUniform, name: $"hidden_{layer}")), Dropout);
        return input.Decode(h) + network.Linear(input.Targets, input.Horizon * input.Outputs, name: "direct",
            initializer: Initializers.Zeros);
    }
}

/// <summary>Blocks of perceptrons whose part of the window is subtracted before the next.</summary>
internal sealed record NBeatsNetwork(int Blocks, int Hidden, int Layers) : ForecastNetwork
{
    public override string Name => "N-BEATS";

    public override Value Forecast(ForecastInput input)
    {
        var (network, rest) = (input.Network, input.Targets);
        Value? forecast = null;
        for (var block = 0; block < Blocks; block++)
            using (network.Scope($"block_{block}"))
            {
                var h = rest;
                for (var layer = 0; layer < Layers; layer++)
                    h = Op.Relu(network.Linear(h, Hidden, initializer: Initializers.HeUniform, name: $"hidden_{layer}"));
                var part = network.Linear(h, input.Horizon * input.Outputs, name: "forecast");
                forecast = forecast is null ? part : forecast + part;
                if (block < Blocks - 1)
                    rest -= network.Linear(h, input.Window, name: "backcast");
            }
        return input.WithFuture(forecast!);
    }
}

/// <summary>A Transformer over patches, the last of which is filled up with the last value.</summary>
internal sealed record PatchNetwork(int Patch, int Stride, TransformerOptions Options) : ForecastNetwork
{
    public override string Name => "patch Transformer";

    public override Value Forecast(ForecastInput input)
    {
        var (network, x) = (input.Network, input.Targets);
        var (patch, stride) = (Math.Min(Patch, input.Window), Math.Min(Stride, input.Window));
        var count = (input.Window - patch + stride - 1) / stride + 1;
        var missing = (count - 1) * stride + patch - input.Window;
        // Patches are rows of indices into the window, in which the last step stands for those after it.
        long[] steps = [.. from i in Enumerable.Range(0, count)
                           from step in Enumerable.Range(0, patch)
                           select Math.Min((long)i * stride + step, input.Window - 1)];
        // [batch, targets, count · patch]
        var patches = Op.Gather(x, network.Graph.Vector(steps), 2);
        // [batch · targets, count · patch]
        var rows = Op.AsMatrix(patches);
        var sequence = Op.Transpose(Op.Reshape(rows, [rows.Shape[0], count, patch], rows), 1, 0, 2);
        var options = Options.MaxPositions < count ? Options with { MaxPositions = count } : Options;
        // [count, batch · targets, hidden]
        var encoded = new Sequence(network, sequence, null).TransformerEncoder(options).Output.Steps;
        var flat = Op.Transpose(encoded, 1, 0, 2);
        flat = Op.Reshape(flat, [flat.Shape[0], count * options.Hidden], flat);
        var y = network.Linear(network.Dropout(flat, Options.Dropout), input.Horizon * input.Outputs, name: "output");
        return input.WithFuture(Op.Reshape(y, [x.Shape[0], input.TargetCount, input.Horizon * input.Outputs], x));
    }
}

/// <summary>Dilated causal convolutions: each step reads steps ever farther back.</summary>
internal sealed record ConvolutionalNetwork(int Channels, int Kernel, int? Layers, float Dropout) : ForecastNetwork
{
    public override string Name => "temporal convolution";

    public override Value Forecast(ForecastInput input)
    {
        var network = input.Network;
        var h = network.Linear(input.Steps.Steps, Channels, name: "input");                                  // [time, batch, channels]
        var layers = Layers ?? Math.Max(1, (int)Math.Ceiling(Math.Log2(1 + (input.Window - 1.0) / Math.Max(1, Kernel - 1))));
        for (var (layer, dilation) = (0, 1); layer < layers; layer++, dilation *= 2)
            using (network.Scope($"layer_{layer}"))
            {
                // A convolution is a product with the steps side by side.
                Value[] taps = [.. Enumerable.Range(0, Kernel).Select(tap => Back(h, Math.Min(tap * dilation, input.Window)))];
                h += network.Dropout(Op.Relu(network.Linear(Op.Concat(2, taps), Channels, initializer: Initializers.HeUniform,
                    name: "convolution")), Dropout);
            }
        var last = Op.Squeeze(Op.Slice(h, 0, -1), 0);
        return input.Decode(last) + network.Linear(input.Targets, input.Horizon * input.Outputs, name: "direct",
            initializer: Initializers.Zeros);
    }

    // The steps so many steps later, zeros before the first.
    private static Value Back(Value x, int steps) => steps == 0 ? x
        : Op.Pad(Op.Slice(x, 0, 0, x.Shape[0].Size - steps), 0, steps, 0);
}
