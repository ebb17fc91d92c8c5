using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLSeqGraph.Transforms;

/// <summary>What a graph model predicts.</summary>
public enum GraphTask
{
    /// <summary>One of several classes for each node.</summary>
    NodeClassification,

    /// <summary>Yes or no for each node.</summary>
    NodeBinary,

    /// <summary>Real numbers for each node.</summary>
    NodeRegression,

    /// <summary>One of several classes for each graph.</summary>
    GraphClassification,

    /// <summary>Yes or no for each graph.</summary>
    GraphBinary,

    /// <summary>Real numbers for each graph.</summary>
    GraphRegression,

    /// <summary>Whether there is an edge between two nodes.</summary>
    LinkPrediction,
}

/// <summary>Tasks of labels as tasks of nodes and of graphs.</summary>
internal static class GraphTasks
{
    private static readonly (SequenceTask Label, GraphTask Nodes, GraphTask Graphs)[] All =
    [
        (SequenceTask.Classification, GraphTask.NodeClassification, GraphTask.GraphClassification),
        (SequenceTask.Binary, GraphTask.NodeBinary, GraphTask.GraphBinary),
        (SequenceTask.Regression, GraphTask.NodeRegression, GraphTask.GraphRegression),
    ];

    internal static GraphTask OfNodes(this SequenceTask task) => All.First(row => row.Label == task).Nodes;

    internal static GraphTask OfGraphs(this SequenceTask task) => All.First(row => row.Label == task).Graphs;

    /// <summary>What is predicted for a row, whether it is a node, a graph or a pair of nodes.</summary>
    internal static SequenceTask OfRows(this GraphTask task) =>
        task == GraphTask.LinkPrediction ? SequenceTask.Binary : All.First(row => row.Nodes == task || row.Graphs == task).Label;

    /// <summary>What a row is, in errors.</summary>
    internal static string Rows(this GraphTask task) =>
        task == GraphTask.LinkPrediction ? "links" : All.Any(row => row.Nodes == task) ? "nodes" : "whole graphs";
}

/// <summary>What a model of links takes and gives beside the rest.</summary>
/// <param name="Width">Numbers of a node's embedding.</param>
/// <param name="RelationCount">Kinds of edges that it tells apart in a pair; 0 where it takes none.</param>
public sealed record LinkModelInfo(int Width, int RelationCount);

/// <summary>
/// What a deployed graph model's metadata says. The model's inputs are <c>x</c> Single [nodes, features] and <c>edge_index</c> Int64
/// [2, edges], sources then targets, and where it was trained with them <c>edge_weight</c> Single [edges], <c>edge_attr</c> Single
/// [edges, features], <c>edge_type</c> Int64 [edges], and for graphs <c>graph_index</c> Int64 [nodes], the graph of each node, and those
/// of <see cref="Sides"/>: of a vector Single [graphs or nodes, features], of a category Int64 [graphs or nodes], 0 for a missing or
/// unknown one. Its
/// outputs are <c>Score</c> [nodes or graphs, classes or outputs] and, of classifiers, <c>PredictedLabel</c> Int64, the class from 0.
/// A model that says yes or no gives <c>Score</c> [nodes or graphs], the logit, <c>Probability</c> and
/// <c>PredictedLabel</c> Boolean of the same shape.
/// Where it was asked for, <c>Vector</c> Single [nodes or graphs, width] is what the output layer reads.
/// A model of links takes <c>pair_index</c> Int64 [2, pairs] too, the nodes of each pair, and perhaps <c>pair_type</c> Int64 [pairs], the
/// relation asked for; its outputs are <c>Score</c> [pairs], the logit, <c>Probability</c> [pairs] and <c>Embedding</c> [nodes, width].
/// </summary>
/// <param name="Task">What the model predicts.</param>
/// <param name="FeatureColumn">The column of features it was trained on.</param>
/// <param name="FeatureCount">Features a node.</param>
/// <param name="EdgeFeatureCount">Features an edge; 0 for none.</param>
/// <param name="RelationCount">Kinds of edges; 0 where it takes none.</param>
/// <param name="IsWeighted">Whether edges have weights.</param>
/// <param name="Outputs">Values of Score.</param>
/// <param name="Labels">The classes; null for a regression.</param>
/// <param name="Versions">What it was made with.</param>
/// <param name="Verification">How it was compared with the trained network.</param>
/// <param name="FixedNodes">The one number of nodes it can score; null for any.</param>
/// <param name="Links">Of a model of links; else null.</param>
/// <param name="VectorWidth">Numbers of the output <c>Vector</c>; null where it has none.</param>
public sealed record GraphModelInfo(
    GraphTask Task, string FeatureColumn, int FeatureCount, int EdgeFeatureCount, int RelationCount, bool IsWeighted, int Outputs,
    SequenceModelLabels? Labels, SequenceModelVersions Versions, SequenceModelVerification? Verification = null,
    int? FixedNodes = null, LinkModelInfo? Links = null,
    int? VectorWidth = null)
{
    private const string Key = "mlseqgraph.graph";

    /// <summary>Further columns that it reads: vectors and categories of a graph as a whole, or of each node.</summary>
    public IReadOnlyList<SequenceModelInput> Sides { get; init; } = [];

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Whether the model names classes.</summary>
    [JsonIgnore]
    public bool HasClasses => Task.OfRows().HasClasses();

    /// <summary>The columns that it adds.</summary>
    internal ScoreColumns Columns() => new(Task.OfRows(), Labels, Outputs, VectorWidth);

    /// <summary>Reads a model's metadata.</summary>
    /// <param name="metadata">The metadata.</param>
    /// <param name="name">What the model is called in errors, such as the file it is from.</param>
    /// <exception cref="InvalidDataException">It is no graph model of MLSeqGraph.</exception>
    public static GraphModelInfo Read(IReadOnlyDictionary<string, string> metadata, string name)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (!metadata.TryGetValue(Key, out var json))
            throw new InvalidDataException($"{name} is not a graph model of MLSeqGraph: it has no metadata '{Key}'.");
        try
        {
            var info = JsonSerializer.Deserialize<GraphModelInfo>(json, Json) ?? throw new JsonException("it is null");
            return info switch
            {
                { FeatureCount: < 1 } => throw Wrong($"has featureCount {info.FeatureCount}, expected at least 1"),
                { Task: GraphTask.LinkPrediction, Links: null } => throw Wrong("has no links"),
                { VectorWidth: < 1 } => throw Wrong($"has vectorWidth {info.VectorWidth}, expected at least 1"),
                { Sides: null } => throw Wrong("has no list of sides"),
                { Outputs: < 1 } => throw Wrong($"has {info.Outputs} outputs, expected at least 1"),
                { Task: GraphTask.NodeBinary or GraphTask.GraphBinary, Outputs: not 1 } =>
                    throw Wrong($"has {info.Outputs} outputs, expected 1 of yes or no"),
                { HasClasses: true, Labels: null } => throw Wrong("has no labels"),
                { HasClasses: true } when info.Labels.Count != info.Outputs =>
                    throw Wrong($"has {info.Labels.Count} labels for {info.Outputs} outputs"),
                _ => (info.Labels?.Problem() ?? info.Sides.Select(ProblemOf).FirstOrDefault(found => found is not null)) is { } problem
                    ? throw Wrong(problem) : info,
            };
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{name}: the metadata '{Key}' can't be read: {exception.Message}", exception);
        }

        static string? ProblemOf(SequenceModelInput? side) => side is null || string.IsNullOrEmpty(side.Name)
            ? "has a side input without a name"
            : !side.Kind.IsRow() ? $"has the side input '{side.Name}' of kind {side.Kind}, expected a vector or a category"
            : side.Problem() is { } problem ? $"has the side input '{side.Name}', which {problem}" : null;

        InvalidDataException Wrong(string problem) => new($"{name}: the metadata '{Key}' {problem}.");
    }

    /// <summary>The metadata to store in the model.</summary>
    public IReadOnlyDictionary<string, string> ToMetadata() => new Dictionary<string, string>
    {
        [SequenceModelFormat.FormatKey] = SequenceModelFormat.Version,
        [Key] = JsonSerializer.Serialize(this, Json),
    };
}
