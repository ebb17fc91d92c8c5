namespace MLSeqGraph.Trainers;

/// <summary>How scores of pairs of nodes become probabilities that hold: of pairs with 0.2, one in five is an edge.</summary>
public enum LinkCalibration
{
    /// <summary>
    /// The network's own, the logistic function of its score. Trained on as many pairs without an edge as edges, it says nothing of how
    /// many there are of each.
    /// </summary>
    None,

    /// <summary>The logistic function of a line through held-out scores (Platt 1999): two numbers, for few held-out pairs.</summary>
    Platt,

    /// <summary>
    /// A rising curve through the shares of edges among held-out pairs of like scores (isotonic regression, Zadrozny and Elkan 2002;
    /// centered, Oron and Flournoy 2017, so that it rises everywhere): for some hundreds of held-out pairs or more.
    /// </summary>
    Isotonic,
}
