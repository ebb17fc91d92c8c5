using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>What the recurrent weights of a plain recurrent network start as.</summary>
public enum RecurrentStart
{
    /// <summary>Random orthogonal matrices (Saxe et al. 2014).</summary>
    Orthogonal,
    /// <summary>The identity, for ReLU (Le, Jaitly and Hinton 2015).</summary>
    Identity,
    /// <summary>15 normal weights for each unit, the others 0, scaled to the spectral radius 1.1 (Sutskever et al. 2013).</summary>
    Sparse,
}

/// <summary>Options of a plain recurrent layer (Elman 1990).</summary>
public sealed record RnnOptions : RecurrentOptions
{
    /// <summary>The activation, tanh by default.</summary>
    public RnnActivation Activation { get; init; }

    /// <summary>What the recurrent weights start as: random orthogonal matrices, by default.</summary>
    public RecurrentStart Start { get; init; }

    /// <inheritdoc/>
    public override string Name => "RNN";

    internal override void Check()
    {
        base.Check();
        Check(nameof(Start), Enum.IsDefined(Start), (int)Start, string.Join(", ", Enum.GetNames<RecurrentStart>()));
    }

    /// <inheritdoc/>
    public override RecurrentCell CreateCell(NetworkBuilder network, long features) => new Cell(network, this, features);

    private sealed class Cell : RecurrentCell
    {
        private readonly Value _recurrentWeight;
        private readonly bool _isRelu;

        internal Cell(NetworkBuilder network, RnnOptions options, long features)
            : base(network, options, features, [1], options.Activation == RnnActivation.Relu ? Initializers.HeUniform : null)
        {
            _isRelu = options.Activation == RnnActivation.Relu;
            _recurrentWeight = network.Parameter("recurrent_weight", [Hidden, Hidden], options.Start switch
            {
                RecurrentStart.Identity => Initializers.Identity,
                RecurrentStart.Sparse => Initializers.Sparse(15, 1.1f),
                _ => Initializers.Orthogonal,
            });
        }

        public override Value[] Step(Value[] input, Value[] states)
        {
            var z = input[0] + Op.MatMul(states[0], _recurrentWeight);
            return [_isRelu ? Op.Relu(z) : Op.Tanh(z)];
        }

        internal override RecurrenceCell Kernel => new(_isRelu ? RecurrentKind.Relu : RecurrentKind.Tanh, _recurrentWeight);

        public override Value[] Fused(FusedRecurrence layer)
        {
            var (input, recurrent, bias) = FusedWeights();
            var other = (layer.Backward as Cell)?.FusedWeights();
            return Op.Rnn(
                layer.X, FusedRecurrence.Beside(input, other?.Input), FusedRecurrence.Beside(recurrent, other?.Recurrent),
                FusedRecurrence.Beside(bias, other?.Bias), layer.Lengths, _isRelu ? "Relu" : "Tanh", layer.Direction,
                layer.InitialState(0));
        }

        private (Value Input, Value Recurrent, Value Bias) FusedWeights() =>
            (FusedRecurrence.Transposed(InputWeight), FusedRecurrence.Transposed(_recurrentWeight),
                Op.Unsqueeze(Op.Concat(0, Bias, Op.ZerosLike(Bias)), 0));
    }
}

/// <summary>Activation of a plain recurrent layer.</summary>
public enum RnnActivation
{
    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
    /// <summary>max(x, 0).</summary>
    Relu,
}

public static partial class Layers
{
    /// <summary>The plain recurrent network: h ← tanh(x W + h U + b), or the same with ReLU (Elman 1990).</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">The sequences, [time, batch, features].</param>
    /// <param name="options">Sizes and variants.</param>
    /// <param name="name">
    /// Scope of the parameters: <c>input_weight</c> [features, hidden], <c>recurrent_weight</c> [hidden, hidden], <c>bias</c> [hidden].
    /// </param>
    /// <returns>Every step's hidden state [time, batch, directions·hidden], and the last states.</returns>
    public static RecurrentOutput Rnn(this NetworkBuilder network, Sequence x, RnnOptions options, string name = "rnn") =>
        network.Recurrent(x, options, name);
}
