using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network on the nodes of one graph without labels. There is a derived trainer for each thing to learn.</summary>
public abstract class UnlabelledNodeTrainer : NetworkTrainer<NodePredictionTransformer>, IEstimator<NodePredictionTransformer>
{
    private readonly UnlabelledNodeTrainerOptions _options;

    private protected UnlabelledNodeTrainer(MLContext ml, UnlabelledNodeTrainerOptions options) : base(ml, options) => _options = options;

    private protected override IEnumerable<string> KeyColumns => [];

    private protected override bool RowsAreIndependent => false;

    /// <summary>Whether NaN stands for a missing feature.</summary>
    private protected virtual bool AllowsMissing => false;

    private protected abstract DataViewSchema OutputColumns { get; }

    /// <summary>What is learned of a graph.</summary>
    /// <exception cref="ArgumentException">An option doesn't fit the nodes.</exception>
    /// <exception cref="InvalidDataException">The nodes or the edges have nothing to learn from.</exception>
    private protected abstract UnlabelledGoal Goal(FeatureMatrix features, NodeGraph graph);

    /// <summary>The columns of the nodes and those the trained model adds.</summary>
    /// <param name="inputSchema">The columns of the nodes.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireNodeFeatures(_options.FeatureColumnName);
        if (_options.NodeIdColumnName is not null)
            inputSchema.RequireNodeIds(_options.NodeIdColumnName);
        inputSchema.RequireFurther(_options.Inputs, null);
        return inputSchema.With(OutputColumns, _options, hasPooling: false);
    }

    private protected sealed override TrainingPlan<NodePredictionTransformer> Prepare(IDataView input, IDataView? validationData)
    {
        var nodes = NodeTable.Read(input, new(_options.FeatureColumnName, _options.NodeIdColumnName)
        {
            Sides = SideInput.BindRows(_options.Inputs, input.Schema, GraphSides.OfNodes), AllowsMissing = AllowsMissing,
        }, _options.CancellationToken);
        var graph = NodeGraph.Read(_options.Edges!, nodes.Ids, _options.CancellationToken, _options.Network.WeightNeed);
        NodeTrainer.Check(graph, _options.Network);
        var goal = Goal(nodes.Features, graph);
        var model = GraphNetworkModel.Of(goal.Network, goal.Head, goal.Features, graph, normalizeRows: false, _options.Standardize,
            _options.Inputs) with
        {
            NodeIds = ModelNodeIds.Of(input.Schema, _options.NodeIdColumnName), AllowsMissing = AllowsMissing,
        };
        var training = Build(model.Train);
        var tensors = new GraphTensors(training.Reads, goal.Features, graph);
        var batch = new InputBatch(null, tensors.FeedTo, goal.FeedTo) { Count = nodes.Count };
        return new(training, new TrainingData(BatchedRows.Drawn((epoch, _) =>
            {
                goal.Draw(epoch);
                return batch;
            })),
            string.Create(CultureInfo.InvariantCulture, $"{_options.Network.Name}, {training.Parameters.Count:N0} parameters; "
                + $"{graph.NodeCount:N0} nodes, {graph.EdgeCount:N0} edges, {goal.Name}"),
            history => new(
                GraphDeployment.Deploy(model, training.Parameters, ModelRows.Nodes, goal.Task, _options.FeatureColumnName, goal.Labels,
                    _options.Edges!.IsDirected, _options.Target),
                model, null, training.Parameters, history, _options.Edges, _options.FeatureColumnName, _options.NodeIdColumnName, input))
        { Hints = graph.SkippedHint };
    }
}
