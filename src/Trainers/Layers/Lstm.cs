using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Options of a long short-term memory layer.</summary>
public sealed record LstmOptions : RecurrentOptions
{
    /// <summary>Whether the gates see the cell: input and forget gate the last one, output gate the new one (Gers and Schmidhuber 2000).</summary>
    public bool Peepholes { get; init; }

    /// <summary>Whether the input gate is 1 minus the forget gate (Greff et al. 2017).</summary>
    public bool CoupledInputForget { get; init; }

    /// <summary>Initial bias of the forget gate (Gers et al. 2000; Jozefowicz et al. 2015).</summary>
    public float ForgetBias { get; init; } = 1;
}

/// <summary>Long short-term memory (Hochreiter and Schmidhuber 1997).</summary>
public static class LstmLayer
{
    /// <summary>
    /// i, o, f = σ(x W + h U + b), g = tanh(x W + h U + b), c ← f ∘ c + i ∘ g, h ← o ∘ tanh(c).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">The sequences, [time, batch, features].</param>
    /// <param name="options">Sizes and variants.</param>
    /// <param name="name">Scope of the parameters: <c>input_weight</c> [features, 4·hidden], <c>recurrent_weight</c> [hidden, 4·hidden], <c>bias</c> [4·hidden], gates in the order i, o, f, g; <c>peephole_i</c>, <c>peephole_o</c>, <c>peephole_f</c> [hidden].</param>
    /// <returns>Every step's state [time, batch, directions·hidden], and the last states and cells.</returns>
    public static RecurrentOutput Lstm(this NetworkBuilder network, Sequence x, LstmOptions options, string name = "lstm") =>
        new Cell(network, options).Run(name, x);

    internal static Recurrence Recurrence(NetworkBuilder network, LstmOptions options) => new Cell(network, options);

    private sealed class Cell(NetworkBuilder network, LstmOptions options) : Recurrence(network, options)
    {
        private Value Weight(long features, string name) => Network.Parameter(name, [features, 4 * Hidden], Initializers.GlorotUniform);

        private Value RecurrentWeight() => Network.Parameter("recurrent_weight", [Hidden, 4 * Hidden], Initializers.Orthogonal);

        private Value Bias()
        {
            float[] Forgetting(long[] _, Random random)
            {
                var bias = new float[4 * Hidden];
                Array.Fill(bias, options.ForgetBias, 2 * Hidden, Hidden);
                return bias;
            }
            return Network.Parameter("bias", [4 * Hidden], Forgetting, decays: false);
        }

        private Value?[] Peepholes() => options.Peepholes ? [.. "iof".Select(Peephole)] : [];

        // A coupled input gate has none: it is the forget gate's complement.
        private Value? Peephole(char gate) =>
            gate == 'i' && options.CoupledInputForget ? null : Network.Parameter($"peephole_{gate}", [Hidden], Initializers.Zeros);

        internal override RecurrentStep Step(long features)
        {
            Weight(features, "input_weight"); // first among the parameters
            var recurrent = RecurrentWeight();
            Value?[] peepholes = Peepholes();
            return new(2,
                (x, name, biased) => [Project(x, Weight(x.Shape[-1].Size, name), biased ? Bias() : null)],
                (projected, states) =>
                {
                    var z = projected[0] + Op.MatMul(states[0], recurrent);         // [batch, 4·hidden]
                    var (h, c) = options.Peepholes || options.CoupledInputForget ? Variant(z, states[1], peepholes) : Standard(z, states[1]);
                    return [h, c];
                });
        }

        private (Value H, Value C) Standard(Value z, Value c)
        {
            var parts = Op.Split(z, 1, 3 * Hidden, Hidden);
            var gates = Op.Split(Op.Sigmoid(parts[0]), 1, Hidden, Hidden, Hidden); // i, o, f
            c = gates[2] * c + gates[0] * Op.Tanh(parts[1]);
            return (gates[1] * Op.Tanh(c), c);
        }

        private (Value H, Value C) Variant(Value z, Value c, Value?[] peepholes)
        {
            var parts = Op.Split(z, 1, Hidden, Hidden, Hidden, Hidden);            // i, o, f, g
            Value Gate(int gate, Value cell) => Op.Sigmoid(options.Peepholes ? parts[gate] + peepholes[gate]! * cell : parts[gate]);
            var forget = Gate(2, c);
            var input = options.CoupledInputForget ? 1 - forget : Gate(0, c);
            c = forget * c + input * Op.Tanh(parts[3]);
            return (Gate(1, c) * Op.Tanh(c), c);
        }

        protected override FusedWeights Fused(Value x)
        {
            Value input = Weight(x.Shape[-1].Size, "input_weight"), recurrent = RecurrentWeight(), bias = Bias();
            var peepholes = Peepholes();
            if (options.CoupledInputForget)
            {
                // The fused operator couples the other way, f = 1 - i: an input gate of negated forget weights is 1 - f.
                (input, recurrent, bias) = (Coupled(input), Coupled(recurrent), Coupled(bias));
                if (options.Peepholes)
                    peepholes = [-peepholes[2]!, peepholes[1], peepholes[2]];
            }
            return new(AsFused(input), AsFused(recurrent), Op.Unsqueeze(Op.Concat(0, bias, Op.ZerosLike(bias)), 0),
                options.Peepholes ? Op.Unsqueeze(Op.Concat(0, [.. peepholes.Select(peephole => peephole!)]), 0) : null);
        }

        private Value Coupled(Value weight)
        {
            var parts = Op.Split(weight, -1, Hidden, Hidden, Hidden, Hidden);
            return Op.Concat(-1, -parts[2], parts[1], parts[2], parts[3]);
        }

        protected override Value[] RunFused(Value x, FusedWeights weights, Value? lengths, string direction) =>
            Op.Lstm(x, weights.Input, weights.Recurrent, weights.Bias, lengths, weights.Peepholes, options.CoupledInputForget, direction);
    }
}
