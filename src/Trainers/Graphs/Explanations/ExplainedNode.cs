namespace MLSeqGraph.Trainers;

/// <summary>A node and how much it counts for an explained prediction.</summary>
/// <param name="Row">Its row number, in the view of nodes or in the graph.</param>
/// <param name="Name">Its id; the row number where nodes have none.</param>
/// <param name="Importance">From 0; comparable within one explanation.</param>
public sealed record ExplainedNode(int Row, string Name, float Importance);
