using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Learns a vector for each entity and relation of a knowledge graph, so that its triples (head, relation, tail) have higher scores than
/// others: TransE, DistMult, ComplEx, RotatE, with or without a graph network that makes the vectors.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A triple per row: head and tail (text, keys or whole numbers), and the relation, a
/// key.</description></item>
/// <item><term>Label</term><description>None: the triples are true, other heads and tails are negative samples.</description></item>
/// <item><term>Output</term><description>For triples: <c>PredictedLabel</c> (Boolean), <c>Score</c> (higher is truer),
/// <c>Probability</c> (its sigmoid, which is calibrated by <see cref="RankingLoss.Logistic"/> alone). Of a triple with an unknown entity
/// or relation the last two are NaN, unless bad rows are errors.</description></item>
/// <item><term>Loss</term><description><see cref="Options.Loss"/>, the mean over both ends.</description></item>
/// <item><term>Caching needed</term><description>No: triples are read once and kept.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified; the model takes <c>source</c>, <c>target</c> and
/// <c>pair_type</c>, numbers from 1. Another one gives the best answers:
/// <see cref="KnowledgeGraphTransformer.ExportBestAnswers"/>.</description></item>
/// </list>
/// </remarks>
public sealed class KnowledgeGraphTrainer : NetworkTrainer<KnowledgeGraphTransformer>, IEstimator<KnowledgeGraphTransformer>
{
    private readonly Options _options;

    internal KnowledgeGraphTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>
    /// Options of the trainer. <see cref="TrainingOptions.BatchSize"/> is the number of triples per step.
    /// <see cref="NetworkTrainerOptions.BadRows"/> is Skip by default: rows without head, relation or tail are left out and counted, and
    /// triples of unknown entities have no prediction.
    /// </summary>
    public sealed class Options : NetworkTrainerOptions
    {
        /// <summary>Options with usual values: 1-to-all ComplEx with N3, Adagrad with learning rate 0.1, 50 epochs.</summary>
        public Options() => (Epochs, BatchSize, LearningRate, Optimizer, BadRows) = (50, 500, 0.1f, new Adagrad(), BadRows.Skip);

        /// <summary>The column of heads.</summary>
        public string HeadColumnName { get; set; } = "Head";

        /// <summary>The column of relations, keys; null where there is one kind.</summary>
        public string? RelationColumnName { get; set; } = "Relation";

        /// <summary>The column of tails.</summary>
        public string TailColumnName { get; set; } = "Tail";

        /// <summary>How vectors become scores; ComplEx by default. Not <see cref="LinkDecoder.Perceptron"/>.</summary>
        public LinkDecoder Decoder { get; set; } = LinkDecoder.ComplEx;

        /// <summary>Numbers of an entity's vector, 200 by default; even where they are complex.</summary>
        public int EmbeddingSize { get; set; } = 200;

        /// <summary>How answers are told from others; by default the softmax over all entities.</summary>
        public RankingLoss Loss { get; set; } = RankingLoss.Softmax;

        /// <summary>Negative samples per question, 32 by default; not for <see cref="RankingLoss.Softmax"/>.</summary>
        public int Negatives { get; set; } = 32;

        /// <summary>How many questions of a batch share their negative samples, 128 by default: the more, the faster.</summary>
        public int NegativeSharing { get; set; } = 128;

        /// <summary>
        /// Whether negative samples are drawn from the entities that are there in triples of the relation, at the same end (Krompaß et al.
        /// 2015). False by default.
        /// </summary>
        public bool TypedNegatives { get; set; }

        /// <summary>Weighs negative samples of <see cref="RankingLoss.Logistic"/> by the softmax of this times their score; 0 for equal
        /// weights, as by default.</summary>
        public float AdversarialTemperature { get; set; }

        /// <summary>
        /// The margin of <see cref="RankingLoss.Margin"/>, and what is added to scores that are negative distances. 6 by default.
        /// </summary>
        public float Margin { get; set; } = 6;

        /// <summary>
        /// λ of N3 (Lacroix et al. 2018): λ times the sum of the cubed absolute values of a triple's three vectors is added to its loss.
        /// 0 by default.
        /// </summary>
        public float N3 { get; set; }

        /// <summary>
        /// Whether heads are asked for by relations of their own, (tail, inverse relation, ?), which take as many vectors again
        /// (Lacroix et al. 2018). True by default.
        /// </summary>
        public bool InverseRelations { get; set; } = true;

        /// <summary>Dropout of the vector that answers are compared with. 0 by default.</summary>
        public float Dropout { get; set; }

        /// <summary>Standard deviation of the first vectors; null, as by default, for what suits the decoder.</summary>
        public float? InitialDeviation { get; set; }

        /// <summary>
        /// A graph network that makes the entities' vectors from learned ones by the triples as edges, in both directions, such as
        /// <see cref="GraphNetwork.Rgcn"/> or <see cref="GraphNetwork.CompGcn"/>. It reads the whole graph in each step: batches should
        /// be large. Null, as by default, for none.
        /// </summary>
        public GraphNetwork? Encoder { get; set; }

        /// <summary>
        /// Entities with features, a row each, such as words of a description or numbers known of them: a linear layer of them is added to
        /// the learned vectors. Entities that no triple has are known by their features alone, without <see cref="Encoder"/>; those that
        /// the view lacks have none. Null by default.
        /// </summary>
        public IDataView? Entities { get; set; }

        /// <summary>The column of ids of <see cref="Entities"/>.</summary>
        public string EntityIdColumnName { get; set; } = "Id";

        /// <summary>The column of features of <see cref="Entities"/>: a vector of Single of known size, dense or sparse.</summary>
        public string FeatureColumnName { get; set; } = "Features";

        internal GraphEdgeColumns Columns(IDataView data) => new(data)
        {
            SourceColumnName = HeadColumnName, TargetColumnName = TailColumnName, RelationColumnName = RelationColumnName,
        };

        internal TripleSettings Settings => new(Decoder, EmbeddingSize, Loss)
        {
            HasInverseRelations = InverseRelations && Decoder.HasRelations(),
            Negatives = Negatives,
            GroupSize = NegativeSharing,
            AreNegativesTyped = TypedNegatives,
            Margin = Margin,
            AdversarialTemperature = AdversarialTemperature,
            Penalty = N3,
            Dropout = Dropout,
            InitialDeviation = InitialDeviation,
            Encoder = Encoder,
        };

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Named(nameof(HeadColumnName), HeadColumnName);
            Named(nameof(TailColumnName), TailColumnName);
            Named(nameof(EntityIdColumnName), EntityIdColumnName);
            Named(nameof(FeatureColumnName), FeatureColumnName);
            NamedOrNull(nameof(RelationColumnName), RelationColumnName);
            Check(nameof(TailColumnName), TailColumnName != HeadColumnName, $"'{TailColumnName}'", "another column than that of heads");
            Defined(nameof(Decoder), Decoder);
            Defined(nameof(Loss), Loss);
            Check(nameof(Decoder), Decoder != LinkDecoder.Perceptron, Decoder, "one that compares an answer with a question");
            AtLeast(nameof(EmbeddingSize), EmbeddingSize, 1);
            Check(nameof(EmbeddingSize), !Decoder.IsComplex() || EmbeddingSize % 2 == 0, EmbeddingSize,
                $"an even number: {Decoder} reads complex numbers");
            AtLeast(nameof(Negatives), Negatives, 1);
            AtLeast(nameof(NegativeSharing), NegativeSharing, 1);
            Share(nameof(Dropout), Dropout);
            foreach (var (name, number) in new[] { (nameof(Margin), Margin), (nameof(N3), N3), (nameof(AdversarialTemperature),
                AdversarialTemperature), (nameof(InitialDeviation), InitialDeviation ?? 0) })
                Check(name, number >= 0 && float.IsFinite(number), number, "a finite number of at least 0");
            Check(nameof(OutputVector), !OutputVector, OutputVector,
                $"false: {nameof(KnowledgeGraphTransformer.EmbedEntities)} gives vectors");
            NoAttention("a triple has none");
        }
    }

    private protected override IEnumerable<string> KeyColumns => _options.RelationColumnName is { } relation ? [relation] : [];

    private protected override TrainingPlan<KnowledgeGraphTransformer> Prepare(IDataView training, IDataView? validation)
    {
        var columns = _options.Columns(training);
        TripleColumns.Require(training.Schema, columns, readsRelation: true);
        TripleTable Read(IDataView data, TripleTable? like) =>
            TripleTable.Read(data, columns, like, isBipartite: false, _options.BadRows, _options.CancellationToken);
        var triples = Read(training, null);
        var held = validation is null ? null : Read(validation, triples);
        return TripleTraining.Plan(triples, held, columns, _options.Settings, Features(triples), _options, Build,
            (model, history) => new KnowledgeGraphTransformer(model, history, _options.BadRows, LogScoring));
    }

    /// <summary>The columns of the triples and those that the trained model adds.</summary>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TripleColumns.Require(inputSchema, _options.Columns(NoRows), readsRelation: true);
        return inputSchema.With(new ScoreColumns(ModelTask.Binary, null, 1).Added);
    }

    private static IDataView NoRows { get; } = new EmptyView(new DataViewSchema.Builder().ToSchema());

    private EntityFeatures? Features(TripleTable triples) => _options.Entities is not { } view ? null
        : EntityFeatures.Of(triples, _options.Encoder is null, _options.CancellationToken,
            (view, new(_options.FeatureColumnName, _options.EntityIdColumnName) { IdOption = nameof(Options.EntityIdColumnName) },
                false));
}
