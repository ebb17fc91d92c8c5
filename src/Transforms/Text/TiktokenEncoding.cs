namespace MLSeqGraph.Transforms;

/// <summary>How texts are cut before their bytes are merged, by the names of tiktoken's encodings.</summary>
public enum TiktokenEncoding
{
    /// <summary>r50k_base, as GPT-2.</summary>
    R50k,

    /// <summary>p50k_base.</summary>
    P50k,

    /// <summary>cl100k_base.</summary>
    Cl100k,

    /// <summary>o200k_base.</summary>
    O200k,
}
