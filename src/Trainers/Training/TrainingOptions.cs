using System.Globalization;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What every trainer's options have in common: how long, how fast and how safely a network is trained.</summary>
public class TrainingOptions
{
    /// <summary>Passes over the training data, at most.</summary>
    public int Epochs { get; set; } = 20;

    /// <summary>Rows a step.</summary>
    public int BatchSize { get; set; } = 64;

    /// <summary>The rule that turns gradients into new parameters.</summary>
    public Optimizer Optimizer { get; set; } = new Adam();

    /// <summary>The base learning rate.</summary>
    public float LearningRate { get; set; } = 1e-3f;

    /// <summary>
    /// How the learning rate changes: a factor on <see cref="LearningRate"/>. Where neither rows nor batches are known before the
    /// first epoch, the end is taken to be far away while it lasts, and is reckoned from it afterwards.
    /// </summary>
    public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.Constant;

    /// <summary>Gradients are scaled down to this global norm (Pascanu et al. 2013); 0 for never.</summary>
    public float GradientClipNorm { get; set; }

    /// <summary>Share of the training rows that is held out for validation where no validation data is given; 0 for none.</summary>
    public float ValidationFraction { get; set; }

    /// <summary>
    /// Training ends when the monitored metric (of the validation; without one, of the training) has not improved for this many
    /// epochs in a row; 0 for never.
    /// </summary>
    public int EarlyStoppingPatience { get; set; }

    /// <summary>What tells the best epoch: by default the loss.</summary>
    public MonitoredMetric MonitoredMetric { get; set; } = MonitoredMetric.Loss;

    /// <summary>An epoch is better than the best so far if the monitored metric improves by more than this.</summary>
    public double MinimumDelta { get; set; }

    /// <summary>Whether the weights of the best epoch are kept rather than the last ones; needs validation data.</summary>
    public bool RestoreBestWeights { get; set; } = true;

    /// <summary>
    /// Decides initial weights, the order of rows and dropout: on one machine and number of threads a run repeats itself
    /// exactly.
    /// </summary>
    public int Seed { get; set; }

    /// <summary>Where training runs.</summary>
    public ExecutionTarget Target { get; set; } = ExecutionTarget.Cpu();

    /// <summary>
    /// Ends training before its next step, with a <see cref="TrainingCanceledException"/> that holds the model so far.
    /// <see cref="StopToken"/> ends it without exception.
    /// </summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>
    /// Ends training before its next step as if the epochs done were all that there are: the model with the weights reached (of the best
    /// epoch, where best weights are restored) is what the trainer gives, so that a pipeline goes on with it.
    /// </summary>
    public CancellationToken StopToken { get; set; }

    /// <summary>
    /// Folder for files from which training can go on after an interruption; null for none. The last two are kept. Not for use by
    /// two runs at a time.
    /// </summary>
    public string? CheckpointFolder { get; set; }

    /// <summary>A checkpoint is written after every so many epochs, and at the end.</summary>
    public int CheckpointEvery { get; set; } = 1;

    /// <summary>
    /// Whether to go on from the newest checkpoint in <see cref="CheckpointFolder"/>, to the same weights as a run without
    /// interruption; without one training starts afresh. <see cref="Epochs"/> may be more than before. With other rows or other options
    /// than those that the run began with it is an error that names them.
    /// </summary>
    public bool Resume { get; set; }

    /// <summary>Called after every epoch.</summary>
    public Action<EpochRecord>? OnEpoch { get; set; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public virtual void Validate()
    {
        AtLeast(nameof(Epochs), Epochs, 1);
        // more is a slip: no batch of so many rows fits into memory
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
        AtLeast(nameof(CheckpointEvery), CheckpointEvery, 1);
        Check(nameof(CheckpointFolder), CheckpointFolder is null || CheckpointFolder.Trim().Length > 0, "an empty name",
            "a folder, or null for no checkpoints");
        Check(nameof(Resume), !Resume || CheckpointFolder is not null, Resume, $"false where {nameof(CheckpointFolder)} is null");
    }

    /// <summary>Fails with an error that names the option, its value and what was expected.</summary>
    /// <exception cref="ArgumentException">The option doesn't hold.</exception>
    protected internal static void Check(string option, bool holds, object? found, string expected)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant($"{option} is {found ?? "null"}; expected {expected}."), option);
    }

    /// <summary>Checks a number that has a lower bound.</summary>
    /// <exception cref="ArgumentException">It is below.</exception>
    protected static void AtLeast(string option, int found, int minimum) => Check(option, found >= minimum, found, $"at least {minimum}");

    /// <summary>Checks that an option is there.</summary>
    /// <exception cref="ArgumentException">It is null.</exception>
    protected static void NotNull(string option, object? found) => Check(option, found is not null, found, "a value");

    /// <summary>Checks the name of a column.</summary>
    /// <exception cref="ArgumentException">It is null or empty.</exception>
    protected static void Named(string option, string? column) =>
        Check(option, !string.IsNullOrEmpty(column), $"'{column}'", "the name of a column");

    /// <summary>Checks the name of a column that needn't be there.</summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    protected static void NamedOrNull(string option, string? column) =>
        Check(option, column is not "", $"'{column}'", "the name of a column, or null");

    /// <summary>Checks an option that is one of a few values.</summary>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    protected static void Defined<T>(string option, T found) where T : struct, Enum =>
        Check(option, Enum.IsDefined(found), found, string.Join(", ", Enum.GetNames<T>()));

    /// <summary>Checks a share of something, such as the rate of dropout.</summary>
    /// <exception cref="ArgumentException">It is below 0, or 1 and above.</exception>
    protected static void Share(string option, float found) => Check(option, found is >= 0 and < 1, found, "at least 0 and below 1");

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
