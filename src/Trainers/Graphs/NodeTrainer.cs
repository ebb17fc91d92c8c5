using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network on the nodes of one graph. There is a derived trainer for each kind of label.</summary>
public abstract class NodeTrainer : NetworkTrainer<NodePredictionTransformer>, IEstimator<NodePredictionTransformer>
{
    private readonly NodeTrainerOptions _options;

    private protected NodeTrainer(MLContext ml, NodeTrainerOptions options) : base(ml, options) => _options = options;

    private protected override IEnumerable<string> KeyColumns => [];

    private protected override bool RowsAreIndependent => false;

    private protected abstract LabelTask MakeTask();

    /// <summary>The input's columns and those the trained model adds: predicted label, scores.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireNodeFeatures(_options.FeatureColumnName);
        if (_options.NodeIdColumnName is not null)
            inputSchema.RequireNodeIds(_options.NodeIdColumnName);
        inputSchema.RequireFurther(_options.Inputs, _options.ExampleWeightColumnName);
        return inputSchema.With(MakeTask().OutputColumns(inputSchema), _options, hasPooling: false);
    }

    private protected override TrainingPlan<NodePredictionTransformer> Prepare(IDataView input, IDataView? validationData)
    {
        if (validationData is not null)
            throw new ArgumentException($"Nodes are validated within their graph, not as rows of a separate view: give all nodes, "
                + $"and name those to hold out with {nameof(_options.SplitColumnName)} or {nameof(_options.ValidationFraction)}.");
        var task = MakeTask();
        input.Schema.Require(_options.LabelColumnName);
        var label = task.Find(input.Schema).WithMissing();
        var columns = new NodeColumns(
            _options.FeatureColumnName, _options.NodeIdColumnName, label, _options.ExampleWeightColumnName,
                _options.SplitColumnName) { Sides = SideInput.BindRows(_options.Inputs, input.Schema, GraphSides.OfNodes) };
        var nodes = NodeTable.Read(input, columns, _options.CancellationToken);
        var graph = NodeGraph.Read(_options.Edges!, nodes.Ids, _options.CancellationToken, _options.Network.WeightNeed);
        Check(graph, _options.Network);
        var (trained, validated) = Split(nodes);
        var rows = nodes.Labels!;
        var statistics = new LabelStatistics(label, _options.ExampleWeightColumnName);
        foreach (var node in Numbers(trained))
            statistics.Add(rows, node);
        var head = task.MakeHead(label, statistics);
        var model = GraphNetworkModel.Of(_options.Network, head, nodes.Features, graph, _options.NormalizeFeatureRows,
            _options.Standardize, _options.Inputs) with
        {
            HasVector = _options.OutputVector,
            OutputsAttention = _options.OutputAttention,
            NodeIds = ModelNodeIds.Of(input.Schema, _options.NodeIdColumnName),
            HasRowWeights = LabelFeed.AreWeighted(rows, head, mayBeMissing: true),
        };
        model.CheckAttention();
        var layered = _options.FanOuts is null ? null : new LayeredNetworkModel(model);
        var training = Build(layered is null ? model.Train : layered.Train);
        var labels = task.Task.HasClasses() ? ModelLabels.Of(input.Schema[label.Name]) : null;
        var batches = new NodeBatches(training, nodes.Features, rows, graph);
        var outputs = layered is null || validated is null ? null : new LayerwiseOutputs(training.Parameters,
            new(layered, training.Parameters, nodes.Features, graph, _options.Target, predicts: false), Numbers(validated));
        return new(training, layered is null ? batches.Whole(trained, validated)
            : new(batches.Sampled(Numbers(trained), _options), outputs?.With(batches.Labels())),
            string.Create(CultureInfo.InvariantCulture,
                $"{_options.Network.Name}, {training.Parameters.Count:N0} parameters; {graph.NodeCount:N0} nodes, {graph.EdgeCount:N0} "
                    + $"edges, {trained.Count(used => used):N0} nodes to train on"),
            history => new(
                GraphDeployment.Deploy(model, training.Parameters, ModelRows.Nodes, task.Task, _options.FeatureColumnName, labels,
                    _options.Edges!.IsDirected, _options.Target),
                model, layered, training.Parameters, history, _options.Edges, _options.FeatureColumnName,
                _options.NodeIdColumnName, input),
            outputs) { Hints = graph.SkippedHint, ConstantLoss = head.ConstantLoss };
    }

    private (bool[] Trained, bool[]? Validated) Split(NodeTable nodes)
    {
        var hasLabel = new bool[nodes.Count];
        for (var node = 0; node < nodes.Count; node++)
            hasLabel[node] = !nodes.Labels!.IsMissing(node);
        if (nodes.Splits is { } splits)
        {
            bool[] Of(NodeSplit split) => [.. splits.Zip(hasLabel, (found, labelled) => labelled && found == split)];
            var validated = Of(NodeSplit.Validation);
            return (Some(Of(NodeSplit.Train), $"Column '{_options.SplitColumnName}'"), validated.Contains(true) ? validated : null);
        }
        if (_options.ValidationFraction == 0)
            return (Some(hasLabel, $"Column '{_options.LabelColumnName}'"), null);
        var random = new Random(_options.Seed);
        bool[] held = [.. hasLabel.Select(labelled => random.NextDouble() < _options.ValidationFraction && labelled)];
        bool[] rest = [.. hasLabel.Zip(held, (labelled, isHeld) => labelled && !isHeld)];
        return (Some(rest, $"Column '{_options.LabelColumnName}'"), held.Contains(true) ? held : null);
    }

    /// <exception cref="ArgumentException">The network is made for another number of nodes.</exception>
    internal static void Check(NodeGraph graph, GraphNetwork network)
    {
        if (network.FixedNodes is { } expected && expected != graph.NodeCount)
            throw new ArgumentException($"The {network.Name} is made for {expected} nodes; the view has {graph.NodeCount}.");
    }

    private static int[] Numbers(bool[] nodes) => [.. Enumerable.Range(0, nodes.Length).Where(node => nodes[node])];

    private static bool[] Some(bool[] nodes, string where) => nodes.Contains(true)
        ? nodes
        : throw new InvalidDataException($"{where}: no node is left to train on; expected at least one that has a label and is of the "
            + $"training split.");
}
