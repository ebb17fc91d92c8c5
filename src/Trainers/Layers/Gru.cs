using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Options of a layer of gated recurrent units (Cho et al. 2014), with the reset gate applied after the matrix product as in cuDNN and
/// PyTorch.
/// </summary>
public sealed record GruOptions : RecurrentOptions
{
    /// <inheritdoc/>
    public override string Name => "GRU";

    /// <inheritdoc/>
    public override RecurrentCell CreateCell(NetworkBuilder network, long features) => new Cell(network, this, features);

    private sealed class Cell : RecurrentCell
    {
        private readonly Value _recurrentWeight, _candidateBias;
        private readonly Value[] _recurrentParts;

        // Gates and candidate have separate weights, so that no step has to split a product.
        internal Cell(NetworkBuilder network, GruOptions options, long features) : base(network, options, features, [2, 1])
        {
            _recurrentWeight = network.Parameter("recurrent_weight", [Hidden, 3 * Hidden], Initializers.Orthogonal);
            _candidateBias = network.Parameter("candidate_bias", [Hidden], Initializers.Zeros, decays: false);
            _recurrentParts = Op.Split(_recurrentWeight, -1, 2 * Hidden, Hidden);
        }

        public override Value[] Step(Value[] input, Value[] states)
        {
            var h = states[0];
            var gates = Op.Split(Op.Sigmoid(input[0] + Op.MatMul(h, _recurrentParts[0])), 1, Hidden, Hidden);       // z, r
            var candidate = Op.Tanh(input[1] + gates[1] * (Op.MatMul(h, _recurrentParts[1]) + _candidateBias));
            return [candidate + gates[0] * (h - candidate)];
        }

        internal override RecurrenceCell Kernel => new(RecurrentKind.Gru, _recurrentWeight, _candidateBias);

        public override Value[] Fused(FusedRecurrence layer)
        {
            var (input, recurrent, bias) = FusedWeights();
            var other = (layer.Backward as Cell)?.FusedWeights();
            return Op.Gru(
                layer.X, FusedRecurrence.Beside(input, other?.Input), FusedRecurrence.Beside(recurrent, other?.Recurrent),
                FusedRecurrence.Beside(bias, other?.Bias), layer.Lengths, layer.Direction, layer.InitialState(0));
        }

        private (Value Input, Value Recurrent, Value Bias) FusedWeights()
        {
            var stateBias = Op.Concat(0, Op.Filled(0f, [2 * Hidden], Bias), _candidateBias);
            return (FusedRecurrence.Transposed(InputWeight), FusedRecurrence.Transposed(_recurrentWeight),
                Op.Unsqueeze(Op.Concat(0, Bias, stateBias), 0));
        }
    }
}

public static partial class Layers
{
    /// <summary>
    /// Gated recurrent units: z, r = σ(x W + h U + b), n = tanh(x W + b + r ∘ (h U + c)), h ← (1 - z) ∘ n + z ∘ h (Cho et al.
    /// 2014).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">The sequences, [time, batch, features].</param>
    /// <param name="options">Sizes and variants.</param>
    /// <param name="name">
    /// Scope of the parameters: <c>input_weight</c> [features, 3·hidden], <c>recurrent_weight</c> [hidden, 3·hidden], <c>bias</c>
    /// [3·hidden], gates in the order z, r, n; <c>candidate_bias</c> [hidden] is c.
    /// </param>
    /// <returns>Every step's hidden state [time, batch, directions·hidden], and the last states.</returns>
    public static RecurrentOutput Gru(this NetworkBuilder network, Sequence x, GruOptions options, string name = "gru") =>
        network.Recurrent(x, options, name);
}
