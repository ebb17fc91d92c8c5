using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Options of a layer of gated recurrent units.</summary>
public sealed record GruOptions : RecurrentOptions;

/// <summary>Gated recurrent unit (Cho et al. 2014), the reset gate applied after the matrix product as cuDNN and PyTorch have it.</summary>
public static class GruLayer
{
    /// <summary>
    /// z, r = σ(x W + h U + b), n = tanh(x W + b + r ∘ (h U + c)), h ← (1 - z) ∘ n + z ∘ h.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">The sequences, [time, batch, features].</param>
    /// <param name="options">Sizes and variants.</param>
    /// <param name="name">Scope of the parameters: <c>input_weight</c> [features, 3·hidden], <c>recurrent_weight</c> [hidden, 3·hidden], <c>bias</c> [3·hidden], gates in the order z, r, n; <c>candidate_bias</c> [hidden] is c.</param>
    /// <returns>Every step's state [time, batch, directions·hidden], and the last states.</returns>
    public static RecurrentOutput Gru(this NetworkBuilder network, Sequence x, GruOptions options, string name = "gru") =>
        new Cell(network, options).Run(name, x);

    internal static Recurrence Recurrence(NetworkBuilder network, GruOptions options) => new Cell(network, options);

    private sealed class Cell(NetworkBuilder network, GruOptions options) : Recurrence(network, options)
    {
        private Value Weight(long features, string name) => Network.Parameter(name, [features, 3 * Hidden], Initializers.GlorotUniform);

        private Value Bias() => Network.Parameter("bias", [3 * Hidden], Initializers.Zeros, decays: false);

        private Value RecurrentWeight() => Network.Parameter("recurrent_weight", [Hidden, 3 * Hidden], Initializers.Orthogonal);

        private Value CandidateBias() => Network.Parameter("candidate_bias", [Hidden], Initializers.Zeros, decays: false);

        internal override RecurrentStep Step(long features)
        {
            Weight(features, "input_weight"); // first among the parameters
            // Gates and candidate apart, so that no step has to cut a product.
            Value[] Parts(Value weight) => Op.Split(weight, -1, 2 * Hidden, Hidden);
            var (recurrents, candidateBias) = (Parts(RecurrentWeight()), CandidateBias());
            return new(1,
                (x, name, biased) =>
                {
                    var biases = biased ? Parts(Bias()) : new Value?[2];
                    return [.. Parts(Weight(x.Shape[-1].Size, name)).Zip(biases, (weight, bias) => Project(x, weight, bias))];
                },
                (projected, states) =>
                {
                    var h = states[0];
                    var gates = Op.Split(Op.Sigmoid(projected[0] + Op.MatMul(h, recurrents[0])), 1, Hidden, Hidden); // z, r
                    var candidate = Op.Tanh(projected[1] + gates[1] * (Op.MatMul(h, recurrents[1]) + candidateBias));
                    return [candidate + gates[0] * (h - candidate)];
                });
        }

        protected override FusedWeights Fused(Value x)
        {
            Value input = Weight(x.Shape[-1].Size, "input_weight"), recurrent = RecurrentWeight(), bias = Bias(), candidateBias = CandidateBias();
            var stateBias = Op.Concat(0, Op.Filled(0f, [2 * Hidden], bias), candidateBias);
            return new(AsFused(input), AsFused(recurrent), Op.Unsqueeze(Op.Concat(0, bias, stateBias), 0));
        }

        protected override Value[] RunFused(Value x, FusedWeights weights, Value? lengths, string direction) =>
            Op.Gru(x, weights.Input, weights.Recurrent, weights.Bias, lengths, direction);
    }
}
