using Microsoft.ML.Runtime;

namespace MLSeqGraph.Experiments;

/// <content>How an experiment searches, and for how long.</content>
public sealed partial class Experiment
{
    // What a timer can wait, in seconds.
    private const long LongestTime = 4_000_000;

    internal Tuner Tuner { get; private set; } = new TpeTuner();

    internal Pruner? Pruner { get; private set; }

    internal IMonitor? Monitor { get; private set; }

    internal int Seed { get; private set; }

    internal TimeSpan? Time { get; private set; }

    internal int? MostTrials { get; private set; }

    internal long? MostEpochs { get; private set; }

    internal int Parallel { get; private set; } = 1;

    internal int Threads { get; private set; }

    internal double? MostMegabytes { get; private set; }

    internal string Database { get; private set; } = ":memory:";

    internal string StudyName { get; private set; } = "experiment";

    internal bool TriesDefaults { get; private set; } = true;

    internal (string Database, string Name)? Earlier { get; private set; }

    internal bool Refits { get; private set; } = true;

    internal IReadOnlyList<IReadOnlyDictionary<string, object>> First { get; private set; } = [];

    /// <summary>How long a database that is busy or away is waited for.</summary>
    internal TimeSpan? Patience { get; set; }

    internal bool KeepsCheckpoints { get; private set; } = true;

    internal string? CheckpointFolder { get; private set; }

    /// <summary>How often a run says that it is alive.</summary>
    internal TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The most trials of the study: those asked for, or as many as there are different ones.</summary>
    internal int TrialsAtMost => MostTrials ?? (Space.Count < int.MaxValue ? (int)Space.Count : int.MaxValue);

    /// <summary>Sets what proposes trials; tree-structured Parzen estimators by default.</summary>
    /// <exception cref="ArgumentException">An option of it is out of its range.</exception>
    public Experiment SetTuner(Tuner tuner)
    {
        ArgumentNullException.ThrowIfNull(tuner);
        tuner.Validate();
        return Set(() => Tuner = tuner);
    }

    /// <summary>Sets what ends trials early; nothing by default.</summary>
    /// <exception cref="ArgumentException">An option of it is out of its range.</exception>
    public Experiment SetPruner(Pruner? pruner)
    {
        pruner?.Validate();
        return Set(() => Pruner = pruner);
    }

    /// <summary>Sets who is told of trials and epochs.</summary>
    public Experiment SetMonitor(IMonitor monitor) => Set(() => Monitor = monitor);

    /// <summary>Sets the seed that decides what is tried and how rows are split; 0 by default.</summary>
    public Experiment SetSeed(int seed) => Set(() => Seed = seed);

    /// <summary>Sets the most seconds of the search; more than a month is for as long as it takes.</summary>
    public Experiment SetTrainingTimeInSeconds(uint trainingTimeInSeconds) =>
        Set(() => Time = TimeSpan.FromSeconds(Math.Min(LongestTime,
            AtLeastOne(trainingTimeInSeconds, nameof(trainingTimeInSeconds)))));

    /// <summary>Sets the most trials of the study, those of earlier runs counted.</summary>
    public Experiment SetMaxModelToExplore(int maxModel) => Set(() => MostTrials = (int)AtLeastOne(maxModel, nameof(maxModel)));

    /// <summary>Sets the most epochs of all trials of this run together.</summary>
    public Experiment SetMaxEpochs(long epochs) => Set(() => MostEpochs = AtLeastOne(epochs, nameof(epochs)));

    /// <summary>Sets the whole budget: what is null has no limit.</summary>
    internal Experiment SetBudget(int? trials, uint? seconds, long? epochs)
    {
        (MostTrials, Time, MostEpochs) = (null, null, null);
        if (trials is { } most)
            SetMaxModelToExplore(most);
        if (seconds is { } time)
            SetTrainingTimeInSeconds(time);
        return epochs is { } passes ? SetMaxEpochs(passes) : this;
    }

    /// <summary>Sets the number of trials at a time; 1 by default.</summary>
    public Experiment SetParallelTrials(int trials) => Set(() => Parallel = (int)AtLeastOne(trials, nameof(trials)));

    /// <summary>Sets the threads of a trial; by default the cores are shared evenly between the trials at a time.</summary>
    public Experiment SetThreadsPerTrial(int threads) => Set(() => Threads = (int)AtLeastOne(threads, nameof(threads)));

    /// <summary>Sets the most memory of the process. Beyond, the youngest trial fails with that reason.</summary>
    public Experiment SetMaximumMemoryUsageInMegaByte(double value) =>
        Set(() => MostMegabytes = AtLeastOne((long)value, nameof(value)));

    /// <summary>Stores the study in a database, so that it can be killed at any time, gone on with and shared by processes.</summary>
    /// <param name="database">A SQLite file, or a connection string of PostgreSQL (<c>Host=…;Database=…;Username=…</c>).</param>
    /// <param name="name">The name of the study: one that exists is gone on with.</param>
    public Experiment SetStudy(string database, string name = "experiment")
    {
        ArgumentException.ThrowIfNullOrEmpty(database);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Set(() => (Database, StudyName) = (database, name));
    }

    /// <summary>
    /// Sets where networks in training keep their last epochs, so that a trial whose process was killed is gone on with and not begun
    /// again, by whoever takes it over, to the same weights. A study that lasts keeps them by default: beside its SQLite file, or in the
    /// PostgreSQL database. They are deleted when the trial ends.
    /// </summary>
    /// <param name="keeps">False for none: a trial that is taken over begins anew.</param>
    /// <param name="folder">A folder that all processes of the study can read, instead; null for where the study is.</param>
    /// <remarks>A trial function keeps its own in <see cref="Trial.CheckpointFolder"/>. Trainers of ML.NET begin anew.</remarks>
    /// <exception cref="ArgumentException">The folder is a file.</exception>
    public Experiment SetCheckpoints(bool keeps = true, string? folder = null)
    {
        if (folder is not null && (File.Exists(folder) || folder.Trim().Length == 0))
            throw new ArgumentException($"'{folder}' is {(folder.Trim().Length == 0 ? "an empty name" : "a file")}; expected a folder for "
                + "checkpoints.", nameof(folder));
        return Set(() => (KeepsCheckpoints, CheckpointFolder) = (keeps, folder));
    }

    /// <summary>Sets whether the first trial is that of the defaults; true by default.</summary>
    public Experiment SetTryDefaults(bool triesDefaults) => Set(() => TriesDefaults = triesDefaults);

    /// <summary>Sets values that are tried first, in this order, instead of the defaults.</summary>
    /// <param name="trials">For each trial the values of the dimensions that matter, by name.</param>
    /// <exception cref="ArgumentException">Values aren't of the search space, which is set before.</exception>
    public Experiment SetFirstTrials(IEnumerable<IReadOnlyDictionary<string, object>> trials)
    {
        IReadOnlyDictionary<string, object>[] first = [.. trials];
        foreach (var values in first)
            if (Space.MappingToFeatureSpace(values) is null)
                throw new ArgumentException($"'{TrialParameters.Text(values)}' isn't of the search space:\n{Space}", nameof(trials));
        return Set(() => First = first);
    }

    /// <summary>Sets space, pipeline, metric, pruner and first trials to those of a portfolio; each can be set anew afterwards.</summary>
    /// <remarks>Classes by accuracy, numbers by the root of the mean squared error.</remarks>
    public Experiment SetPortfolio(Portfolio portfolio)
    {
        ArgumentNullException.ThrowIfNull(portfolio);
        SetSearchSpace(portfolio.Space).SetPipeline(portfolio.Preparation(ML), portfolio.Trainer).SetFirstTrials(portfolio.Defaults)
            .SetPruner(portfolio.Preset == PortfolioPreset.Quick ? null : new SuccessiveHalvingPruner { MinimumEpochs = 3 });
        return portfolio.Task == PortfolioTask.Classification
            ? SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, portfolio.LabelColumnName)
            : SetRegressionMetric(RegressionMetric.RootMeanSquaredError, portfolio.LabelColumnName);
    }

    /// <summary>
    /// Begins with the best three trials of an earlier study of the same metric, and lets the tuner know all of its trials whose values are
    /// of this space.
    /// </summary>
    /// <param name="database">Where the earlier study is.</param>
    /// <param name="name">Its name.</param>
    public Experiment SetWarmStart(string database, string name) => Set(() => Earlier = (database, name));

    /// <summary>
    /// Sets whether the result's model is trained on all rows with the best values, for as many epochs as were best; otherwise it
    /// is trained on the training rows of the first fold. True by default.
    /// </summary>
    public Experiment SetRefit(bool refits) => Set(() => Refits = refits);

    /// <summary>Runs the experiment.</summary>
    /// <param name="ct">Ends it: the result is the best so far.</param>
    /// <exception cref="ArgumentException">A setting is missing, or the space is empty; the message says which.</exception>
    /// <exception cref="StudyException">The study can't be gone on with, or its database can't be used.</exception>
    /// <exception cref="ExperimentException">No trial was completed: the message says why they failed.</exception>
    /// <exception cref="OperationCanceledException">It was canceled before any trial was completed.</exception>
    public ExperimentResult Run(CancellationToken ct = default)
    {
        Validate();
        using var channel = ((IHostEnvironment)ML).Register("Experiment").Start("Experiment");
        using var waits = new DatabaseWatch(line => channel.Warning(MessageSensitivity.None, "{0}", line), ct).Begin();
        using var run = new ExperimentRun(this, ct);
        return run.Run();
    }

    /// <inheritdoc cref="Run(CancellationToken)"/>
    public Task<ExperimentResult> RunAsync(CancellationToken ct = default) => Task.Run(() => Run(ct), CancellationToken.None);

    /// <summary>Begins the study, or goes on with it.</summary>
    internal Study AttachStudy()
    {
        var study = Study.Attach(Database, StudyName, Space, Metric!.Name, Metric.IsMaximize, Seed);
        if (Patience is { } patience)
            study.Patience = patience;
        return study;
    }

    /// <summary>What the study came to so far, without running anything.</summary>
    internal ExperimentResult Collect(CancellationToken cancel)
    {
        Validate();
        using var run = new ExperimentRun(this, cancel);
        return run.Result();
    }

    /// <exception cref="ArgumentException">A setting is missing; the message says which.</exception>
    internal void Validate()
    {
        Space.MustNotBeEmpty();
        if (Function is null && Pipeline is null)
            throw new ArgumentException($"The experiment has nothing to try; expected {nameof(SetPipeline)} or "
                + $"{nameof(SetTrialFunction)}.");
        if (Pipeline is not null && Data is null)
            throw new ArgumentException($"The experiment has no rows; expected {nameof(SetDataset)}.");
        if (Metric is null || (Pipeline is not null && Metric.Evaluate is null))
            throw new ArgumentException($"The experiment has no metric; expected {nameof(SetMulticlassClassificationMetric)} or another.");
        if (Tuner is PopulationBasedTuner population)
            population.MustFit(Space);
        if (Time is null && MostTrials is null && MostEpochs is null)
            throw new ArgumentException($"The experiment has no end; expected {nameof(SetTrainingTimeInSeconds)}, "
                + $"{nameof(SetMaxModelToExplore)} or {nameof(SetMaxEpochs)}.");
    }

    /// <summary>Checks an option of a tuner or pruner.</summary>
    internal static void Check(string option, double found, double least)
    {
        if (!(found >= least))
            throw new ArgumentException(FormattableString.Invariant($"{option} is {found}; expected at least {least}."), option);
    }

    private static long AtLeastOne(long value, string name) => value >= 1 ? value
        : throw new ArgumentOutOfRangeException(name, value, "Expected at least 1.");
}
