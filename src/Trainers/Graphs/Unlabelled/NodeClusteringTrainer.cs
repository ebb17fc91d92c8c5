using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Finds clusters of a graph's nodes without labels, by a network trained for the modularity of its assignments (DMoN, Tsitsulin et al.
/// 2020, "Graph clustering with graph neural networks"): from edges and features at once, and for nodes that come later.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A node per row: features, a vector of Single; the edges in a second view.</description></item>
/// <item><term>Label</term><description>None.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c> (a key, the cluster), <c>Score</c> (shares of the
/// clusters).</description></item>
/// <item><term>Loss</term><description>Minus the modularity of soft assignments, plus a cost of unequal clusters.</description></item>
/// <item><term>Normalization needed</term><description>No: see <see cref="Options.Standardize"/>.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified.</description></item>
/// </list>
/// </remarks>
public sealed class NodeClusteringTrainer : NetworkTrainer<NodePredictionTransformer>, IEstimator<NodePredictionTransformer>
{
    private readonly Options _options;

    internal NodeClusteringTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer. A step sees the whole graph.</summary>
    public sealed class Options : NetworkTrainerOptions
    {
        /// <summary>Options with the usual values for clusters.</summary>
        public Options()
        {
            Epochs = 200;
            LearningRate = 0.01f;
        }

        /// <summary>The edges between the rows of the view; must be set.</summary>
        public GraphEdgeColumns? Edges { get; set; }

        /// <summary>The column of features: a vector of Single of known size, dense or sparse.</summary>
        public string FeatureColumnName { get; set; } = "Features";

        /// <summary>Further columns of each node that the network reads, put beside its features; none by default.</summary>
        public IReadOnlyList<InputColumn> Inputs { get; set; } = [];

        /// <summary>The column of nodes' ids, which edges name; null where they name row numbers.</summary>
        public string? NodeIdColumnName { get; set; }

        /// <summary>The most clusters that are found, 8 by default; some may stay empty.</summary>
        public int Clusters { get; set; } = 8;

        /// <summary>The network; by default a GCN of two layers with 64 features between them.</summary>
        public GraphNetwork Network { get; set; } = GraphNetwork.Gcn(64, dropout: 0);

        /// <summary>Whether features and weights are made independent of their units, as
        /// <see cref="NodeTrainerOptions.Standardize"/> says.</summary>
        public bool Standardize { get; set; } = true;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            NotNull(nameof(Edges), Edges);
            NotNull(nameof(Network), Network);
            AtLeast(nameof(Clusters), Clusters, 2);
            CheckInputs(Inputs, "", FeatureColumnName);
            Named(nameof(FeatureColumnName), FeatureColumnName);
            NamedOrNull(nameof(NodeIdColumnName), NodeIdColumnName);
            Check(nameof(OutputVector), !OutputVector, OutputVector, "false: the shares of the clusters are a node's vector");
            NoAttention("clusters have none");
            Check(nameof(ValidationFraction), ValidationFraction == 0, ValidationFraction, "0: without labels nothing is held out");
            Check(nameof(ValidationData), ValidationData is null, "a view", "null: without labels nothing is held out");
            NoBadRows($"nodes can't be left out of their graph; set {nameof(GraphEdgeColumns)}.{nameof(GraphEdgeColumns.BadRows)} for "
                + "edges alone");
        }
    }

    private protected override IEnumerable<string> KeyColumns => [];

    private protected override bool RowsAreIndependent => false;

    /// <summary>The columns of the nodes and those the trained model adds: cluster and shares.</summary>
    /// <param name="inputSchema">The columns of the nodes.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireNodeFeatures(_options.FeatureColumnName);
        if (_options.NodeIdColumnName is not null)
            inputSchema.RequireNodeIds(_options.NodeIdColumnName);
        inputSchema.RequireFurther(_options.Inputs, null);
        return inputSchema.With(PredictionColumns.Classes(null), _options, hasPooling: false);
    }

    private protected override TrainingPlan<NodePredictionTransformer> Prepare(IDataView input, IDataView? validationData)
    {
        var nodes = NodeTable.Read(input, new(_options.FeatureColumnName, _options.NodeIdColumnName)
        {
            Sides = SideInput.BindRows(_options.Inputs, input.Schema, GraphSides.OfNodes),
        }, _options.CancellationToken);
        if (_options.Clusters > nodes.Count)
            throw new ArgumentException($"{nameof(Options.Clusters)}: found {_options.Clusters} clusters for {nodes.Count} nodes; expected "
                + $"at most as many clusters as nodes.");
        var graph = NodeGraph.Read(_options.Edges!, nodes.Ids, _options.CancellationToken, _options.Network.WeightNeed);
        NodeTrainer.Check(graph, _options.Network);
        if (graph.EdgeCount == 0)
            throw new InvalidDataException($"Columns '{_options.Edges!.SourceColumnName}' and '{_options.Edges.TargetColumnName}': found "
                + "no edges; expected at least one, since clusters are found by them.");
        if (graph.EdgeWeights?.Min() < 0)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Column '{_options.Edges!.WeightColumnName}' of "
                + $"the edges: found a weight of {graph.EdgeWeights.Min()}; clusters need weights of at least 0."));
        var model = GraphNetworkModel.Of(ClusteringHead.WithModularity(_options.Network), new ClusteringHead(_options.Clusters),
            nodes.Features, graph, normalizeRows: false, _options.Standardize, _options.Inputs) with
        {
            NodeIds = ModelNodeIds.Of(input.Schema, _options.NodeIdColumnName),
        };
        var training = Build(model.Train);
        var tensors = new GraphTensors(training.Reads, nodes.Features, graph);
        return new(training, new TrainingData(BatchedRows.Whole(new(null, tensors.FeedTo) { Count = nodes.Count })),
            string.Create(CultureInfo.InvariantCulture, $"{_options.Network.Name}, {training.Parameters.Count:N0} parameters; "
                + $"{graph.NodeCount:N0} nodes, {graph.EdgeCount:N0} edges, up to {_options.Clusters} clusters"),
            history => new(
                GraphDeployment.Deploy(model, training.Parameters, ModelRows.Nodes, ModelTask.Classification, _options.FeatureColumnName,
                    new(_options.Clusters), _options.Edges!.IsDirected, _options.Target),
                model, null, training.Parameters, history, _options.Edges, _options.FeatureColumnName, _options.NodeIdColumnName, input))
        { Hints = graph.SkippedHint };
    }
}
