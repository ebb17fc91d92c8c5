using System.Globalization;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Options of all trainers: how long, how fast and how safely a network is trained.</summary>
public class TrainingOptions
{
    /// <summary>The most passes over the training data. 20 by default; 100 for graphs, 200 for nodes and links, 5 for
    /// embeddings, 50 for triples.</summary>
    public int Epochs { get; set; } = 20;

    /// <summary>
    /// Rows per step. 64 by default; 32 for graphs and for series that are drawn, 1,024 pairs for embeddings, 500 triples.
    /// </summary>
    public int BatchSize { get; set; } = 64;

    /// <summary>The rule that turns gradients into new parameters; Adam by default.</summary>
    public Optimizer Optimizer { get; set; } = new Adam();

    /// <summary>The base learning rate, 0.001 by default; 0.01 for nodes and links, 0.1 for triples, 0.003 for series
    /// that are drawn.</summary>
    public float LearningRate { get; set; } = 1e-3f;

    /// <summary>
    /// How the learning rate changes, as a factor on <see cref="LearningRate"/>; constant by default. Where the number of rows or batches
    /// isn't known before the first epoch, a schedule treats the end as far away during that epoch, and computes it from then on.
    /// </summary>
    public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.Constant;

    /// <summary>Gradients are scaled down to this global norm (Pascanu et al. 2013); 0, the default, for never. 1 for series that
    /// are drawn.</summary>
    public float GradientClipNorm { get; set; }

    /// <summary>
    /// Whether steps take less memory and more time (gradient checkpointing, Chen et al. 2016): of the forward pass only what passes
    /// between blocks is kept, and each block is computed again when its gradients are. Losses stay the same. False by default.
    /// </summary>
    public bool RecomputeActivations { get; set; }

    /// <summary>
    /// Share of the training rows that is held out for validation where no validation data is given; 0, the default, for none.
    /// </summary>
    public float ValidationFraction { get; set; }

    /// <summary>
    /// Training ends when the monitored metric (of the validation rows; without them, of the training rows) has not improved for this
    /// many epochs in a row; 0, the default, for never.
    /// </summary>
    public int EarlyStoppingPatience { get; set; }

    /// <summary>The metric that decides which epoch is best: by default the loss.</summary>
    public MonitoredMetric MonitoredMetric { get; set; } = MonitoredMetric.Loss;

    /// <summary>An epoch is better than the best so far if the monitored metric improves by more than this. 0 by default.</summary>
    public double MinimumDelta { get; set; }

    /// <summary>Whether the weights of the best epoch are kept rather than the last ones; needs validation data. True by default.</summary>
    public bool RestoreBestWeights { get; set; } = true;

    /// <summary>
    /// Decides initial weights, the order of rows and dropout: on one machine with the same number of threads, a run repeats
    /// exactly.
    /// </summary>
    public int Seed { get; set; }

    /// <summary>Where training runs; by default on the CPU, inside of a <see cref="TrainingWatch"/> where that says.</summary>
    public ExecutionTarget Target { get; set; } = TrainingWatch.Current?.Target ?? ExecutionTarget.Cpu();

    /// <summary>
    /// Ends training before its next step, with a <see cref="TrainingCanceledException"/> that holds the model so far.
    /// <see cref="StopToken"/> ends it without exception.
    /// </summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>
    /// Ends training before its next step as if the finished epochs were all: the trainer returns the model with the weights reached (of
    /// the best epoch, where best weights are restored), so that fitting a pipeline continues.
    /// </summary>
    public CancellationToken StopToken { get; set; }

    /// <summary>
    /// Connects the processes that train this network together, each on its share of every batch; null, the default, for a single one.
    /// <see cref="BatchSize"/> is that of all together. All have the same rows and options, and end with the same weights.
    /// </summary>
    public ICommunicator? Communicator { get; set; }

    /// <summary>
    /// Folder for checkpoints, from which training can continue after an interruption; null, the default, for none. The last two are
    /// kept. Two runs must not share a folder.
    /// </summary>
    public string? CheckpointFolder { get; set; }

    /// <summary>A checkpoint is written every this many epochs (1 by default), and at the end.</summary>
    public int CheckpointEvery { get; set; } = 1;

    /// <summary>
    /// Whether to continue from the newest checkpoint in <see cref="CheckpointFolder"/>, to the same weights as a run without
    /// interruption; if there is none, training starts from the beginning. <see cref="Epochs"/> may be more than before. Rows or options
    /// that differ from those that the run began with are an error that names them.
    /// </summary>
    public bool Resume { get; set; }

    /// <summary>Called after every epoch.</summary>
    public Action<EpochRecord>? OnEpoch { get; set; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public virtual void Validate()
    {
        AtLeast(nameof(Epochs), Epochs, 1);
        // more is a mistake: no batch of that size fits into memory
        Check(nameof(BatchSize), BatchSize is >= 1 and <= SequenceBatchOptions.MostBatchSize, BatchSize,
            $"1 to {SequenceBatchOptions.MostBatchSize}");
        NotNull(nameof(Optimizer), Optimizer);
        Check(nameof(LearningRate), LearningRate > 0 && float.IsFinite(LearningRate), LearningRate, "a finite number above 0");
        NotNull(nameof(Schedule), Schedule);
        Check(nameof(GradientClipNorm), GradientClipNorm >= 0 && float.IsFinite(GradientClipNorm), GradientClipNorm,
            "a finite number of at least 0 (0 for no clipping)");
        Share(nameof(ValidationFraction), ValidationFraction);
        AtLeast(nameof(EarlyStoppingPatience), EarlyStoppingPatience, 0);
        NotNull(nameof(MonitoredMetric), MonitoredMetric);
        Check(nameof(MinimumDelta), MinimumDelta >= 0 && double.IsFinite(MinimumDelta), MinimumDelta, "a finite number of at least 0");
        NotNull(nameof(Target), Target);
        if (Communicator is { } ranks)
        {
            Check($"{nameof(Communicator)}.{nameof(ranks.Count)}", ranks.Count >= 1, ranks.Count, "at least 1");
            Check($"{nameof(Communicator)}.{nameof(ranks.Rank)}", ranks.Rank >= 0 && ranks.Rank < ranks.Count, ranks.Rank,
                $"0 to {ranks.Count - 1}");
        }
        AtLeast(nameof(CheckpointEvery), CheckpointEvery, 1);
        Check(nameof(CheckpointFolder), CheckpointFolder is null || CheckpointFolder.Trim().Length > 0, "an empty name",
            "a folder, or null for no checkpoints");
        Check(nameof(Resume), !Resume || CheckpointFolder is not null, Resume, $"false where {nameof(CheckpointFolder)} is null");
    }

    /// <summary>Fails with an error that names the option, its value and what was expected.</summary>
    /// <exception cref="ArgumentException">The condition doesn't hold.</exception>
    protected internal static void Check(string option, bool holds, object? found, string expected)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant($"{option} is {found ?? "null"}; expected {expected}."), option);
    }

    /// <summary>Checks a number that has a lower bound.</summary>
    /// <exception cref="ArgumentException">It is below.</exception>
    protected internal static void AtLeast(string option, int found, int minimum) =>
        Check(option, found >= minimum, found, $"at least {minimum}");

    /// <summary>Checks that an option is set.</summary>
    /// <exception cref="ArgumentException">It is null.</exception>
    protected static void NotNull(string option, object? found) => Check(option, found is not null, found, "a value");

    /// <summary>Checks the name of a column.</summary>
    /// <exception cref="ArgumentException">It is null or empty.</exception>
    protected static void Named(string option, string? column) =>
        Check(option, !string.IsNullOrEmpty(column), $"'{column}'", "the name of a column");

    /// <summary>Checks the name of an optional column.</summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    protected static void NamedOrNull(string option, string? column) =>
        Check(option, column is not "", $"'{column}'", "the name of a column, or null");

    /// <summary>Checks an option that is one of a few values.</summary>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    protected internal static void Defined<T>(string option, T found) where T : struct, Enum =>
        Check(option, Enum.IsDefined(found), found, string.Join(", ", Enum.GetNames<T>()));

    /// <summary>Checks a share of something, such as the rate of dropout.</summary>
    /// <exception cref="ArgumentException">It is below 0, or at least 1.</exception>
    protected internal static void Share(string option, float found) =>
        Check(option, found is >= 0 and < 1, found, "at least 0 and below 1");

    /// <summary>This rank's share of each batch.</summary>
    internal Shard Shard => Communicator is { } ranks ? new(ranks.Rank, ranks.Count) : default;

    /// <summary>The learning rate of a step, the steps before it counted.</summary>
    /// <exception cref="ArgumentException">The schedule makes it negative, infinite or no number.</exception>
    internal float RateAt(long step, long totalSteps)
    {
        var rate = LearningRate * Schedule.At(step, totalSteps);
        return rate >= 0 && float.IsFinite(rate)
            ? rate
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{nameof(Schedule)} ({Schedule}) makes the learning rate {rate} at step {step}; expected a finite number of at least 0."));
    }
}
