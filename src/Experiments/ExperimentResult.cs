using Microsoft.ML;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments;

/// <summary>What an experiment came to.</summary>
public sealed class ExperimentResult
{
    private readonly Experiment _experiment;
    private readonly TrialFit? _fit;
    private readonly int _threads;
    private readonly CancellationToken _cancel;
    private readonly IReadOnlyDictionary<int, IReadOnlyList<EpochRecord>> _epochs;
    private readonly Lazy<ITransformer> _model;

    private ExperimentResult(Experiment experiment, Study study, TrialFit? fit, int threads, IReadOnlyList<TrialResult> trials,
        IReadOnlyDictionary<int, IReadOnlyList<EpochRecord>> epochs, CancellationToken cancel)
    {
        (_experiment, _fit, _threads, _epochs, _cancel) = (experiment, fit, threads, epochs, cancel);
        Trials = trials;
        Leaderboard = [.. trials.Where(trial => trial.State == TrialState.Completed).OrderBy(trial => study.Loss(trial.Metric!.Value))];
        Metric = study.Metric;
        IsMaximize = study.IsMaximize;
        _model = new(() => Fit(BestTrial, experiment.Refits));
    }

    /// <summary>The trial with the best metric; of equally good ones the first.</summary>
    public TrialResult BestTrial => Leaderboard[0];

    /// <summary>All trials of the study, in the order of their numbers.</summary>
    public IReadOnlyList<TrialResult> Trials { get; }

    /// <summary>The completed trials, the best first.</summary>
    public IReadOnlyList<TrialResult> Leaderboard { get; }

    /// <summary>The name of the metric.</summary>
    public string Metric { get; }

    /// <summary>Whether more of it is better.</summary>
    public bool IsMaximize { get; }

    /// <summary>Whether the experiment was canceled: the result is the best so far.</summary>
    public bool IsCanceled => _cancel.IsCancellationRequested;

    /// <summary>
    /// The model of the best trial, trained when first asked for: on all rows unless <see cref="Experiment.SetRefit"/> says otherwise. It
    /// takes the rows that the experiment was given.
    /// </summary>
    /// <exception cref="InvalidOperationException">The experiment tried a function, which has no model.</exception>
    public ITransformer Model => _model.Value;

    /// <summary>The epochs of a trial's network, as a report draws them (<see cref="TrainingReport"/>); of folds those of the last. None of
    /// trials of other runs, and of trainers of ML.NET.</summary>
    public IReadOnlyList<EpochRecord> EpochsOf(TrialResult trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return _epochs.GetValueOrDefault(trial.TrialId) ?? [];
    }

    /// <summary>Trains the values of a trial.</summary>
    /// <param name="trial">One of <see cref="Trials"/>.</param>
    /// <param name="onAllRows">Whether on all rows, for as many epochs as were best; otherwise on the training rows of the first
    /// fold.</param>
    /// <exception cref="InvalidOperationException">The experiment tried a function, which has no model.</exception>
    public ITransformer Fit(TrialResult trial, bool onAllRows = true)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return (_fit ?? throw new InvalidOperationException("The experiment tried a function, not a pipeline: there is no model."))
            .Fit(Lineage(trial), onAllRows, _threads, CancellationToken.None);
    }

    // The trials that a trial went on from, the first at the beginning, and itself.
    private List<TrialResult> Lineage(TrialResult trial)
    {
        List<TrialResult> all = [trial];
        while (all[0].ParentTrialId is { } parent)
            all.Insert(0, Trials[parent]);
        return all;
    }

    /// <summary>Trains the best trials on all rows, and averages their scores.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer trials were completed.</exception>
    public EnsembleTransformer Ensemble(int count) => count >= 1 && count <= Leaderboard.Count
        ? new([.. Leaderboard.Take(count).Select(trial => Fit(trial))])
        : throw new ArgumentOutOfRangeException(nameof(count), count,
            $"{Leaderboard.Count} trials were completed; expected from 1 to that.");

    /// <summary>
    /// Trains the best trials on all rows and makes one model of them, whose scores are the mean of theirs: it is saved, loaded and
    /// exported as one ONNX file, as any other (<see cref="Transforms.ModelEnsemble"/>).
    /// </summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer trials were completed.</exception>
    /// <exception cref="InvalidOperationException">The experiment tried a function, or preparation and trainer aren't given
    /// apart.</exception>
    /// <exception cref="ArgumentException">A trial isn't of a network of sequences, or predicts something else than the others: the
    /// message names it. <see cref="Ensemble"/> averages those, too.</exception>
    public ITransformer EnsembleModel(int count)
    {
        if (count < 1 || count > Leaderboard.Count)
            throw new ArgumentOutOfRangeException(nameof(count), count,
                $"{Leaderboard.Count} trials were completed; expected from 1 to that.");
        return EnsembleModel(Leaderboard.Take(count));
    }

    /// <summary>Trains some trials on all rows and makes one model of them.</summary>
    /// <param name="trials">Some of <see cref="Leaderboard"/>.</param>
    /// <inheritdoc cref="EnsembleModel(int)"/>
    public ITransformer EnsembleModel(IEnumerable<TrialResult> trials) =>
        (_fit ?? throw new InvalidOperationException("The experiment tried a function, not a pipeline: there is no model."))
            .Average([.. trials], trial => Fit(trial));

    /// <summary>How much each dimension matters for the metric: its share of the variance, by itself and over all values of the
    /// others.</summary>
    /// <remarks>Functional analysis of variance of a forest of regression trees (Hutter et al. 2014). Shares sum to at most 1; what is left
    /// is of dimensions together. Of few trials it says little.</remarks>
    /// <exception cref="InvalidOperationException">There are fewer than 4 completed trials.</exception>
    public IReadOnlyDictionary<string, double> Importance() => HyperparameterImportance.Of(_experiment.Space, Leaderboard,
        _experiment.Seed);

    /// <summary>The leaderboard as a table: the ten best trials, and how many more there are, pruned and failed ones too.</summary>
    public override string ToString()
    {
        string[] rest = [.. Trials.Where(trial => trial.State != TrialState.Completed).GroupBy(trial => trial.State)
            .OrderBy(same => same.Key).Select(same => FormattableString.Invariant(
                $"{same.Count()} {same.Key.ToString().ToLowerInvariant()} (trial ")
                + string.Join(", ", same.Select(one => one.TrialId).Take(10)) + (same.Count() > 10 ? ", …)" : ")"))];
        if (Leaderboard.Count > 10)
            rest = [FormattableString.Invariant($"{Leaderboard.Count - 10} completed"), .. rest];
        return string.Join('\n', Leaderboard.Take(10)) + (rest.Length == 0 ? "" : $"\nand {string.Join(", ", rest)}");
    }

    internal static ExperimentResult Of(Experiment experiment, Study study, TrialFit? fit, int threads,
        IReadOnlyDictionary<int, IReadOnlyList<EpochRecord>> epochs, CancellationToken cancel)
    {
        var trials = study.Trials;
        if (trials.Any(trial => trial.State == TrialState.Completed))
            return new(experiment, study, fit, threads, trials, epochs, cancel);
        cancel.ThrowIfCancellationRequested();
        int Count(TrialState state) => trials.Count(trial => trial.State == state);
        var reason = trials.FirstOrDefault(trial => trial.State == TrialState.Failed)?.Reason;
        throw new ExperimentException($"None of {trials.Count} trials was completed: {Count(TrialState.Failed)} failed, "
            + $"{Count(TrialState.Pruned)} were pruned, {Count(TrialState.Waiting) + Count(TrialState.Running)} were not ended."
            + (reason is null ? Count(TrialState.Pruned) > 0 ? " Use a pruner that lets more trials go on, such as one that begins later."
                : " Give it more time." : $" The first reason: {reason}"), trials);
    }
}
