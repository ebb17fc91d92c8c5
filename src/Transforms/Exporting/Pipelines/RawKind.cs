namespace MLSeqGraph.Transforms;

/// <summary>What an input of an exported pipeline is read from.</summary>
internal enum RawKind
{
    /// <summary>A text a row.</summary>
    Text,

    /// <summary>Texts of a row, filled up with empty ones.</summary>
    Texts,

    /// <summary>A whole number a row.</summary>
    Number,

    /// <summary>Real numbers of a row, as many in each.</summary>
    Vector,
}
