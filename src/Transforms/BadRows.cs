namespace MLSeqGraph.Transforms;

/// <summary>
/// What becomes of a row that can't be read: an empty sequence, a feature that is NaN, a missing label, a SMILES that doesn't parse, an
/// edge between unknown nodes.
/// </summary>
public enum BadRows
{
    /// <summary>An error that names column and row.</summary>
    Error,

    /// <summary>
    /// In training the row is left out, and the log and the history tell how many there were; in scoring its prediction is missing: a key
    /// of 0, false, NaN, an empty vector for tags. Saved models don't keep this: give it to what loads them.
    /// </summary>
    Skip,
}
