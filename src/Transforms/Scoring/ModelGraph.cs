using System.Text.Json.Serialization;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>The graphs that a deployed model of nodes, graphs or links reads.</summary>
/// <param name="EdgeFeatureCount">Features per edge; 0 for none.</param>
/// <param name="RelationCount">Number of relations; 0 where the model reads none.</param>
/// <param name="IsWeighted">Whether edges have weights.</param>
/// <param name="IsDirected">
/// Whether edges are directed. Otherwise <c>edge_index</c> holds each edge in both directions, a loop once; where edges have
/// relations, the opposite direction of relation r is the relation r + <paramref name="RelationCount"/> / 2. Null where the file
/// doesn't say, and where rows hold their own edges, which are taken as they are.
/// </param>
/// <param name="FixedNodes">The number of nodes that a graph must have; null for any.</param>
public sealed record ModelGraph(int EdgeFeatureCount, int RelationCount, bool IsWeighted, bool? IsDirected = null, int? FixedNodes = null)
{
    /// <summary>
    /// Where rows hold their own edges: whether each stood in both directions in all of the training rows. Null elsewhere, and where the
    /// file doesn't say.
    /// </summary>
    public bool? HasBothDirections { get; init; }

    /// <summary>Whether weights of edges must be above 0, since the network divides by sums of them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NeedsPositiveWeights { get; init; }

    /// <summary>How edges named nodes in training; null where the file doesn't say.</summary>
    public ModelNodeIds? NodeIds { get; init; }

    /// <summary>What the file does with features of edges before the network reads them; null for nothing.</summary>
    public ModelScaling? EdgeScaling { get; init; }

    /// <summary>The same of weights of edges.</summary>
    public ModelScaling? WeightScaling { get; init; }
}

/// <summary>What a deployed link model reads and gives in addition.</summary>
/// <param name="EmbeddingSize">Size of a node's embedding.</param>
/// <param name="RelationCount">Number of relations that a pair can have; 0 where the model reads none.</param>
public sealed record ModelLinks(int EmbeddingSize, int RelationCount);

/// <summary>How a language model or translator predicts.</summary>
/// <param name="AddBeginEndTokens">For a language model: whether every row is put between a begin and an end token.</param>
/// <param name="Beam">For a translator: beams and length penalty; null for the most likely token at every step.</param>
/// <param name="MaximumLength">For a translator: the most tokens in a translation, the end token included.</param>
public sealed record ModelGeneration(bool AddBeginEndTokens = false, BeamOptions? Beam = null, int MaximumLength = 1);
