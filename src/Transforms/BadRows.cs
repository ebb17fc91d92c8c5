namespace MLSeqGraph.Transforms;

/// <summary>
/// What happens to a row that can't be read: an empty sequence, a feature that is NaN, a missing label, a SMILES that doesn't parse, an
/// edge between unknown nodes.
/// </summary>
public enum BadRows
{
    /// <summary>Throw an error that names the column and the row.</summary>
    Error,

    /// <summary>
    /// Training leaves the row out, and the log and the history say how many there were; scoring gives a missing prediction: a key
    /// of 0, false, NaN, an empty vector for tags. Saved models don't keep this choice: make it again when you load one.
    /// </summary>
    Skip,
}
