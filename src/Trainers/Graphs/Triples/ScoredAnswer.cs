namespace MLSeqGraph.Trainers;

/// <summary>An answer to a question about a knowledge graph.</summary>
/// <param name="Id">The entity's id, or the relation's name; a number as text.</param>
/// <param name="Score">The triple's score: higher is truer.</param>
public sealed record ScoredAnswer(string Id, float Score);
