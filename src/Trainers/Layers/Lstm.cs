using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Options of a layer of long short-term memory (Hochreiter and Schmidhuber 1997).</summary>
public sealed record LstmOptions : RecurrentOptions
{
    /// <summary>
    /// Whether the gates read the cell state: the input and forget gates the previous one, the output gate the new one (Gers and
    /// Schmidhuber 2000). False by default.
    /// </summary>
    public bool Peepholes { get; init; }

    /// <summary>Whether the input gate is 1 minus the forget gate (Greff et al. 2017). False by default.</summary>
    public bool CoupledInputForget { get; init; }

    /// <summary>Initial bias of the forget gate, 1 by default (Gers et al. 2000; Jozefowicz et al. 2015).</summary>
    public float ForgetBias { get; init; } = 1;

    /// <inheritdoc/>
    public override string Name => "LSTM";

    /// <summary>The hidden state and the cell state.</summary>
    public override IReadOnlyList<string> StateNames => ["hidden", "cell"];

    /// <inheritdoc/>
    public override RecurrentCell CreateCell(NetworkBuilder network, long features) => new Cell(network, this, features);

    private sealed class Cell : RecurrentCell
    {
        private readonly LstmOptions _options;
        private readonly Value _recurrentWeight;
        private readonly Value?[] _peepholes;                                                    // i, o, f

        internal Cell(NetworkBuilder network, LstmOptions options, long features)
            : base(network, options, features, [4], biasInitializer: (sizes, _) => InitialBias(options, sizes[0]))
        {
            _options = options;
            _recurrentWeight = network.Parameter("recurrent_weight", [Hidden, 4 * Hidden], Initializers.Orthogonal);
            // A coupled input gate has no peephole: it is the forget gate's complement.
            _peepholes = !options.Peepholes ? [] : [.. "iof".Select(gate => gate == 'i' && options.CoupledInputForget
                ? null : network.Parameter($"peephole_{gate}", [Hidden], Initializers.Zeros))];
        }

        private static float[] InitialBias(LstmOptions options, long size)
        {
            var bias = new float[size];
            Array.Fill(bias, options.ForgetBias, 2 * options.Hidden, options.Hidden);
            return bias;
        }

        public override Value[] Step(Value[] input, Value[] states)
        {
            var z = input[0] + Op.MatMul(states[0], _recurrentWeight);                           // [batch, 4·hidden]
            return _options.Peepholes || _options.CoupledInputForget ? Variant(z, states[1]) : Standard(z, states[1]);
        }

        private Value[] Standard(Value z, Value c)
        {
            var parts = Op.Split(z, 1, 3 * Hidden, Hidden);
            var gates = Op.Split(Op.Sigmoid(parts[0]), 1, Hidden, Hidden, Hidden);               // i, o, f
            c = gates[2] * c + gates[0] * Op.Tanh(parts[1]);
            return [gates[1] * Op.Tanh(c), c];
        }

        private Value[] Variant(Value z, Value c)
        {
            var parts = Op.Split(z, 1, Hidden, Hidden, Hidden, Hidden);                          // i, o, f, g
            Value Gate(int gate, Value cell) =>
                Op.Sigmoid(_options.Peepholes ? parts[gate] + _peepholes[gate]! * cell : parts[gate]);
            var forget = Gate(2, c);
            var input = _options.CoupledInputForget ? 1 - forget : Gate(0, c);
            c = forget * c + input * Op.Tanh(parts[3]);
            return [Gate(1, c) * Op.Tanh(c), c];
        }

        internal override RecurrenceCell Kernel => new(RecurrentKind.Lstm, _recurrentWeight,
            _options.Peepholes ? Op.Concat(0, [.. _peepholes.Select(peephole => peephole ?? Op.ZerosLike(_peepholes[1]!))]) : null,
            _options.CoupledInputForget);

        public override Value[] Fused(FusedRecurrence layer)
        {
            var (input, recurrent, bias, peepholes) = FusedWeights();
            var other = (layer.Backward as Cell)?.FusedWeights();
            return Op.Lstm(
                layer.X, FusedRecurrence.Beside(input, other?.Input), FusedRecurrence.Beside(recurrent, other?.Recurrent),
                FusedRecurrence.Beside(bias, other?.Bias), layer.Lengths,
                peepholes is null ? null : FusedRecurrence.Beside(peepholes, other?.Peepholes), _options.CoupledInputForget,
                layer.Direction, layer.InitialState(0), layer.InitialState(1));
        }

        private (Value Input, Value Recurrent, Value Bias, Value? Peepholes) FusedWeights()
        {
            var (input, recurrent, bias, peepholes) = (InputWeight, _recurrentWeight, Bias, _peepholes);
            if (_options.CoupledInputForget)
            {
                // The fused operator couples the other way, f = 1 - i: an input gate with negated forget weights is 1 - f.
                (input, recurrent, bias) = (Coupled(input), Coupled(recurrent), Coupled(bias));
                if (_options.Peepholes)
                    peepholes = [-peepholes[2]!, peepholes[1], peepholes[2]];
            }
            return (FusedRecurrence.Transposed(input), FusedRecurrence.Transposed(recurrent),
                Op.Unsqueeze(Op.Concat(0, bias, Op.ZerosLike(bias)), 0),
                _options.Peepholes ? Op.Unsqueeze(Op.Concat(0, [.. peepholes.Select(peephole => peephole!)]), 0) : null);
        }

        private Value Coupled(Value weight)
        {
            var parts = Op.Split(weight, -1, Hidden, Hidden, Hidden, Hidden);
            return Op.Concat(-1, -parts[2], parts[1], parts[2], parts[3]);
        }
    }
}

public static partial class Layers
{
    /// <summary>
    /// Long short-term memory: i, o, f = σ(x W + h U + b), g = tanh(x W + h U + b), c ← f ∘ c + i ∘ g, h ← o ∘ tanh(c)
    /// (Hochreiter and Schmidhuber 1997).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">The sequences, [time, batch, features].</param>
    /// <param name="options">Sizes and variants.</param>
    /// <param name="name">
    /// Scope of the parameters: <c>input_weight</c> [features, 4·hidden], <c>recurrent_weight</c> [hidden, 4·hidden], <c>bias</c>
    /// [4·hidden], gates in the order i, o, f, g; <c>peephole_i</c>, <c>peephole_o</c>, <c>peephole_f</c> [hidden].
    /// </param>
    /// <returns>Every step's hidden state [time, batch, directions·hidden], and the last hidden and cell states.</returns>
    public static RecurrentOutput Lstm(this NetworkBuilder network, Sequence x, LstmOptions options, string name = "lstm") =>
        network.Recurrent(x, options, name);
}
