using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>The graphs that a deployed model of nodes, graphs or links reads.</summary>
/// <param name="EdgeFeatureCount">Features an edge; 0 for none.</param>
/// <param name="RelationCount">Kinds of edges; 0 where it takes none.</param>
/// <param name="IsWeighted">Whether edges have weights.</param>
/// <param name="IsDirected">
/// Whether an edge leads one way. Otherwise <c>edge_index</c> holds each edge in both directions, a loop once; where edges have
/// relations, the opposite direction of relation r is the relation r + <paramref name="RelationCount"/> / 2. Null where the file
/// doesn't say, and where rows hold their own edges, which are taken as they are.
/// </param>
/// <param name="FixedNodes">The one number of nodes it can score; null for any.</param>
public sealed record ModelGraph(int EdgeFeatureCount, int RelationCount, bool IsWeighted, bool? IsDirected = null, int? FixedNodes = null);

/// <summary>What a deployed model of links takes and gives beside the rest.</summary>
/// <param name="EmbeddingSize">Numbers of a node's embedding.</param>
/// <param name="RelationCount">Kinds of edges that it tells apart in a pair; 0 where it takes none.</param>
public sealed record ModelLinks(int EmbeddingSize, int RelationCount);

/// <summary>How a language model or translator predicts.</summary>
/// <param name="AddBeginEndTokens">Of a language model: whether every row stands between a begin and an end token.</param>
/// <param name="Beam">Of a translator: beams and length penalty; null for the likeliest token at every step.</param>
/// <param name="MaximumLength">Of a translator: most tokens of a translation, the end among them.</param>
public sealed record ModelGeneration(bool AddBeginEndTokens = false, BeamOptions? Beam = null, int MaximumLength = 1);
