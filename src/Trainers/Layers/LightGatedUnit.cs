using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Options of a layer of light gated recurrent units (Ravanelli et al. 2018, Li-GRU), without batch normalization: a GRU without
/// reset gate, whose candidate is a ReLU. z = σ(x W + h U + b), g = ReLU(x W' + h U' + b'), h ← z ∘ h + (1 - z) ∘ g.
/// </summary>
/// <remarks>
/// Parameters: <c>input_weight</c> [features, 2·hidden] is [W, W'], <c>bias</c> [2·hidden] is [b, b'], <c>update_weight</c> U and
/// <c>candidate_weight</c> U' are [hidden, hidden]. ONNX has no operator for the layer: it is deployed as a <c>Scan</c>. The ReLU doesn't
/// bound the state, as batch normalization does in the paper, so clip gradients.
/// </remarks>
public sealed record LightGatedUnitOptions : RecurrentOptions
{
    /// <inheritdoc/>
    public override string Name => "Li-GRU";

    /// <inheritdoc/>
    public override RecurrentCell CreateCell(NetworkBuilder network, long features) => new Cell(network, this, features);

    private sealed class Cell(NetworkBuilder network, LightGatedUnitOptions options, long features)
        : RecurrentCell(network, options, features, gates: [1, 1])
    {
        private readonly Value _updateWeight = Square(network, options, "update_weight");
        private readonly Value _candidateWeight = Square(network, options, "candidate_weight");

        public override Value[] Step(Value[] input, Value[] states)
        {
            var h = states[0];                                                                   // [batch, hidden]
            var update = Op.Sigmoid(input[0] + Op.MatMul(h, _updateWeight));
            var candidate = Op.Relu(input[1] + Op.MatMul(h, _candidateWeight));
            return [candidate + update * (h - candidate)];
        }

        private static Value Square(NetworkBuilder network, RecurrentOptions options, string name) =>
            network.Parameter(name, [options.Hidden, options.Hidden], Initializers.Orthogonal);
    }
}
