namespace MLSeqGraph.Onnx;

/// <summary>A rule that turns gradients into new parameters, written into the training graph.</summary>
public abstract class Optimizer
{
    /// <summary>
    /// L2 penalty: this share of the parameter is added to its gradient (decoupled from the gradient in <see cref="AdamW"/>).
    /// Biases and normalization scales are left out. 0 by default; 0.01 for <see cref="AdamW"/>.
    /// </summary>
    public float WeightDecay { get; init; }

    /// <summary>Names of the states kept per parameter between steps; each has the parameter's shape and starts at 0.</summary>
    public abstract IReadOnlyList<string> States { get; }

    /// <summary>Writes one update. Everything is elementwise, so it works for whole tensors and for single rows.</summary>
    internal abstract (Value Parameter, Value[] States) Update(OptimizerInputs at);

    /// <summary>The same rule for rows of a table in one pass; null where it has to be written out.</summary>
    internal virtual RowRule? RowRule(Value learningRate, Value step) => null;

    /// <summary>The gradient with the L2 penalty.</summary>
    private protected Value Penalized(OptimizerInputs at) =>
        WeightDecay == 0 ? at.Gradient : at.Gradient + Decay(at) * at.Parameter;

    /// <summary>The weight decay, times 0 for elements it doesn't apply to.</summary>
    private protected Value Decay(OptimizerInputs at) =>
        at.Decays is null ? at.Parameter.Number(WeightDecay) : at.Decays * (double)WeightDecay;
}

/// <summary>The inputs of an update.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Gradient">Its gradient, clipped.</param>
/// <param name="States">Its states.</param>
/// <param name="LearningRate">The step's learning rate, a scalar.</param>
/// <param name="Step">The step's number from 1, a scalar.</param>
/// <param name="Decays">1 where weight decay applies, 0 elsewhere; null where it applies to all.</param>
internal sealed record OptimizerInputs(Value Parameter, Value Gradient, Value[] States, Value LearningRate, Value Step, Value? Decays);
