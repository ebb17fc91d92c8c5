using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Trains a graph network to predict which pairs of nodes have an edge: graph autoencoders and variational ones (Kipf and Welling 2016),
/// and others by the choice of network and decoder.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A node per row: a vector of Single of known size, dense or sparse; the known edges in a second
/// view. To test on edges, hold them out: <see cref="LinkSplit"/>.</description></item>
/// <item><term>Label</term><description>None: the edges are the positives; random pairs without an edge, drawn for each epoch, the
/// negatives. Loops only pass messages.</description></item>
/// <item><term>Output</term><description>For pairs of nodes: <c>PredictedLabel</c> (Boolean), <c>Score</c> (logit), <c>Probability</c>. For
/// nodes: <c>Embedding</c>.</description></item>
/// <item><term>Loss</term><description>Mean binary cross-entropy of the edges plus that of the pairs without; for a variational autoencoder
/// also the divergence from the standard normal distribution, divided by the number of nodes.</description></item>
/// <item><term>Normalization needed</term><description>No: see <see cref="Options.Standardize"/> and
/// <see cref="Options.NormalizeFeatureRows"/>.</description></item>
/// <item><term>Caching needed</term><description>No: nodes and edges are read once and kept.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified; the model takes <c>x</c>, <c>edge_index</c> and
/// <c>pair_index</c>.</description></item>
/// </list>
/// </remarks>
public sealed class LinkPredictionTrainer : NetworkTrainer<LinkPredictionTransformer>, IEstimator<LinkPredictionTransformer>
{
    // Isotonic regression needs more held-out pairs than this.
    private const int FewPairs = 200;

    private readonly Options _options;

    internal LinkPredictionTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>
    /// Options of the trainer. A step sees the whole graph. <see cref="NetworkTrainerOptions.BadRows"/> applies to pairs to validate on and
    /// to score, such as those with an unknown node: nodes can't be left out of their graph, and edges have
    /// <see cref="GraphEdgeColumns.BadRows"/> of their own.
    /// </summary>
    public sealed class Options : NetworkTrainerOptions
    {
        /// <summary>Options with the values of Kipf and Welling (2016): 200 epochs, learning rate 0.01.</summary>
        public Options() => (Epochs, LearningRate) = (200, 0.01f);

        /// <summary>The known edges between the rows of the view; must be set.</summary>
        public GraphEdgeColumns? Edges { get; set; }

        /// <summary>The column of features: a vector of Single of known size, dense or sparse.</summary>
        public string FeatureColumnName { get; set; } = "Features";

        /// <summary>
        /// Further columns of each node that the network reads: a vector, a category, or the mean over the steps of a series or of
        /// tokens (<see cref="InputColumn"/>). They are put beside its features, which are then read densely. None by default.
        /// </summary>
        public IReadOnlyList<InputColumn> Inputs { get; set; } = [];

        /// <summary>The column of nodes' ids, which edges and pairs name; null where they name row numbers.</summary>
        public string? NodeIdColumnName { get; set; }

        /// <summary>The encoder; by default a GCN of two layers with 32 features between them.</summary>
        public GraphNetwork Network { get; set; } = GraphNetwork.Gcn(32, dropout: 0);

        /// <summary>
        /// Whether features of nodes and edges and weights of edges are made independent of their units, as
        /// <see cref="NodeTrainerOptions.Standardize"/> says; the deployed model does it too.
        /// </summary>
        public bool Standardize { get; set; } = true;

        /// <summary>
        /// Whether each node's features are divided by the sum of their absolute values, as is usual for bags of words. False by default.
        /// </summary>
        public bool NormalizeFeatureRows { get; set; }

        /// <summary>Size of a node's embedding, 16 by default.</summary>
        public int EmbeddingSize { get; set; } = 16;

        /// <summary>
        /// Whether the encoder gives each node a normal distribution; training samples from it and scoring takes its
        /// mean. False by default.
        /// </summary>
        public bool IsVariational { get; set; }

        /// <summary>How two embeddings become the logit of an edge; by default their dot product.</summary>
        public LinkDecoder Decoder { get; set; }

        /// <summary>Number of pairs without an edge that are drawn per edge, or per pair of a walk. 1 by default.</summary>
        public int NegativesPerEdge { get; set; } = 1;

        /// <summary>
        /// If set, the positive pairs are nodes close to each other on random walks instead of edges: the unsupervised loss of Hamilton et
        /// al. (2017, equation 1). Negative nodes are then drawn in proportion to degree to the power 3/4, whether linked or not. Null, the
        /// default, to predict edges. Only for undirected graphs without relations.
        /// </summary>
        public RandomWalkOptions? Walks { get; set; }

        /// <summary>The most steps of a walk between the nodes of a pair, 2 by default.</summary>
        public int WalkWindow { get; set; } = 2;

        /// <summary>
        /// The Boolean column of <see cref="NetworkTrainerOptions.ValidationData"/> that says whether there is an edge. Those rows are
        /// pairs of nodes, with the columns of the edges' ends (and relation); they should not be among <see cref="Edges"/>.
        /// </summary>
        public string ValidationLabelColumnName { get; set; } = "Label";

        /// <summary>
        /// How scores become probabilities that hold, by the pairs of <see cref="NetworkTrainerOptions.ValidationData"/>, which it needs;
        /// by default they stay as they are (<see cref="LinkCalibration.None"/>). Scores are calibrated too: they are the logits of the
        /// probabilities. The exported file has it inside.
        /// </summary>
        public LinkCalibration Calibration { get; set; }

        /// <summary>
        /// For <see cref="Calibration"/>: the share of edges among the pairs that are scored later, above 0 and below 1. Null, the default,
        /// for that among the pairs to validate on, of which usually half are edges, as they never are among all pairs.
        /// </summary>
        public double? EdgeShare { get; set; }

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            NotNull(nameof(Edges), Edges);
            NotNull(nameof(Network), Network);
            CheckInputs(Inputs, "");
            Check(nameof(OutputVector), !OutputVector, OutputVector, "false: a node's vector is its Embedding");
            NoAttention("a pair of nodes has none; that of edges is given by trainers of nodes and graphs");
            AtLeast(nameof(EmbeddingSize), EmbeddingSize, 1);
            AtLeast(nameof(NegativesPerEdge), NegativesPerEdge, 1);
            AtLeast(nameof(WalkWindow), WalkWindow, 1);
            Walks?.Validate();
            Check(nameof(Walks), Walks is null or { Length: >= 2 }, $"of length {Walks?.Length}", "walks of at least 2 nodes, or null");
            Defined(nameof(Decoder), Decoder);
            Check(nameof(EmbeddingSize), !Decoder.IsComplex() || EmbeddingSize % 2 == 0, EmbeddingSize,
                $"an even number: {Decoder} reads complex numbers");
            Check(nameof(ValidationFraction), ValidationFraction == 0, ValidationFraction,
                $"0: hold edges out with {nameof(LinkSplit)} and give them as {nameof(ValidationData)}");
            Defined(nameof(Calibration), Calibration);
            Check(nameof(Calibration), Calibration == LinkCalibration.None || ValidationData is not null, Calibration,
                $"{LinkCalibration.None}, or pairs that it is learned from as {nameof(ValidationData)}");
            Check(nameof(EdgeShare), EdgeShare is null or > 0 and < 1, EdgeShare, "above 0 and below 1, or null");
            Named(nameof(FeatureColumnName), FeatureColumnName);
            Named(nameof(ValidationLabelColumnName), ValidationLabelColumnName);
            NamedOrNull(nameof(NodeIdColumnName), NodeIdColumnName);
        }
    }

    private protected override IEnumerable<string> KeyColumns => [];

    private protected override bool RowsAreIndependent => false;

    private protected override TrainingPlan<LinkPredictionTransformer> Prepare(IDataView input, IDataView? validationData)
    {
        var nodes = NodeTable.Read(input, new(_options.FeatureColumnName, _options.NodeIdColumnName)
        {
            Sides = SideInput.BindRows(_options.Inputs, input.Schema, GraphSides.OfNodes),
        }, _options.CancellationToken);
        var columns = _options.Edges!;
        var graph = NodeGraph.Read(columns, nodes.Ids, _options.CancellationToken, _options.Network.WeightNeed);
        NodeTrainer.Check(graph, _options.Network);
        var edges = LinkTable.Of(graph, columns.IsDirected);
        if (_options.Walks is not null && (columns.IsDirected || edges.RelationCount > 0))
            throw new ArgumentException($"{nameof(Options.Walks)} need edges without directions or relations; the edges have "
                + $"{(columns.IsDirected ? "directions" : $"{edges.RelationCount} relations")}.");
        var validation = validationData is null ? null : ReadPairs(validationData, columns, nodes.Ids, edges.RelationCount);
        var share = _options.Calibration == LinkCalibration.None ? 0 : Share(validation!.Labels!);
        var head = new LinkHead(_options.Decoder, _options.EmbeddingSize, _options.IsVariational, edges.RelationCount);
        var model = GraphNetworkModel.Of(_options.Network, head, nodes.Features, graph, _options.NormalizeFeatureRows,
            _options.Standardize, _options.Inputs) with { NodeIds = ModelNodeIds.Of(input.Schema, _options.NodeIdColumnName) };
        var training = Build(model.Train);
        var batches = new LinkBatches(training, nodes.Features, graph, edges, validation, columns.IsDirected, _options);
        if (batches.LinkedCount == 0)
            throw new InvalidDataException($"Columns '{columns.SourceColumnName}' and '{columns.TargetColumnName}': found {edges.Count} "
                + $"edges, none between two nodes; expected at least one to train on.");
        return new(training, batches.Data,
            string.Create(
                CultureInfo.InvariantCulture, $"{_options.Network.Name}, {training.Parameters.Count:N0} parameters; {graph.NodeCount:N0} "
                + $"nodes, {batches.LinkedCount:N0} edges to train on"),
            history => new(Calibrated(), head, training.Parameters, history, columns, _options.NodeIdColumnName, input, _options.BadRows,
                LogScoring))
        {
            Hints = [.. graph.SkippedHint, .. _options.Calibration == LinkCalibration.Isotonic && validation!.Labels!.Length < FewPairs
                ? [$"{nameof(Options.Calibration)} is {LinkCalibration.Isotonic}, by {validation.Labels.Length} pairs: so few don't tell "
                    + $"its steps, and probabilities may be far off. Expected {FewPairs} or more, or {LinkCalibration.Platt}."]
                : (string[])[]],
            ConstantLoss = 2 * Math.Log(2),     // a probability of one half for all pairs
        };

        GraphModel Deploy() => GraphDeployment.Deploy(model, training.Parameters, ModelRows.Links, ModelTask.Binary,
            _options.FeatureColumnName, null, columns.IsDirected, _options.Target);

        GraphModel Calibrated()
        {
            var deployed = Deploy();
            if (_options.Calibration == LinkCalibration.None)
                return deployed;
            using (deployed)
                head.Calibration = ScoreCurve.Fit(_options.Calibration, deployed.ScoreLinks(nodes.Features, graph, validation!).Score,
                    [.. validation!.Labels!], _options.EdgeShare ?? share);
            return Deploy();
        }
    }

    private double Share(bool[] areEdges)
    {
        var edges = areEdges.Count(isEdge => isEdge);
        return edges > 0 && edges < areEdges.Length ? (double)edges / areEdges.Length
            : throw new InvalidDataException($"Column '{_options.ValidationLabelColumnName}': found {edges} edges among {areEdges.Length} "
                + "pairs to validate on; expected some that are and some that aren't, to calibrate by.");
    }

    /// <summary>
    /// The columns of the nodes and those the trained model adds to them: their embeddings. To pairs of nodes it adds predicted label,
    /// score and probability.
    /// </summary>
    /// <param name="inputSchema">The columns of the nodes.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireNodeFeatures(_options.FeatureColumnName);
        if (_options.NodeIdColumnName is not null)
            inputSchema.RequireNodeIds(_options.NodeIdColumnName);
        inputSchema.RequireFurther(_options.Inputs, null);
        var added = new DataViewSchema.Builder();
        added.AddColumn(GraphModel.Embedding, new VectorDataViewType(NumberDataViewType.Single, _options.EmbeddingSize), null);
        return inputSchema.With(added.ToSchema());
    }

    private LinkTable ReadPairs(IDataView pairs, GraphEdgeColumns columns, NodeIds nodes, int relations)
    {
        var read = LinkTable.Read(pairs, columns, nodes, _options.ValidationLabelColumnName, _options.CancellationToken,
            _options.BadRows, relations > 0 ? relations : null);
        if (read.Count == 0)
            throw new InvalidDataException("The validation data has no rows: expected pairs of nodes.");
        return read;
    }
}
