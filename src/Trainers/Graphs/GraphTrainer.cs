using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network on a view that has a graph a row. Kinds of labels make the kinds of trainers.</summary>
public abstract class GraphTrainer : IEstimator<GraphPredictionTransformer>
{
    private readonly MLContext _ml;
    private readonly GraphTrainerOptions _options;

    private protected GraphTrainer(MLContext ml, GraphTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ml = ml;
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">The training rows.</param>
    /// <inheritdoc cref="Fit(IDataView, IDataView)"/>
    public GraphPredictionTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains, and validates on other rows after each epoch.</summary>
    /// <param name="trainingData">The training rows.</param>
    /// <param name="validationData">Rows to validate on; null for the options' own choice.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, an option is out of range, or keys of the validation data stand for other values.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a row is no graph: the message names column and row.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="TrainingCanceledException">Training was canceled; the exception holds the model so far.</exception>
    /// <exception cref="CheckpointException">A checkpoint can't be written (the exception holds the model so far) or resumed from.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public GraphPredictionTransformer Fit(IDataView trainingData, IDataView? validationData)
    {
        ArgumentNullException.ThrowIfNull(trainingData);
        _options.Validate();
        validationData ??= _options.ValidationData;
        var host = ((IHostEnvironment)_ml).Register(GetType().Name);
        using var channel = host.Start("Training");
        if (validationData is not null)
            KeyValueCheck.Same(trainingData.Schema, validationData.Schema, _options.LabelColumnName);
        else if (_options.ValidationFraction > 0)
        {
            var split = _ml.Data.TrainTestSplit(trainingData, _options.ValidationFraction, seed: _options.Seed);
            (trainingData, validationData) = (split.TrainSet, split.TestSet);
        }
        var label = CheckLabel(trainingData.Schema);
        var schema = GraphSchema.Bind(trainingData.Schema, _options.Columns);
        var training = Read(trainingData, schema);
        var validation = validationData is null ? null : Read(validationData, GraphSchema.Bind(validationData.Schema, _options.Columns));
        var model = new GraphNetworkModel(_options.Network, MakeHead(label, training), schema.NodeFeatureCount, false, false, schema.EdgeFeatureCount,
            schema.RelationCount, schema.EdgeWeights is not null, new(_options.Readout, _options.Width, _options.OutputDropout));
        var trained = TrainingModel.Build(model.Train, _options.Optimizer, _options.GradientClipNorm, _options.Seed);
        channel.Info(MessageSensitivity.None, "{0}", FormattableString.Invariant(
            $"{_options.Network.Name}, {trained.Parameters.Count:N0} parameters; {training.Count:N0} graphs, {training.NodeStart[^1]:N0} nodes, {training.EdgeStart[^1]:N0} edges"));
        var labels = model.Head.Task == GraphTask.GraphClassification ? SequenceModelLabels.Of(label) : null;
        GraphPredictionTransformer Deploy(TrainingHistory history) => GraphPredictionTransformer.Create(model, trained.Parameters, labels, history, _options);
        return TrainingLoop.Run(trained, new GraphTrainingData(trained, training, validation, _options.BatchSize, _options.Seed), _options, host, Deploy);
    }

    /// <summary>What the trained model adds to a schema: predicted label, scores.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Require(_options.Columns.NodeFeaturesColumnName);
        inputSchema.Require(_options.Columns.EdgesColumnName);
        return inputSchema.With(OutputColumns(inputSchema.Require(_options.LabelColumnName)));
    }

    private GraphTable Read(IDataView data, GraphSchema schema)
    {
        var table = GraphTable.Read(data, schema, _options.LabelColumnName, _options.CancellationToken);
        for (var row = 0; row < table.Count; row++)
            if (table.Labels!.TargetCount == 0 ? table.Labels.ClassOf(row) < 0 : table.Labels.TargetsOf(row).IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) >= 0)
                throw new InvalidDataException($"Column '{_options.LabelColumnName}', row {row}: the label is missing or no finite number; expected a label for every graph.");
        if (_options.Network.NeedsPositiveWeights && table.EdgeWeights.FindIndex(weight => weight <= 0) is >= 0 and var edge)
            throw new InvalidDataException(FormattableString.Invariant(
                $"Column '{schema.EdgeWeights!.Value.Name}': an edge from node {table.Sources[edge]} to node {table.Targets[edge]} weighs {table.EdgeWeights[edge]}; {_options.Network.Name} divides by sums of weights and needs weights above 0."));
        return table;
    }

    private protected abstract DataViewSchema.Column CheckLabel(DataViewSchema schema);

    private protected abstract GraphHead MakeHead(DataViewSchema.Column label, GraphTable training);

    private protected abstract DataViewSchema OutputColumns(SchemaShape.Column label);
}
