namespace MLSeqGraph.Trainers;

/// <summary>An edge and how much it counts for an explained prediction.</summary>
/// <param name="Source">Row number of the node it starts at, in the view of nodes or in the graph.</param>
/// <param name="Target">Row number of the node it ends at.</param>
/// <param name="Importance">From 0; comparable within one explanation.</param>
public sealed record ExplainedEdge(int Source, int Target, float Importance);
