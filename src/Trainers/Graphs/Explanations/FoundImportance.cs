namespace MLSeqGraph.Trainers;

/// <summary>What an explanation found: an importance for each edge, each feature and each node of the explained graph.</summary>
internal sealed record FoundImportance(float[] Edges, float[] Features, float[] Nodes);
