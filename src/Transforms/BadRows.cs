namespace MLSeqGraph.Transforms;

/// <summary>
/// What happens to a row that can't be read: an empty sequence, a feature that is NaN, a missing label, a SMILES that doesn't parse, an
/// edge between unknown nodes.
/// </summary>
/// <remarks>
/// Logs say how many rows there were, with number and fault of the first. Here and in errors rows are counted from 0 in the view that is
/// read; where that is a part of another, an id beside the number says where the row was before.
/// </remarks>
public enum BadRows
{
    /// <summary>Throw an error that names the column and the row.</summary>
    Error,

    /// <summary>
    /// Training leaves the row out, and the log and the history say how many there were; scoring gives a missing prediction: a key
    /// of 0, false, NaN, an empty vector for tags and attention. Saved models keep it: of sequences and of what generates text also where
    /// ML.NET alone loads them, of graphs where <c>ml.Model.LoadSequenceGraph</c> does. Exported ONNX files don't: give it to what scores
    /// with them.
    /// </summary>
    Skip,
}
