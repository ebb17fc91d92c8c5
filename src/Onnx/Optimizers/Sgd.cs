namespace MLSeqGraph.Onnx;

/// <summary>Stochastic gradient descent, with momentum (Polyak 1964) or Nesterov's form of it (Sutskever et al. 2013).</summary>
public sealed class Sgd : Optimizer
{
    /// <summary>Share of the previous update that carries over; 0, the default, for none.</summary>
    public float Momentum { get; init; }

    /// <summary>Whether to use Nesterov's form, which looks ahead by the carried-over part of the update. False by default.</summary>
    public bool Nesterov { get; init; }

    /// <summary>
    /// Whether <see cref="Momentum"/> is reached slowly: step t has min(1 - 1 / (2 (⌊t / 250⌋ + 1)), momentum), which with Nesterov's
    /// form and a good start trains networks that remember for long (Sutskever et al. 2013). False by default.
    /// </summary>
    public bool MomentumRises { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> States => Momentum == 0 ? [] : ["velocity"];

    internal override RowRule? RowRule(Value learningRate, Value step) =>
        WeightDecay == 0 && Momentum == 0 ? new(RowRuleKind.Descent, learningRate, learningRate.Number(0)) : null;

    // v ← μ v + g;  θ ← θ - lr · (v, or g + μ v)
    internal override (Value Parameter, Value[] States) Update(OptimizerInputs at)
    {
        var gradient = Penalized(at);
        if (Momentum == 0)
            return (at.Parameter - gradient * at.LearningRate, []);
        var momentum = at.Step.Number(Momentum);
        if (MomentumRises)
            momentum = Op.Min(1 - 0.5 / (Op.Floor((at.Step - 1.0) / 250.0) + 1.0), momentum);
        var velocity = at.States[0] * momentum + gradient;
        var direction = Nesterov ? gradient + velocity * momentum : velocity;
        return (at.Parameter - direction * at.LearningRate, [velocity]);
    }
}
