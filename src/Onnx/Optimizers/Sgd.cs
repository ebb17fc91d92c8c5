namespace MLSeqGraph.Onnx;

/// <summary>Stochastic gradient descent, with momentum (Polyak 1964) or Nesterov's form of it (Sutskever et al. 2013).</summary>
public sealed class Sgd : Optimizer
{
    /// <summary>Share of the previous update that carries over; 0, the default, for none.</summary>
    public float Momentum { get; init; }

    /// <summary>Whether to use Nesterov's form, which looks ahead by the carried-over part of the update. False by default.</summary>
    public bool Nesterov { get; init; }

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
        var velocity = at.States[0] * (double)Momentum + gradient;
        var direction = Nesterov ? gradient + velocity * (double)Momentum : velocity;
        return (at.Parameter - direction * at.LearningRate, [velocity]);
    }
}
