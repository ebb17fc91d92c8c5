using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>h_t = tanh(x_t W + y_(t-1) U + b), y_t = h_t V + c.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">The sequences, [time, batch, features].</param>
    /// <param name="hidden">Size of h.</param>
    /// <param name="outputs">Size of y.</param>
    /// <param name="first">y before the first step, [batch, outputs]; null for zeros.</param>
    /// <param name="previous">
    /// Teacher forcing: the values to use as y_(t-1) in each step, [time, batch, outputs], so that no step waits for another; null for the
    /// network's own output.
    /// </param>
    /// <param name="name">
    /// Scope of the parameters: <c>input_weight</c> [features, hidden], <c>output_weight</c> [outputs, hidden] (U), <c>bias</c> [hidden],
    /// and of the map to y <c>output/weight</c> [hidden, outputs] and <c>output/bias</c> [outputs].
    /// </param>
    /// <returns>Every step's y [time, batch, outputs], and the y of each sequence's last valid step [batch, outputs].</returns>
    /// <exception cref="GraphException">The shapes don't fit.</exception>
    public static (Sequence Output, Value Last) Jordan(
        this NetworkBuilder network, Sequence x, int hidden, int outputs, Value? first = null, Value? previous = null,
        string name = "jordan")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Shape step = [x.Steps.Shape[1], outputs], all = [x.Steps.Shape[0], .. step];
        if (first is not null && !first.Shape.Equals(step))
            throw new GraphException($"Jordan: expected the output before the first step as {step}; got {first}.");
        if (previous is not null && !previous.Shape.Equals(all))
            throw new GraphException($"Jordan: expected the previous outputs as {all}; got {previous}.");
        using var scope = network.Scope(name);
        var input = network.Parameter("input_weight", [x.Features, hidden], Initializers.GlorotUniform);
        var feedback = network.Parameter("output_weight", [outputs, hidden], Initializers.GlorotUniform);
        var bias = network.Parameter("bias", [hidden], Initializers.Zeros, decays: false);
        var weight = network.Parameter("output/weight", [hidden, outputs], Initializers.GlorotUniform);
        var shift = network.Parameter("output/bias", [outputs], Initializers.Zeros, decays: false);
        var projected = Op.MatMul(x.Steps, input) + bias;
        Value Write(Value z, Value y) => Op.MatMul(Op.Tanh(z + Op.MatMul(y, feedback)), weight) + shift;
        var result = x.With(previous is not null
            ? Write(projected, previous)
            : Op.Scan([first ?? Op.Filled(0f, step, x.Steps)], [projected], (states, slices) =>
            {
                var y = Write(slices[0], states[0]);
                return ([y], [y]);
            }).Outputs[0]);
        return (result, result.Last);
    }
}
