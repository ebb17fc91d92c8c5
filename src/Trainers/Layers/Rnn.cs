using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Activation of a plain recurrent layer.</summary>
public enum RnnActivation
{
    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
    /// <summary>max(x, 0).</summary>
    Relu,
}

/// <summary>Options of a plain recurrent layer.</summary>
public sealed record RnnOptions : RecurrentOptions
{
    /// <summary>The activation.</summary>
    public RnnActivation Activation { get; init; }
}

/// <summary>The plain recurrent network (Elman 1990).</summary>
public static class RnnLayer
{
    /// <summary>h ← tanh(x W + h U + b), or the same with ReLU.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">The sequences, [time, batch, features].</param>
    /// <param name="options">Sizes and variants.</param>
    /// <param name="name">Scope of the parameters: <c>input_weight</c> [features, hidden], <c>recurrent_weight</c> [hidden, hidden], <c>bias</c> [hidden].</param>
    /// <returns>Every step's state [time, batch, directions·hidden], and the last states.</returns>
    public static RecurrentOutput Rnn(this NetworkBuilder network, Sequence x, RnnOptions options, string name = "rnn") =>
        new Cell(network, options).Run(name, x);

    private sealed class Cell(NetworkBuilder network, RnnOptions options) : Recurrence(network, options)
    {
        private bool IsRelu => options.Activation == RnnActivation.Relu;

        private (Value Input, Value Recurrent, Value Bias) Weights(long features) =>
        (
            Network.Parameter("input_weight", [features, Hidden], IsRelu ? Initializers.HeUniform : Initializers.GlorotUniform),
            Network.Parameter("recurrent_weight", [Hidden, Hidden], Initializers.Orthogonal),
            Network.Parameter("bias", [Hidden], Initializers.Zeros, decays: false)
        );

        protected override (Value States, Value? Cells, Value Last, Value? LastCell) Loop(Value x, bool reverse, int truncation)
        {
            var (input, recurrent, bias) = Weights(x.Shape[2].Size);
            var (last, steps) = Op.Scan([ZeroState(x)], [Project(x, input, bias)], (states, slices) =>
            {
                var z = slices[0] + Op.MatMul(states[0], recurrent);
                var h = IsRelu ? Op.Relu(z) : Op.Tanh(z);
                return ([h], [h]);
            }, reverse, truncation);
            return (steps[0], null, last[0], null);
        }

        protected override FusedWeights Fused(Value x)
        {
            var (input, recurrent, bias) = Weights(x.Shape[2].Size);
            return new(AsFused(input), AsFused(recurrent), Op.Unsqueeze(Op.Concat(0, bias, Op.ZerosLike(bias)), 0));
        }

        protected override Value[] RunFused(Value x, FusedWeights weights, Value? lengths, string direction) =>
            Op.Rnn(x, weights.Input, weights.Recurrent, weights.Bias, lengths, IsRelu ? "Relu" : "Tanh", direction);
    }
}
