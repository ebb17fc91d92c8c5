namespace MLSeqGraph.Onnx;

/// <summary>Adam (Kingma and Ba 2015): steps scaled by running means of the gradient and of its square.</summary>
public class Adam : Optimizer
{
    /// <summary>Decay of the running mean of the gradient, 0.9 by default.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the running mean of the squared gradient, 0.999 by default.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>
    /// Added to the root of the mean square, 1e-8 by default: gradients far below it have no effect. Losses of standardized targets and of
    /// classes have the same gradients in any units of features, labels and weights.
    /// </summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <inheritdoc/>
    public override IReadOnlyList<string> States => ["mean", "mean_square"];

    internal override (Value Parameter, Value[] States) Update(OptimizerInputs at) => Step(at, at.Parameter, Penalized(at));

    // m ← β1 m + (1 - β1) g;  s ← β2 s + (1 - β2) g²
    // θ ← θ - lr · (m / (1 - β1ᵗ)) / (sqrt(s / (1 - β2ᵗ)) + ε), with the corrections moved into scalars
    private protected (Value Parameter, Value[] States) Step(OptimizerInputs at, Value parameter, Value gradient)
    {
        var mean = at.States[0] * (double)Beta1 + gradient * (1.0 - Beta1);
        var meanSquare = at.States[1] * (double)Beta2 + gradient * gradient * (1.0 - Beta2);
        var (rate, epsilon) = Corrected(at.LearningRate, at.Step);
        var update = mean * rate / (Op.Sqrt(meanSquare) + epsilon);
        return (parameter - update, [mean, meanSquare]);
    }

    internal override RowRule? RowRule(Value learningRate, Value step) => WeightDecay != 0 ? null
        : Corrected(learningRate, step) is var (rate, epsilon) ? new(RowRuleKind.Adam, rate, epsilon, Beta1, Beta2) : null;

    private (Value Rate, Value Epsilon) Corrected(Value learningRate, Value step)
    {
        var correction1 = 1 - Op.Pow(step.Number(Beta1), step);
        var correction2 = Op.Sqrt(1 - Op.Pow(step.Number(Beta2), step));
        return (learningRate * correction2 / correction1, correction2 * (double)Epsilon);
    }
}

/// <summary>Adam with weight decay applied to the parameter itself, not through the gradient (Loshchilov and Hutter 2019).</summary>
public sealed class AdamW : Adam
{
    /// <summary>AdamW with the customary weight decay of 0.01.</summary>
    public AdamW() => WeightDecay = 0.01f;

    internal override (Value Parameter, Value[] States) Update(OptimizerInputs at) =>
        Step(at, WeightDecay == 0 ? at.Parameter : at.Parameter - at.Parameter * (at.LearningRate * Decay(at)), at.Gradient);
}
