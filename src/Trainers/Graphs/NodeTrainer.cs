using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a graph network on the rows of a view, the nodes, and the edges between them. Kinds of labels make the kinds of trainers.</summary>
public abstract class NodeTrainer : IEstimator<NodePredictionTransformer>
{
    private readonly MLContext _ml;
    private readonly NodeTrainerOptions _options;

    private protected NodeTrainer(MLContext ml, NodeTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ml = ml;
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">All nodes of the graph, those without label too.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or an option is out of range.</exception>
    /// <exception cref="InvalidDataException">There are no rows, no labelled ones to train on, or a row is no node or no edge: the message names column and row.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="TrainingCanceledException">Training was canceled; the exception holds the model so far.</exception>
    /// <exception cref="CheckpointException">A checkpoint can't be written (the exception holds the model so far) or resumed from.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public NodePredictionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Validate();
        var host = ((IHostEnvironment)_ml).Register(GetType().Name);
        using var channel = host.Start("Training");
        var label = CheckLabel(input.Schema);
        var nodes = NodeTable.Read(input, _options.FeatureColumnName, _options.NodeIdColumnName, _options.LabelColumnName, _options.SplitColumnName, _options.CancellationToken);
        var graph = NodeGraph.Read(_options.Edges!, nodes.Ids, _options.CancellationToken);
        CheckWeights(graph, _options.Network, _options.Edges!);
        if (_options.Network.FixedNodes is { } expected && expected != nodes.Count)
            throw new ArgumentException($"The {_options.Network.Name} is made for {expected} nodes; the view has {nodes.Count}.");
        var (trained, validated) = Split(nodes);
        var model = new GraphNetworkModel(_options.Network, MakeHead(label, nodes, trained), nodes.Features.ColumnCount, nodes.Features.IsSparse,
            _options.NormalizeFeatureRows, graph.EdgeFeatureCount, graph.EdgeRelations is null ? 0 : graph.RelationCount, graph.EdgeWeights is not null);
        var layered = _options.FanOuts is null ? null : new LayeredNetworkModel(model);
        var training = TrainingModel.Build(layered is null ? model.Train : layered.Train, _options.Optimizer, _options.GradientClipNorm, _options.Seed);
        channel.Info(MessageSensitivity.None, "{0}", FormattableString.Invariant(
            $"{_options.Network.Name}, {training.Parameters.Count:N0} parameters; {graph.NodeCount:N0} nodes, {graph.EdgeCount:N0} edges, {trained.Count(used => used):N0} nodes to train on"));
        var labels = model.Head.Task == GraphTask.NodeClassification ? SequenceModelLabels.Of(label) : null;
        NodePredictionTransformer Deploy(TrainingHistory history) => NodePredictionTransformer.Create(_ml, model, layered, training.Parameters, labels, history, _options, input);
        if (layered is null)
            return TrainingLoop.Run(training, new NodeTrainingData(training, nodes, graph, trained, validated), _options, host, Deploy);
        using var sampled = new SampledNodeData(training, layered, nodes.Features, new(nodes.Classes, nodes.Targets, nodes.TargetCount), graph, Numbers(trained), validated is null ? null : Numbers(validated), _options);
        return TrainingLoop.Run(training, sampled, _options, host, Deploy);
    }

    /// <summary>What the trained model adds to a schema: predicted label, scores.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Require(_options.FeatureColumnName);
        return inputSchema.With(OutputColumns(inputSchema.Require(_options.LabelColumnName)));
    }

    private protected abstract DataViewSchema.Column CheckLabel(DataViewSchema schema);

    private protected abstract GraphHead MakeHead(DataViewSchema.Column label, NodeTable nodes, bool[] trained);

    private protected abstract DataViewSchema OutputColumns(SchemaShape.Column label);

    private (bool[] Trained, bool[]? Validated) Split(NodeTable nodes)
    {
        var hasLabel = new bool[nodes.Count];
        for (var node = 0; node < nodes.Count; node++)
            hasLabel[node] = nodes.Classes is { } classes ? classes[node] >= 0 : nodes.Targets.AsSpan(node * nodes.TargetCount, nodes.TargetCount).IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) < 0;
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

    /// <exception cref="InvalidDataException">The network can't do with one of the edges' weights.</exception>
    internal static void CheckWeights(NodeGraph graph, GraphNetwork network, GraphEdgeColumns columns)
    {
        if (graph.EdgeWeights is not { } weights || !network.NeedsPositiveWeights)
            return;
        var edge = Array.FindIndex(weights, weight => weight <= 0);
        if (edge >= 0)
            throw new InvalidDataException(FormattableString.Invariant(
                $"Column '{columns.WeightColumnName}': the edge from node {graph.Sources[edge]} to node {graph.Targets[edge]} weighs {weights[edge]}; {network.Name} divides by sums of weights and needs weights above 0."));
    }

    private static int[] Numbers(bool[] nodes) => [.. Enumerable.Range(0, nodes.Length).Where(node => nodes[node])];

    private static bool[] Some(bool[] nodes, string where) => nodes.Contains(true)
        ? nodes
        : throw new InvalidDataException($"{where}: no node is left to train on; expected at least one that has a label and is of the training split.");
}
