namespace MLSeqGraph.Transforms;

/// <summary>Where the default networks put a further input.</summary>
public enum InputPlacement
{
    /// <summary>
    /// Beside the vector [batch, features] that summarizes a row, before the output layer. Series and tokens are averaged over their
    /// steps.
    /// </summary>
    Summary,

    /// <summary>Beside each step that the network reads. Series and tokens need as many steps as the main column in every row.</summary>
    Steps,

    /// <summary>Nowhere: a network of several modalities, or your own, reads it by name.</summary>
    Network,

    /// <summary>
    /// The times of the steps, one number each, which cells with a clock read (<c>PhasedLstmOptions</c>). They need as many steps as the
    /// main column in every row.
    /// </summary>
    Times,
}
