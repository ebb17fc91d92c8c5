using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>A table of tokens' vectors.</summary>
/// <param name="Values">[tokens × size]; NaN where a token has none.</param>
/// <param name="Size">Numbers of a vector.</param>
/// <param name="IsFrozen">Whether they stay as they are.</param>
/// <param name="Found">How many tokens have one.</param>
internal sealed record TokenStart(float[] Values, int Size, bool IsFrozen, int Found)
{
    /// <summary>The values, and like the rest random ones for tokens that have none.</summary>
    internal Initializer Initializer => (sizes, random) =>
    {
        var known = Values.Where(float.IsFinite).ToArray();
        var deviation = MathF.Sqrt(known.Sum(value => value * value) / known.Length);
        var start = Initializers.Normal(deviation)(sizes, random);
        for (var i = 0; i < Values.Length; i++)
            if (float.IsFinite(Values[i]))
                start[i] = Values[i];
        return start;
    };
}
