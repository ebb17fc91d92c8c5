namespace MLSeqGraph.Onnx;

/// <summary>Adagrad (Duchi et al. 2011): steps scaled by the root of the sum of all squared gradients so far.</summary>
public sealed class Adagrad : Optimizer
{
    /// <summary>Added to the root of the sum, as in <see cref="Adam.Epsilon"/>. 1e-10 by default.</summary>
    public float Epsilon { get; init; } = 1e-10f;

    /// <inheritdoc/>
    public override IReadOnlyList<string> States => ["sum_square"];

    internal override RowRule? RowRule(Value learningRate, Value step) =>
        WeightDecay == 0 ? new(RowRuleKind.Adagrad, learningRate, learningRate.Number(Epsilon)) : null;

    // s ← s + g²;  θ ← θ - lr · g / (sqrt(s) + ε)
    internal override (Value Parameter, Value[] States) Update(OptimizerInputs at)
    {
        var gradient = Penalized(at);
        var sum = at.States[0] + gradient * gradient;
        return (at.Parameter - gradient * at.LearningRate / (Op.Sqrt(sum) + (double)Epsilon), [sum]);
    }
}
