using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Learns a vector for each user and item from which items users have (implicit feedback), or how they rate them (explicit feedback):
/// matrix factorization, or LightGCN (He et al. 2020) and other graph networks over learned vectors.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A pair per row: user and item (text, keys or whole numbers), perhaps with a rating,
/// Single.</description></item>
/// <item><term>Label</term><description>None: other items are negative samples, never users; or the rating.</description></item>
/// <item><term>Output</term><description>For pairs: <c>Score</c>, higher for what suits the user better, with <c>PredictedLabel</c> and
/// <c>Probability</c>, its sigmoid; NaN for an unknown user or item, unless bad rows are errors. With ratings <c>Score</c> alone, the
/// rating: an unknown user or item then counts as an average one.</description></item>
/// <item><term>Loss</term><description><see cref="Options.Loss"/>; with ratings the mean squared error.</description></item>
/// <item><term>Caching needed</term><description>No: pairs are read once and kept.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified; the model takes <c>source</c> and <c>target</c>, numbers of users
/// and items from 1. Another one gives the best items: <see cref="RecommendationTransformer.ExportBestItems"/>.</description></item>
/// </list>
/// </remarks>
public sealed class RecommendationTrainer : NetworkTrainer<RecommendationTransformer>, IEstimator<RecommendationTransformer>
{
    private readonly Options _options;

    internal RecommendationTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>
    /// Options of the trainer. <see cref="TrainingOptions.BatchSize"/> is the number of pairs per step.
    /// <see cref="NetworkTrainerOptions.BadRows"/> is Skip by default: rows without user, item or rating are left out and counted.
    /// </summary>
    public sealed class Options : NetworkTrainerOptions
    {
        /// <summary>Options with usual values: 50 epochs, batches of 500 pairs, learning rate 0.01.</summary>
        public Options() => (Epochs, BatchSize, LearningRate, BadRows) = (50, 500, 0.01f, BadRows.Skip);

        /// <summary>The column of users.</summary>
        public string UserColumnName { get; set; } = "User";

        /// <summary>The column of items.</summary>
        public string ItemColumnName { get; set; } = "Item";

        /// <summary>The column of ratings, Single; null, as by default, where rows only say that the user has the item.</summary>
        public string? RatingColumnName { get; set; }

        /// <summary>Numbers of a vector, 64 by default.</summary>
        public int EmbeddingSize { get; set; } = 64;

        /// <summary>
        /// How items of a user are told from others; by default Softmax, that over all items. Of no effect with ratings.
        /// </summary>
        public RankingLoss Loss { get; set; } = RankingLoss.Softmax;

        /// <summary>Negative samples per pair, 32 by default; not for <see cref="RankingLoss.Softmax"/>.</summary>
        public int Negatives { get; set; } = 32;

        /// <summary>How many pairs of a batch share their negative samples, 16 by default.</summary>
        public int NegativeSharing { get; set; } = 16;

        /// <summary>
        /// Times the squares of a pair's vectors, and of the numbers added to scores, in its loss. 0 by default.
        /// </summary>
        public float Regularization { get; set; }

        /// <summary>Dropout of users' vectors before they are compared with items. 0 by default.</summary>
        public float Dropout { get; set; }

        /// <summary>Standard deviation of the first vectors, 0.1 by default.</summary>
        public float InitialDeviation { get; set; } = 0.1f;

        /// <summary>The margin of <see cref="RankingLoss.Margin"/>, 1 by default.</summary>
        public float Margin { get; set; } = 1;

        /// <summary>
        /// A graph network that makes the vectors from learned ones by the pairs as edges in both directions, such as
        /// <see cref="GraphNetwork.LightGcn"/>. It reads the whole graph in each step: batches should be large. Null, as by default, for
        /// none: matrix factorization.
        /// </summary>
        public GraphNetwork? Network { get; set; }

        /// <summary>
        /// How many of the items that a user had last are added to the user's vector, by further vectors of items and weights that depend
        /// on how long ago each was, all learned (He and McAuley 2016): what a user wants next. Rows must then be in the order of time.
        /// 0, as by default, for none.
        /// </summary>
        public int RecentItems { get; set; }

        /// <summary>
        /// Items with features, a row each, such as a year and kinds: what is learned of each feature, a vector and a number, is added to
        /// what is learned of the item (Kula 2015), so that little is needed to know an item by. Items that no pair has are known by their
        /// features alone, without <see cref="Network"/>. Columns are brought to one size as node features are; items that the view lacks
        /// have none. Null by default.
        /// </summary>
        public IDataView? Items { get; set; }

        /// <summary>Users with features, like <see cref="Items"/>. Null by default.</summary>
        public IDataView? Users { get; set; }

        /// <summary>
        /// The column of features of <see cref="Items"/> and <see cref="Users"/>, whose ids are in <see cref="ItemColumnName"/> and
        /// <see cref="UserColumnName"/>: a vector of Single of known size, dense or sparse.
        /// </summary>
        public string FeatureColumnName { get; set; } = "Features";

        internal GraphEdgeColumns Columns(IDataView data) => new(data)
        {
            SourceColumnName = UserColumnName, TargetColumnName = ItemColumnName, WeightColumnName = RatingColumnName,
        };

        internal TripleSettings Settings => new(LinkDecoder.DotProduct, EmbeddingSize, RatingColumnName is null ? Loss : null)
        {
            AsksForHeads = false,
            HasBiases = true,
            Negatives = Negatives,
            GroupSize = NegativeSharing,
            Margin = Margin,
            Penalty = Regularization,
            PenaltyPower = 2,
            Dropout = Dropout,
            InitialDeviation = InitialDeviation,
            Encoder = Network,
            RecentTails = RecentItems,
        };

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Named(nameof(UserColumnName), UserColumnName);
            Named(nameof(ItemColumnName), ItemColumnName);
            NamedOrNull(nameof(RatingColumnName), RatingColumnName);
            Named(nameof(FeatureColumnName), FeatureColumnName);
            Check(nameof(ItemColumnName), ItemColumnName != UserColumnName, $"'{ItemColumnName}'", "another column than that of users");
            Defined(nameof(Loss), Loss);
            AtLeast(nameof(EmbeddingSize), EmbeddingSize, 1);
            AtLeast(nameof(Negatives), Negatives, 1);
            AtLeast(nameof(NegativeSharing), NegativeSharing, 1);
            AtLeast(nameof(RecentItems), RecentItems, 0);
            Share(nameof(Dropout), Dropout);
            foreach (var (name, number) in new[] { (nameof(Regularization), Regularization), (nameof(InitialDeviation), InitialDeviation),
                (nameof(Margin), Margin) })
                Check(name, number >= 0 && float.IsFinite(number), number, "a finite number of at least 0");
            Check(nameof(OutputVector), !OutputVector, OutputVector,
                $"false: {nameof(RecommendationTransformer.EmbedItems)} gives vectors");
            NoAttention("a pair has none");
        }
    }

    private static IDataView NoRows { get; } = new EmptyView(new DataViewSchema.Builder().ToSchema());

    private protected override IEnumerable<string> KeyColumns => [];

    private protected override TrainingPlan<RecommendationTransformer> Prepare(IDataView training, IDataView? validation)
    {
        var columns = _options.Columns(training);
        TripleColumns.Require(training.Schema, columns, readsRelation: false, readsValue: true);
        TripleTable Read(IDataView data, TripleTable? like) =>
            TripleTable.Read(data, columns, like, isBipartite: true, _options.BadRows, _options.CancellationToken);
        var pairs = Read(training, null);
        var held = validation is null ? null : Read(validation, pairs);
        return TripleTraining.Plan(pairs, held, columns, _options.Settings, Features(pairs), _options, Build,
            (model, history) => new RecommendationTransformer(model, history, _options.BadRows, LogScoring));
    }

    private EntityFeatures? Features(TripleTable pairs)
    {
        List<(IDataView, NodeColumns, bool)> tables = [];
        void Add(IDataView? view, string id, string option, bool areItems)
        {
            if (view is not null)
                tables.Add((view, new(_options.FeatureColumnName, id) { IdOption = option }, areItems));
        }
        Add(_options.Users, _options.UserColumnName, nameof(Options.UserColumnName), areItems: false);
        Add(_options.Items, _options.ItemColumnName, nameof(Options.ItemColumnName), areItems: true);
        return tables.Count == 0 ? null
            : EntityFeatures.Of(pairs, _options.Network is null, _options.CancellationToken, [.. tables]);
    }

    /// <summary>The columns of the pairs and those that the trained model adds.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TripleColumns.Require(inputSchema, _options.Columns(NoRows), readsRelation: false, readsValue: true);
        var task = _options.RatingColumnName is null ? ModelTask.Binary : ModelTask.Regression;
        return inputSchema.With(new ScoreColumns(task, null, 1).Added);
    }
}
