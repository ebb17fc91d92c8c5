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

    internal static Recurrence Recurrence(NetworkBuilder network, RnnOptions options) => new Cell(network, options);

    private sealed class Cell(NetworkBuilder network, RnnOptions options) : Recurrence(network, options)
    {
        private bool IsRelu => options.Activation == RnnActivation.Relu;

        private Value Weight(long features, string name) =>
            Network.Parameter(name, [features, Hidden], IsRelu ? Initializers.HeUniform : Initializers.GlorotUniform);

        private Value Bias() => Network.Parameter("bias", [Hidden], Initializers.Zeros, decays: false);

        private Value RecurrentWeight() => Network.Parameter("recurrent_weight", [Hidden, Hidden], Initializers.Orthogonal);

        internal override RecurrentStep Step(long features)
        {
            Weight(features, "input_weight"); // first among the parameters
            var recurrent = RecurrentWeight();
            return new(1,
                (x, name, biased) => [Project(x, Weight(x.Shape[-1].Size, name), biased ? Bias() : null)],
                (projected, states) =>
                {
                    var z = projected[0] + Op.MatMul(states[0], recurrent);
                    return [IsRelu ? Op.Relu(z) : Op.Tanh(z)];
                });
        }

        protected override FusedWeights Fused(Value x)
        {
            Value input = Weight(x.Shape[-1].Size, "input_weight"), recurrent = RecurrentWeight(), bias = Bias();
            return new(AsFused(input), AsFused(recurrent), Op.Unsqueeze(Op.Concat(0, bias, Op.ZerosLike(bias)), 0));
        }

        protected override Value[] RunFused(Value x, FusedWeights weights, Value? lengths, string direction) =>
            Op.Rnn(x, weights.Input, weights.Recurrent, weights.Bias, lengths, IsRelu ? "Relu" : "Tanh", direction);
    }
}
