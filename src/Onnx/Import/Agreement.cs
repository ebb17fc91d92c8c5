namespace MLSeqGraph.Onnx;

/// <summary>
/// Lets shapes agree that a model combines: where it takes two dimensions for equal whose sizes aren't known, they get one name. ONNX
/// Runtime checks the sizes when the model runs.
/// </summary>
internal static class Agreement
{
    /// <summary>Two operands that broadcast, with one name for each axis.</summary>
    internal static (Value Left, Value Right) Of(Value left, Value right)
    {
        var rank = Math.Min(left.Shape.Rank, right.Shape.Rank);
        for (var axis = 1; axis <= rank; axis++)
            (left, right) = Along(left, -axis, right, -axis);
        return (left, right);
    }

    /// <summary>Two operands whose sizes along an axis of each are equal.</summary>
    internal static (Value Left, Value Right) Along(Value left, int leftAxis, Value right, int rightAxis)
    {
        Dim a = left.Shape[leftAxis], b = right.Shape[rightAxis];
        if (a == b || a == 1 || b == 1 || (a.IsKnown && b.IsKnown))
            return (left, right);
        return b.IsKnown || (a.IsName && !b.IsName) ? (Named(left, leftAxis, b), right) : (left, Named(right, rightAxis, a));
    }

    private static Value Named(Value value, int axis, Dim dim) => Op.Renamed(value, value.Shape.With(axis, dim));
}
