using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Options of a layer of minimal gated units (Zhou et al. 2016): one gate both forgets and admits; two thirds of a GRU's weights.
/// f = σ(x W + h U + b), g = tanh(x W' + (f ∘ h) U' + b'), h ← (1 - f) ∘ h + f ∘ g.
/// </summary>
/// <remarks>
/// Parameters: <c>input_weight</c> [features, 2·hidden] is [W, W'], <c>bias</c> [2·hidden] is [b, b'], <c>forget_weight</c> U and
/// <c>candidate_weight</c> U' are [hidden, hidden]. ONNX has no operator for the layer: it is deployed as a <c>Scan</c>.
/// </remarks>
public sealed record MinimalGatedUnitOptions : RecurrentOptions
{
    /// <inheritdoc/>
    public override string Name => "MGU";

    /// <inheritdoc/>
    public override RecurrentCell CreateCell(NetworkBuilder network, long features) => new Cell(network, this, features);

    private sealed class Cell(NetworkBuilder network, MinimalGatedUnitOptions options, long features)
        : RecurrentCell(network, options, features, gates: [1, 1])
    {
        private readonly Value _forgetWeight = Square(network, options, "forget_weight");
        private readonly Value _candidateWeight = Square(network, options, "candidate_weight");

        public override Value[] Step(Value[] input, Value[] states)
        {
            var h = states[0];                                                                   // [batch, hidden]
            var forget = Op.Sigmoid(input[0] + Op.MatMul(h, _forgetWeight));
            var candidate = Op.Tanh(input[1] + Op.MatMul(forget * h, _candidateWeight));
            return [h + forget * (candidate - h)];
        }

        private static Value Square(NetworkBuilder network, RecurrentOptions options, string name) =>
            network.Parameter(name, [options.Hidden, options.Hidden], Initializers.Orthogonal);
    }
}
