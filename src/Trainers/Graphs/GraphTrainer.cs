using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network on a view that has a graph per row. There is a derived trainer for each kind of label.</summary>
public abstract class GraphTrainer : NetworkTrainer<GraphPredictionTransformer>, IEstimator<GraphPredictionTransformer>
{
    private readonly GraphTrainerOptions _options;

    private protected GraphTrainer(MLContext ml, GraphTrainerOptions options) : base(ml, options) => _options = options;

    private protected override IEnumerable<string> KeyColumns =>
        [_options.LabelColumnName, .. _options.Inputs.Select(input => input.ColumnName)];

    private protected abstract LabelTask MakeTask();

    /// <summary>Numbers of a label per node, 0 for a class; null where labels are whole graphs'.</summary>
    private protected virtual int? TargetsPerNode => null;

    /// <summary>
    /// Numbers of a step where nodes have series, whose steps then share their units with each other and with the targets; null for none.
    /// </summary>
    private protected virtual int? FeaturesPerStep => null;

    /// <summary>The input's columns and those the trained model adds: predicted label, scores.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireGraph(_options.Columns);
        inputSchema.RequireFurther(_options.Inputs, _options.ExampleWeightColumnName);
        return inputSchema.With(MakeTask().OutputColumns(inputSchema), _options,
            hasPooling: TargetsPerNode is null && _options.Pooling == GraphPooling.Attention, isPerNode: TargetsPerNode is not null);
    }

    private protected override TrainingPlan<GraphPredictionTransformer> Prepare(IDataView trainingData, IDataView? validationData)
    {
        RefuseUnread();
        var task = MakeTask();
        trainingData.Schema.Require(_options.LabelColumnName);
        var label = task.Find(trainingData.Schema);
        label = TargetsPerNode is null ? label : label.WithMissing();
        var sides = SideInput.BindRows(_options.Inputs, trainingData.Schema, GraphSides.OfGraphs);
        var schema = GraphSchema.Bind(trainingData.Schema, _options.Columns, sides, _options.Network.WeightNeed,
            _options.Network.FixedNodes);
        var training = Read(trainingData, schema, label);
        var validation = validationData is null ? null : Read(validationData, GraphSchema.Bind(validationData.Schema, _options.Columns,
            [.. sides.Select(side => side.BindTo(validationData.Schema))], _options.Network.WeightNeed, _options.Network.FixedNodes),
            label.BindTo(validationData.Schema));
        var statistics = new LabelStatistics(label, _options.ExampleWeightColumnName);
        for (var row = 0; row < training.Count; row++)
            statistics.Add(training.Labels!, row);
        if (FeaturesPerStep is { } each && schema.NodeFeatureCount % each != 0)
            throw new ArgumentException($"Column '{schema.NodeFeatures.Name}' has {schema.NodeFeatureCount} features per node; expected a "
                + $"multiple of FeaturesPerStep, {each}.");
        var scaling = !_options.Standardize ? null : FeatureScaling.Of(CollectionsMarshal.AsSpan(training.NodeFeatures),
            schema.NodeFeatureCount, FeaturesPerStep is { } of ? (of, null) : _options.Network.SeriesFeatures);
        if (FeaturesPerStep is not null)
            ((StepTargetsTask)task).UseUnitsOf(scaling);
        var head = task.MakeHead(label, statistics);
        var model = new GraphNetworkModel(_options.Network, head, schema.NodeFeatureCount, false, false,
            schema.EdgeFeatureCount,
            schema.RelationCount, schema.EdgeWeights is not null, new(_options.Pooling, _options.Hidden, _options.OutputDropout))
        {
            HasVector = _options.OutputVector,
            OutputsAttention = _options.OutputAttention,
            NodeIds = ModelNodeIds.Rows,
            HasBothDirections = training.HasBothDirections(),
            Scaling = scaling,
            EdgeScaling = _options.Standardize ? FeatureScaling.Of(CollectionsMarshal.AsSpan(training.EdgeFeatures),
                schema.EdgeFeatureCount) : null,
            WeightUnit = _options.Standardize ? FeatureScaling.UnitOf(CollectionsMarshal.AsSpan(training.EdgeWeights)) : 1,
            Sides = SideInput.Of(_options.Inputs, training.Sides),
            HasRowWeights = LabelFeed.AreWeighted(training.Labels!, head, mayBeMissing: TargetsPerNode is not null),
            IsOfNodesInGraphs = TargetsPerNode is not null,
        };
        model.CheckAttention();
        var trained = Build(model.Train);
        var labels = task.Task.HasClasses() ? ModelLabels.Of(trainingData.Schema[label.Name]) : null;
        return new(trained, TrainingData.Of(training, validation, table => Batches(trained, table)),
            string.Create(CultureInfo.InvariantCulture,
                $"{_options.Network.Name}, {trained.Parameters.Count:N0} parameters; {training.Count:N0} graphs, "
                    + $"{training.NodeStart[^1]:N0} nodes, {training.EdgeStart[^1]:N0} edges"),
            history => new(
                GraphDeployment.Deploy(model, trained.Parameters, ModelRows.Graphs, task.Task, _options.Columns.NodeFeaturesColumnName,
                    labels, null, _options.Target),
                model, trained.Parameters, _options.Columns, history, _options.BadRows, LogScoring))
        { ConstantLoss = model.Head.ConstantLoss };
    }

    // Behind a network that writes the outputs itself there is no layer that could read or give anything.
    private void RefuseUnread()
    {
        if (!_options.Network.WritesOutputs)
            return;
        if (TargetsPerNode is null)
            throw new ArgumentException($"The {_options.Network.Name} gives the outputs of each node itself, of which no label of a whole "
                + "graph follows; expected a network that gives a vector for each node, or a trainer with a label for each node, such as "
                + $"{nameof(GraphsCatalog.GraphNodeRegression)}.", nameof(_options.Network));
        if (_options.Inputs.Count > 0)
            throw new ArgumentException($"{nameof(_options.Inputs)} has {_options.Inputs.Count} columns, which the "
                + $"{_options.Network.Name} doesn't read; expected none.", nameof(_options.Inputs));
        if (_options.OutputVector)
            throw new ArgumentException($"{nameof(_options.OutputVector)} is set, but the {_options.Network.Name} has no vector in front "
                + "of its outputs; expected false.", nameof(_options.OutputVector));
    }

    // The next batch is packed while one is trained on.
    private BatchedRows Batches(TrainingModel model, GraphTable table)
    {
        return BatchedRows.Of([.. Enumerable.Range(0, table.Count)], _options.BatchSize, _options.Seed, [Slot(), Slot()],
            table.Skipped, _options.Shard);

        InputBatch Slot()
        {
            var (packed, labels) = (new PackedGraphs(model.Reads), new LabelFeed(table.Labels!, model.Reads(Head.Weights)));
            return new((graphs, _) =>
            {
                packed.Pack(table, graphs);
                labels.Fill(graphs);
            }, packed.FeedTo, labels.FeedTo);
        }
    }

    private GraphTable Read(IDataView data, GraphSchema schema, SequenceLabel label) => GraphTable.Read(data, schema, label,
        _options.ExampleWeightColumnName, _options.CancellationToken, _options.BadRows);
}
