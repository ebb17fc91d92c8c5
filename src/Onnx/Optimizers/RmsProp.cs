namespace MLSeqGraph.Onnx;

/// <summary>RMSprop (Tieleman and Hinton 2012): steps scaled by a running mean of the squared gradient.</summary>
public sealed class RmsProp : Optimizer
{
    /// <summary>Decay of the running mean of the squared gradient, 0.99 by default.</summary>
    public float Alpha { get; init; } = 0.99f;

    /// <summary>Added to the root of the mean square, as in <see cref="Adam.Epsilon"/>.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <inheritdoc/>
    public override IReadOnlyList<string> States => ["mean_square"];

    // s ← α s + (1 - α) g²;  θ ← θ - lr · g / (sqrt(s) + ε)
    internal override (Value Parameter, Value[] States) Update(OptimizerInputs at)
    {
        var gradient = Penalized(at);
        var meanSquare = at.States[0] * (double)Alpha + gradient * gradient * (1.0 - Alpha);
        return (at.Parameter - gradient * at.LearningRate / (Op.Sqrt(meanSquare) + (double)Epsilon), [meanSquare]);
    }
}
