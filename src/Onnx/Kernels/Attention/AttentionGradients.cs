namespace MLSeqGraph.Onnx;

/// <summary>What a call of <see cref="FusedAttentionGradient"/> reads and writes.</summary>
internal sealed unsafe class AttentionGradients(float* y, float* kept, float* dy, float* dQuery, float* dKey, float* dValue)
{
    internal float* Y => y;

    /// <summary>The largest score and the reciprocal of the sum of exponentials, [batch, heads, queries, 2].</summary>
    internal float* Kept => kept;

    internal float* OfY => dy;

    internal float* OfQuery => dQuery;

    /// <summary>Null where nothing reads it.</summary>
    internal float* OfKey => dKey;

    /// <summary>Null where nothing reads it.</summary>
    internal float* OfValue => dValue;
}
