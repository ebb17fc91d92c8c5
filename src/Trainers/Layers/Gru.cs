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

    private sealed class Cell(NetworkBuilder network, GruOptions options) : Recurrence(network, options)
    {
        private (Value Input, Value Recurrent, Value Bias, Value CandidateBias) Weights(long features) =>
        (
            Network.Parameter("input_weight", [features, 3 * Hidden], Initializers.GlorotUniform),
            Network.Parameter("recurrent_weight", [Hidden, 3 * Hidden], Initializers.Orthogonal),
            Network.Parameter("bias", [3 * Hidden], Initializers.Zeros, decays: false),
            Network.Parameter("candidate_bias", [Hidden], Initializers.Zeros, decays: false)
        );

        protected override (Value States, Value? Cells, Value Last, Value? LastCell) Loop(Value x, bool reverse, int truncation)
        {
            var (input, recurrent, bias, candidateBias) = Weights(x.Shape[2].Size);
            // Gates and candidate apart, so that no step has to cut a product.
            Value[] inputs = Op.Split(input, 1, 2 * Hidden, Hidden), biases = Op.Split(bias, 0, 2 * Hidden, Hidden), recurrents = Op.Split(recurrent, 1, 2 * Hidden, Hidden);
            Value[] projected = [Project(x, inputs[0], biases[0]), Project(x, inputs[1], biases[1])];
            var (last, steps) = Op.Scan([ZeroState(x)], projected, (states, slices) =>
            {
                var h = states[0];
                var gates = Op.Split(Op.Sigmoid(slices[0] + Op.MatMul(h, recurrents[0])), 1, Hidden, Hidden); // z, r
                var candidate = Op.Tanh(slices[1] + gates[1] * (Op.MatMul(h, recurrents[1]) + candidateBias));
                var next = candidate + gates[0] * (h - candidate);
                return ([next], [next]);
            }, reverse, truncation);
            return (steps[0], null, last[0], null);
        }

        protected override FusedWeights Fused(Value x)
        {
            var (input, recurrent, bias, candidateBias) = Weights(x.Shape[2].Size);
            var stateBias = Op.Concat(0, Op.Filled(0f, [2 * Hidden], bias), candidateBias);
            return new(AsFused(input), AsFused(recurrent), Op.Unsqueeze(Op.Concat(0, bias, stateBias), 0));
        }

        protected override Value[] RunFused(Value x, FusedWeights weights, Value? lengths, string direction) =>
            Op.Gru(x, weights.Input, weights.Recurrent, weights.Bias, lengths, direction);
    }
}
