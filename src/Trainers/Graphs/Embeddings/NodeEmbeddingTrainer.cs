using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Gives each node of a graph a vector, so that nodes close to each other on random walks have similar vectors: DeepWalk (Perozzi et al.
/// 2014) or, by the walks' parameters, node2vec (Grover and Leskovec 2016), both with skip-gram and negative sampling.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A node per row, without features; the edges in a second view.</description></item>
/// <item><term>Label</term><description>None.</description></item>
/// <item><term>Output</term><description><c>Embedding</c>: a vector of Single. A node without edges keeps the vector it started
/// with.</description></item>
/// <item><term>Loss</term><description>-log σ(v · c) - Σ log σ(-v · n) (Mikolov et al. 2013, equation 4), in nats per
/// pair.</description></item>
/// <item><term>Other nodes</term><description>Have no vectors; to embed them, train a network that reads features,
/// <see cref="GraphsCatalog.UnsupervisedGraphSage(GraphEdgeColumns, string, GraphNetwork?, int, string?)"/>.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes: the table of vectors, by the nodes' numbers.</description></item>
/// </list>
/// </remarks>
public sealed class NodeEmbeddingTrainer : NetworkTrainer<NodeEmbeddingTransformer>, IEstimator<NodeEmbeddingTransformer>
{
    private readonly Options _options;

    internal NodeEmbeddingTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>
    /// Options of the trainer. An epoch is <see cref="WalksPerNode"/> walks from every node;
    /// <see cref="TrainingOptions.BatchSize"/> is the number of pairs of nodes per step. <see cref="NetworkTrainerOptions.BadRows"/>
    /// applies to rows to score whose node isn't known; edges have <see cref="GraphEdgeColumns.BadRows"/> of their own.
    /// </summary>
    public sealed class Options : NetworkTrainerOptions
    {
        /// <summary>
        /// Options with the usual values for graphs of thousands of nodes: 5 epochs, batches of 1,024 pairs, learning rate 0.01.
        /// </summary>
        public Options() => (Epochs, BatchSize, LearningRate) = (5, 1024, 0.01f);

        /// <summary>The edges between the rows of the view; must be set.</summary>
        public GraphEdgeColumns? Edges { get; set; }

        /// <summary>The column of nodes' ids, which edges name; null where they name row numbers.</summary>
        public string? NodeIdColumnName { get; set; }

        /// <summary>Numbers of a node's vector.</summary>
        public int EmbeddingSize { get; set; } = 64;

        /// <summary>How walks are drawn; by default uniform, of 40 nodes.</summary>
        public RandomWalkOptions Walks { get; set; } = new() { Length = 40 };

        /// <summary>Walks from every node in an epoch, 2 by default.</summary>
        public int WalksPerNode { get; set; } = 2;

        /// <summary>The most steps between the two nodes of a pair, 5 by default; each node draws its window from 1 to this.</summary>
        public int Window { get; set; } = 5;

        /// <summary>Negative samples per pair, 5 by default, drawn in proportion to degree to the power 3/4.</summary>
        public int Negatives { get; set; } = 5;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            NotNull(nameof(Edges), Edges);
            NotNull(nameof(Walks), Walks);
            Check(nameof(OutputVector), !OutputVector, OutputVector, "false: a node's vector is its Embedding");
            NoAttention("a table of vectors has none");
            Walks.Validate();
            Check(nameof(Walks), Walks.Length >= 2, $"of length {Walks.Length}", "walks of at least 2 nodes");
            AtLeast(nameof(EmbeddingSize), EmbeddingSize, 1);
            AtLeast(nameof(WalksPerNode), WalksPerNode, 1);
            AtLeast(nameof(Window), Window, 1);
            AtLeast(nameof(Negatives), Negatives, 1);
            Check(nameof(ValidationFraction), ValidationFraction == 0, ValidationFraction, "0: there are no labels to validate by");
            Check(nameof(ValidationData), ValidationData is null, "a view", "null: there are no labels to validate by");
            NamedOrNull(nameof(NodeIdColumnName), NodeIdColumnName);
        }
    }

    private protected override IEnumerable<string> KeyColumns => [];

    private protected override bool RowsAreIndependent => false;

    private protected override TrainingPlan<NodeEmbeddingTransformer> Prepare(IDataView input, IDataView? validationData)
    {
        if (validationData is not null)
            throw new ArgumentException("Embeddings are trained without labels: there is nothing to validate on.");
        var ids = NodeIds.Read(input, _options.NodeIdColumnName);
        var columns = _options.Edges!;
        var graph = NodeGraph.Read(columns, ids, _options.CancellationToken,
            new("a random walk chooses edges by their weights", MayBeZero: true));
        if (graph.EdgeCount == 0)
            throw new InvalidDataException($"Columns '{columns.SourceColumnName}' and '{columns.TargetColumnName}': found no edges; "
                + $"expected some to walk along.");
        var batches = new SkipGramBatches(new(graph, _options.Walks), new(graph), _options);
        var model = Build(network => SkipGramBatches.Write(network, graph.NodeCount, _options.EmbeddingSize, _options.Negatives));
        return new(model, new TrainingData(batches.Rows),
            string.Create(CultureInfo.InvariantCulture,
                $"{(_options.Walks.IsBiased ? "node2vec" : "DeepWalk")}, {model.Parameters.Count:N0} parameters; {graph.NodeCount:N0} "
                    + $"nodes, {graph.EdgeCount:N0} edges, walks from {batches.StartCount:N0} nodes"),
            history => new(input, ids, _options.NodeIdColumnName,
                (float[])model.Parameters[SkipGramBatches.NodeTable].Value.As<float>().Clone(), _options.EmbeddingSize, history,
                _options.BadRows));
    }

    /// <summary>The input's columns and the one the model adds, <c>Embedding</c>.</summary>
    /// <exception cref="ArgumentException">The column of ids is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (_options.NodeIdColumnName is { } id)
            inputSchema.RequireNodeIds(id);
        var added = new DataViewSchema.Builder();
        added.AddColumn(NodeEmbeddingTransformer.Embedding, NodeEmbeddingTransformer.TypeOf(_options.EmbeddingSize), null);
        return inputSchema.With(added.ToSchema());
    }
}
