namespace MLSeqGraph.Onnx;

/// <summary>
/// Hessian-free optimization (Martens 2010; Martens and Sutskever 2011): each step minimizes a quadratic model of the loss, of which
/// conjugate gradients need only products of the Gauss-Newton matrix with vectors. Damping follows how well the model predicts the loss.
/// It trains recurrent networks whose gradients vanish.
/// </summary>
/// <remarks>
/// q(d) = g·d + d·(G + λ I + λ μ S) d / 2 with the gradient g, the Gauss-Newton matrix G = Jᵀ H J of the network's outputs, and, as
/// structural damping, the matrix S of the squared change of the hidden states. The conjugate gradients start from the direction of the
/// step before, times <see cref="Carried"/>, and are preconditioned by (D + λ)^0.75, where D is an estimate of G's diagonal from random
/// signs (Hutchinson 1990). ρ, the fall of the loss over that of the model, raises λ by a half below 1/4 and lowers it by a third above
/// 3/4.
/// </remarks>
public sealed class HessianFree : InnerLoopOptimizer
{
    private readonly float _damping = 1, _structuralDamping = 0.03f, _carried = 0.95f;
    private readonly int _iterations = 50;

    /// <summary>λ of the first step, 1 by default.</summary>
    public float Damping { get => _damping; init => Check(nameof(Damping), (_damping = value) > 0 && float.IsFinite(value), value,
        "a finite number above 0"); }

    /// <summary>μ, 0.03 by default; 0 for no structural damping.</summary>
    public float StructuralDamping { get => _structuralDamping; init => Check(nameof(StructuralDamping),
        (_structuralDamping = value) >= 0 && float.IsFinite(value), value, "a finite number of at least 0"); }

    /// <summary>The most iterations of conjugate gradients in a step, 50 by default.</summary>
    public int Iterations { get => _iterations; init => Check(nameof(Iterations), (_iterations = value) >= 1, value, "at least 1"); }

    /// <summary>The share of the last direction that conjugate gradients start from, 0.95 by default.</summary>
    public float Carried { get => _carried; init => Check(nameof(Carried), (_carried = value) is >= 0 and < 1, value,
        "at least 0 and below 1"); }

    /// <inheritdoc/>
    public override IReadOnlyList<string> States => ["direction", "diagonal", "damping"];

    internal override bool NeedsCurvature => true;

    internal override void Take(InnerLoop loop)
    {
        var at = loop.Parameters();
        var (loss, gradient) = loop.Gradient(at);
        float[] start = loop.State("direction"), diagonal = loop.State("diagonal"), damping = loop.State("damping");
        // λ is kept as the first element of a state, 0 before the first step.
        var lambda = damping[0] > 0 ? damping[0] : Damping;
        Estimate(diagonal, loop);
        var preconditioner = Array.ConvertAll(diagonal, value => (float)Math.Pow(Math.Max(value, 0) + lambda, 0.75));
        for (var i = 0; i < start.Length; i++)
            start[i] *= Carried;
        float[] Damped(float[] vector)
        {
            var product = loop.Product(vector, lambda * StructuralDamping);
            for (var i = 0; i < product.Length; i++)
                product[i] += lambda * vector[i];
            return product;
        }
        var search = ConjugateGradients.Minimize(Damped, gradient, start, preconditioner, Iterations);
        // The iterate of the least loss, from the last backward: later ones may fit the batch's model too well.
        var best = (Loss: double.PositiveInfinity, Index: search.Count - 1);
        for (var i = search.Count - 1; i >= 0; i--)
        {
            var there = loop.Loss(Plus(at, search[i].Direction, 1));
            if (!(there < best.Loss))
            {
                if (double.IsFinite(best.Loss))
                    break;
                continue;
            }
            best = (there, i);
        }
        var (direction, model) = search[best.Index];
        // ρ compares with the undamped model.
        var undamped = model - lambda / 2 * ConjugateGradients.Dot(direction, direction);
        var ratio = undamped < 0 ? (best.Loss - loss) / undamped : -1;
        lambda *= ratio > 0.75 ? 2f / 3 : ratio < 0.25 || double.IsNaN(ratio) ? 1.5f : 1;
        damping[0] = lambda;
        var length = LineSearch.Backtrack(length => loop.Loss(Plus(at, direction, length)), loss,
            ConjugateGradients.Dot(gradient, direction));
        if (length == 0)
            Array.Clear(direction);
        loop.Set("direction", direction);
        loop.Set("diagonal", diagonal);
        loop.Set("damping", damping);
        loop.SetParameters(Plus(at, direction, (float)length));
    }

    // D ← 0.9 D + 0.1 v ∘ G v with random signs v.
    private static void Estimate(float[] diagonal, InnerLoop loop)
    {
        var random = loop.Random();
        var signs = new float[diagonal.Length];
        for (var i = 0; i < signs.Length; i++)
            signs[i] = random.Next(2) == 0 ? 1 : -1;
        var product = loop.Product(signs, 0);
        for (var i = 0; i < diagonal.Length; i++)
            diagonal[i] = 0.9f * diagonal[i] + 0.1f * signs[i] * product[i];
    }

    internal static float[] Plus(float[] at, float[] direction, double length)
    {
        var there = new float[at.Length];
        for (var i = 0; i < at.Length; i++)
            there[i] = (float)(at[i] + length * direction[i]);
        return there;
    }
}
