namespace MLSeqGraph.Onnx;

/// <summary>
/// Parts that models write in elementary operations and whose gradients are faster in one piece. They replace the model's operations in
/// training and evaluation; deployed models keep those, which ONNX Runtime fuses itself.
/// </summary>
internal static class KnownPatterns
{
    /// <summary>(x - mean) / sqrt(mean((x - mean)²) + ε) over the last axis; null where a quotient is something else.</summary>
    internal static Value? Standardized(Value centered, Value deviation)
    {
        if (centered.Producer is not { OpType: "Sub" } difference || difference.Inputs[1]!.Producer is not { OpType: "ReduceMean" } mean
            || mean.Inputs[0] != difference.Inputs[0] || !IsOverLastAxis(mean) || deviation.Producer is not { OpType: "Sqrt" } root
            || root.Inputs[0]!.Producer is not { OpType: "Add" } sum || NumberIn(sum) is not { } epsilon
            || epsilon.Other.Producer is not { OpType: "ReduceMean" } variance || !IsOverLastAxis(variance)
            || variance.Inputs[0]!.Producer is not { OpType: "Mul" } square || square.Inputs[0] != centered || square.Inputs[1] != centered)
            return null;
        return Op.Standardize(difference.Inputs[0]!, (float)epsilon.Number);
    }

    /// <summary>
    /// x · (erf(x / √2) + 1) · ½, the last product in any of the two orders; null where a product is something else. Its derivative is
    /// Φ(x) + x · φ(x).
    /// </summary>
    internal static Value? Gelu(Value left, Value right)
    {
        if (Half(right) is null && Half(left) is not null)
            (left, right) = (right, left);
        if (Half(right) is null || left.Producer is not { OpType: "Mul" } product)
            return null;
        foreach (var (x, factor) in ((Value, Value)[])[(product.Inputs[0]!, product.Inputs[1]!), (product.Inputs[1]!, product.Inputs[0]!)])
            if (factor.Producer is { OpType: "Add" } sum && NumberIn(sum) is { Number: 1 } one
                && one.Other.Producer is { OpType: "Erf" } erf && IsScaled(erf.Inputs[0]!, x))
            {
                var result = left * right;
                return Op.WithGradient(result, context =>
                    [context.Gradient * (factor * 0.5 + x * Op.Exp(x * x * -0.5) * (1 / Math.Sqrt(2 * Math.PI)))], x);
            }
        return null;
    }

    /// <summary>
    /// softmax(q kᵀ / √d + bias) · v as one operation of our own, where there is one for these; null where a product is something
    /// else.
    /// </summary>
    internal static Value? Attention(Value weights, Value values)
    {
        if (weights.Producer is not { OpType: "Softmax" } softmax || softmax.Attribute<long>("axis") != weights.Shape.Rank - 1)
            return null;
        Value scores = softmax.Inputs[0]!;
        Value[] masks = [];
        if (scores.Producer is { OpType: "Add" } sum)
        {
            var place = IsScores(sum.Inputs[0]!) ? 0 : 1;
            (scores, masks) = (sum.Inputs[place]!, [sum.Inputs[1 - place]!]);
        }
        if (!IsScores(scores) || scores.Producer!.Inputs[0]!.Producer is not { OpType: "MatMul" } product)
            return null;
        Value query = product.Inputs[0]!, swapped = product.Inputs[1]!;
        var key = swapped.Producer is { OpType: "Transpose" } order && order.Attribute<long[]>("perm") is [0, 2, 3, 1]
            ? Op.Transpose(order.Inputs[0]!, 0, 2, 1, 3) : Op.TransposeLast(swapped);
        return FusedAttention.Suits(query, key, values, masks) ? FusedAttention.Of(query, key, values, masks) : null;

        static bool IsScores(Value value) => value.Producer is { OpType: "Div" } quotient && quotient.Inputs[0]!.Producer is
            { OpType: "MatMul" } scaled && scaled.Inputs[0]!.Shape[-1] is { IsKnown: true } size
            && IsNear(Scalar(quotient.Inputs[1]!), Math.Sqrt(size.Size));
    }

    private static double? Half(Value value) => Scalar(value) is 0.5 ? 0.5 : null;

    private static bool IsScaled(Value value, Value x) =>
        value.Producer is { OpType: "Div" } quotient && quotient.Inputs[0] == x && IsNear(Scalar(quotient.Inputs[1]!), Math.Sqrt(2))
        || value.Producer is { OpType: "Mul" } product && product.Inputs[0] == x && IsNear(Scalar(product.Inputs[1]!), Math.Sqrt(0.5));

    private static bool IsNear(double? number, double expected) => number is { } found && Math.Abs(found - expected) < 1e-5;

    private static bool IsOverLastAxis(Node node) => node.Attribute<long>("keepdims") == 1
        && node.Inputs[1]?.Constant is { Count: 1 } axes && axes.As<long>()[0] == node.Inputs[0]!.Shape.Rank - 1;

    private static (Value Other, double Number)? NumberIn(Node sum) =>
        Scalar(sum.Inputs[1]!) is { } right ? (sum.Inputs[0]!, right) : Scalar(sum.Inputs[0]!) is { } left ? (sum.Inputs[1]!, left) : null;

    private static double? Scalar(Value value) => value.Constant is { Count: 1 } data && value.Shape.Rank == 0
        ? Convert.ToDouble(data.Elements.GetValue(0)) : null;
}
