using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Makes the trainers of graph networks: <c>ml.Graphs()</c>.</summary>
/// <remarks>
/// For node tasks the edges come in a second view; where each row is a graph, they are in a column. Every option of training, validation
/// and scoring has the same name in all of them.
/// <list type="table">
/// <listheader><term>Task</term><description>Input; label; output columns; loss</description></listheader>
/// <item><term><see cref="NodeClassification(NodeClassificationTrainer.Options)"/></term>
/// <description>A node per row, [features] Single; a key, missing where unknown; <c>PredictedLabel</c> (key), <c>Score</c> [classes];
/// cross-entropy.</description></item>
/// <item><term><see cref="NodeBinaryClassification(NodeBinaryClassificationTrainer.Options)"/></term>
/// <description>A node per row; Boolean, or a key of two values; <c>PredictedLabel</c> (Boolean), <c>Score</c> (logit),
/// <c>Probability</c>; binary cross-entropy.</description></item>
/// <item><term><see cref="NodeRegression(NodeRegressionTrainer.Options)"/></term>
/// <description>A node per row; Single (NaN where unknown) or [outputs]; <c>Score</c> of the label's shape; mean squared, mean absolute
/// or Huber.</description></item>
/// <item><term><see cref="GraphClassification(GraphClassificationTrainer.Options)"/></term>
/// <description>A graph per row: [nodes × features], [2 × edges]; a key; <c>PredictedLabel</c> (key), <c>Score</c> [classes]; cross-
/// entropy.</description></item>
/// <item><term><see cref="GraphBinaryClassification(GraphBinaryClassificationTrainer.Options)"/></term>
/// <description>A graph per row; Boolean; <c>PredictedLabel</c> (Boolean), <c>Score</c> (logit), <c>Probability</c>; binary cross-
/// entropy.</description></item>
/// <item><term><see cref="GraphRegression(GraphRegressionTrainer.Options)"/></term>
/// <description>A graph per row; Single or [outputs]; <c>Score</c> of the label's shape; mean squared, mean absolute or
/// Huber.</description></item>
/// <item><term><see cref="GraphNodeClassification(GraphNodeClassificationTrainer.Options)"/></term>
/// <description>A graph per row; [nodes] keys; <c>PredictedLabel</c> [nodes] keys, <c>Score</c> [nodes × classes]; cross-
/// entropy.</description></item>
/// <item><term><see cref="GraphNodeRegression(GraphNodeRegressionTrainer.Options)"/></term>
/// <description>A graph per row; [nodes × targets]; <c>Score</c> [nodes × targets]; mean squared, mean absolute or
/// Huber.</description></item>
/// <item><term><see cref="LinkPrediction(LinkPredictionTrainer.Options)"/></term>
/// <description>A node per row, the edges are the positives; none; for pairs of nodes <c>PredictedLabel</c>, <c>Score</c>,
/// <c>Probability</c>, for nodes <c>Embedding</c>; binary cross-entropy against sampled pairs. Graph autoencoders are forms of
/// it.</description></item>
/// <item><term><see cref="KnowledgeGraph(KnowledgeGraphTrainer.Options)"/></term>
/// <description>A triple per row: head, relation, tail; none; <c>PredictedLabel</c>, <c>Score</c>, <c>Probability</c>; softmax over all
/// entities, or negative samples.</description></item>
/// <item><term><see cref="Recommendation(RecommendationTrainer.Options)"/></term>
/// <description>A user and an item per row; none, or a rating; <c>Score</c>, without ratings <c>PredictedLabel</c> and
/// <c>Probability</c> too; softmax or negative samples, or squared errors.</description></item>
/// <item><term><see cref="NodeClustering(NodeClusteringTrainer.Options)"/></term>
/// <description>A node per row, features and edges; none; <c>PredictedLabel</c> (key), <c>Score</c> [clusters]; modularity
/// (DMoN).</description></item>
/// <item><term><see cref="NodeImputation(NodeImputationTrainer.Options)"/></term>
/// <description>A node per row, features with NaN, and edges; none; <c>Score</c> [features]; squared errors or cross-entropy of hidden
/// features.</description></item>
/// <item><term><see cref="FutureLinkPrediction(TemporalGraph, SequenceBinaryClassificationTrainer.Options)"/></term>
/// <description>A question about two nodes at a time per row, with the last events of each; Boolean; <c>PredictedLabel</c>, <c>Score</c>,
/// <c>Probability</c>; binary cross-entropy.</description></item>
/// <item><term><see cref="NodeEmbedding(NodeEmbeddingTrainer.Options)"/></term>
/// <description>A node per row, edges; none; <c>Embedding</c>; negative sampling over random walks (DeepWalk,
/// node2vec).</description></item>
/// </list>
/// </remarks>
public sealed partial class GraphsCatalog
{
    private readonly MLContext _ml;

    internal GraphsCatalog(MLContext ml) => _ml = ml;

    /// <summary>Predicts one of several classes for each node of a graph.</summary>
    /// <param name="edges">The edges between the rows of the view.</param>
    /// <param name="labelColumnName">The column of labels: keys, missing where a node's class is not known.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="network">The network; null for a GCN.</param>
    /// <param name="epochs">Steps, each over the whole graph.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    public NodeClassificationTrainer NodeClassification(
        GraphEdgeColumns edges, string labelColumnName = "Label", string featureColumnName = "Features", GraphNetwork? network = null,
            int epochs = 200, string? nodeIdColumnName = null) =>
        NodeClassification(With(new NodeClassificationTrainer.Options(), edges, labelColumnName, featureColumnName, network, epochs,
            nodeIdColumnName));

    /// <summary>Predicts one of several classes for each node of a graph.</summary>
    public NodeClassificationTrainer NodeClassification(NodeClassificationTrainer.Options options) => new(_ml, options);

    /// <summary>Predicts true or false for each node of a graph.</summary>
    /// <param name="edges">The edges between the rows of the view.</param>
    /// <param name="labelColumnName">The column of labels: Booleans, or keys of two values of which the second is positive.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="network">The network; null for a GCN.</param>
    /// <param name="epochs">Steps, each over the whole graph.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    public NodeBinaryClassificationTrainer NodeBinaryClassification(
        GraphEdgeColumns edges, string labelColumnName = "Label", string featureColumnName = "Features", GraphNetwork? network = null,
        int epochs = 200, string? nodeIdColumnName = null) =>
        NodeBinaryClassification(With(
            new NodeBinaryClassificationTrainer.Options(), edges, labelColumnName, featureColumnName, network, epochs, nodeIdColumnName));

    /// <summary>Predicts true or false for each node of a graph.</summary>
    public NodeBinaryClassificationTrainer NodeBinaryClassification(NodeBinaryClassificationTrainer.Options options) => new(_ml, options);

    /// <summary>Predicts one or more numbers for each node of a graph.</summary>
    /// <param name="edges">The edges between the rows of the view.</param>
    /// <param name="labelColumnName">The column of targets: Single or vectors of Single, NaN where a node's target is not known.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="network">The network; null for a GCN.</param>
    /// <param name="epochs">Steps, each over the whole graph.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    public NodeRegressionTrainer NodeRegression(
        GraphEdgeColumns edges, string labelColumnName = "Label", string featureColumnName = "Features", GraphNetwork? network = null,
            int epochs = 200, string? nodeIdColumnName = null) =>
        NodeRegression(With(new NodeRegressionTrainer.Options(), edges, labelColumnName, featureColumnName, network, epochs,
            nodeIdColumnName));

    /// <summary>Predicts one or more numbers for each node of a graph.</summary>
    public NodeRegressionTrainer NodeRegression(NodeRegressionTrainer.Options options) => new(_ml, options);

    /// <summary>Predicts one of several classes for each graph.</summary>
    /// <param name="labelColumnName">The column of labels: keys.</param>
    /// <param name="columns">The columns of a graph; null for <c>NodeFeatures</c> and <c>Edges</c>.</param>
    /// <param name="network">The network; null for GIN.</param>
    /// <param name="epochs">Passes over the training data.</param>
    public GraphClassificationTrainer GraphClassification(string labelColumnName = "Label", GraphColumns? columns = null,
        GraphNetwork? network = null, int epochs = 100) =>
        GraphClassification(With(new GraphClassificationTrainer.Options(), labelColumnName, columns, network, epochs));

    /// <summary>Predicts one of several classes for each graph.</summary>
    public GraphClassificationTrainer GraphClassification(GraphClassificationTrainer.Options options) => new(_ml, options);

    /// <summary>Predicts true or false for each graph.</summary>
    /// <param name="labelColumnName">The column of labels: Booleans, or keys of two values of which the second is positive.</param>
    /// <param name="columns">The columns of a graph; null for <c>NodeFeatures</c> and <c>Edges</c>.</param>
    /// <param name="network">The network; null for GIN.</param>
    /// <param name="epochs">Passes over the training data.</param>
    public GraphBinaryClassificationTrainer GraphBinaryClassification(
        string labelColumnName = "Label", GraphColumns? columns = null, GraphNetwork? network = null, int epochs = 100) =>
        GraphBinaryClassification(With(new GraphBinaryClassificationTrainer.Options(), labelColumnName, columns, network, epochs));

    /// <summary>Predicts true or false for each graph.</summary>
    public GraphBinaryClassificationTrainer GraphBinaryClassification(GraphBinaryClassificationTrainer.Options options) =>
        new(_ml, options);

    /// <summary>Predicts one or more numbers for each graph.</summary>
    /// <param name="labelColumnName">The column of targets: Single or vectors of Single.</param>
    /// <param name="columns">The columns of a graph; null for <c>NodeFeatures</c> and <c>Edges</c>.</param>
    /// <param name="network">The network; null for GIN.</param>
    /// <param name="epochs">Passes over the training data.</param>
    public GraphRegressionTrainer GraphRegression(string labelColumnName = "Label", GraphColumns? columns = null,
        GraphNetwork? network = null, int epochs = 100) =>
        GraphRegression(With(new GraphRegressionTrainer.Options(), labelColumnName, columns, network, epochs));

    /// <summary>Predicts one or more numbers for each graph.</summary>
    public GraphRegressionTrainer GraphRegression(GraphRegressionTrainer.Options options) => new(_ml, options);

    /// <summary>Predicts one of several classes for each node, where each row is a graph.</summary>
    /// <param name="labelColumnName">The column of labels: vectors of keys, one per node, missing where a class isn't known.</param>
    /// <param name="columns">The columns of a graph; null for <c>NodeFeatures</c> and <c>Edges</c>.</param>
    /// <param name="network">The network; null for GIN.</param>
    /// <param name="epochs">Passes over the training data.</param>
    public GraphNodeClassificationTrainer GraphNodeClassification(string labelColumnName = "Label", GraphColumns? columns = null,
        GraphNetwork? network = null, int epochs = 100) =>
        GraphNodeClassification(With(new GraphNodeClassificationTrainer.Options(), labelColumnName, columns, network, epochs));

    /// <summary>Predicts one of several classes for each node, where each row is a graph.</summary>
    public GraphNodeClassificationTrainer GraphNodeClassification(GraphNodeClassificationTrainer.Options options) => new(_ml, options);

    /// <summary>Predicts one or more numbers for each node, where each row is a graph.</summary>
    /// <param name="labelColumnName">The column of targets: vectors of Single, those of one node behind those of the one before.</param>
    /// <param name="columns">The columns of a graph; null for <c>NodeFeatures</c> and <c>Edges</c>.</param>
    /// <param name="network">The network; null for GIN.</param>
    /// <param name="epochs">Passes over the training data.</param>
    /// <param name="targetsPerNode">Targets of each node.</param>
    public GraphNodeRegressionTrainer GraphNodeRegression(string labelColumnName = "Label", GraphColumns? columns = null,
        GraphNetwork? network = null, int epochs = 100, int targetsPerNode = 1) => GraphNodeRegression(
            With(new GraphNodeRegressionTrainer.Options { TargetsPerNode = targetsPerNode }, labelColumnName, columns, network, epochs));

    /// <summary>Predicts one or more numbers for each node, where each row is a graph.</summary>
    public GraphNodeRegressionTrainer GraphNodeRegression(GraphNodeRegressionTrainer.Options options) => new(_ml, options);

    private static T With<T>(T options, string label, GraphColumns? columns, GraphNetwork? network, int epochs)
        where T : GraphTrainerOptions
    {
        options.LabelColumnName = label;
        options.Columns = columns ?? options.Columns;
        options.Network = network ?? options.Network;
        options.Epochs = epochs;
        return options;
    }

    private static T With<T>(T options, GraphEdgeColumns edges, string label, string features, GraphNetwork? network, int epochs,
        string? id) where T : NodeTrainerOptions
    {
        options.NodeIdColumnName = id;
        options.Edges = edges;
        options.LabelColumnName = label;
        options.FeatureColumnName = features;
        options.Network = network ?? options.Network;
        options.Epochs = epochs;
        return options;
    }
}

/// <summary>Adds the trainers of graph networks to ML.NET.</summary>
public static class GraphsExtensions
{
    /// <summary>The trainers of graph networks.</summary>
    public static GraphsCatalog Graphs(this MLContext ml)
    {
        ArgumentNullException.ThrowIfNull(ml);
        return new(ml);
    }
}
