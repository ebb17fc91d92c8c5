namespace MLSeqGraph.Transforms;

/// <summary>Where the default networks put a further input.</summary>
public enum InputPlacement
{
    /// <summary>
    /// Beside the one vector that the network makes of a row, before the output layer. Series and tokens become their mean over
    /// the steps.
    /// </summary>
    Summary,

    /// <summary>Beside each step that the network reads. Series and tokens need as many steps as the main column, row by row.</summary>
    Steps,

    /// <summary>Nowhere: a network of one's own reads it by name.</summary>
    Network,
}
