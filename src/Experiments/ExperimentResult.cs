using Microsoft.ML;

namespace MLSeqGraph.Experiments;

/// <summary>What an experiment came to.</summary>
public sealed class ExperimentResult
{
    private readonly Experiment _experiment;
    private readonly TrialFit? _fit;
    private readonly int _threads;
    private readonly CancellationToken _cancel;
    private readonly Lazy<ITransformer> _model;

    private ExperimentResult(Experiment experiment, Study study, TrialFit? fit, int threads, IReadOnlyList<TrialResult> trials,
        CancellationToken cancel)
    {
        (_experiment, _fit, _threads, _cancel) = (experiment, fit, threads, cancel);
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

    /// <summary>Trains the values of a trial.</summary>
    /// <param name="trial">One of <see cref="Trials"/>.</param>
    /// <param name="onAllRows">Whether on all rows, for as many epochs as were best; otherwise on the training rows of the first
    /// fold.</param>
    /// <exception cref="InvalidOperationException">The experiment tried a function, which has no model.</exception>
    public ITransformer Fit(TrialResult trial, bool onAllRows = true)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return (_fit ?? throw new InvalidOperationException("The experiment tried a function, not a pipeline: there is no model."))
            .Fit(trial, onAllRows, _threads, CancellationToken.None);
    }

    /// <summary>Trains the best trials on all rows, and averages their scores.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer trials were completed.</exception>
    public EnsembleTransformer Ensemble(int count) => count >= 1 && count <= Leaderboard.Count
        ? new([.. Leaderboard.Take(count).Select(trial => Fit(trial))])
        : throw new ArgumentOutOfRangeException(nameof(count), count,
            $"{Leaderboard.Count} trials were completed; expected from 1 to that.");

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

    internal static ExperimentResult Of(Experiment experiment, Study study, TrialFit? fit, int threads, CancellationToken cancel)
    {
        var trials = study.Trials;
        if (trials.Any(trial => trial.State == TrialState.Completed))
            return new(experiment, study, fit, threads, trials, cancel);
        cancel.ThrowIfCancellationRequested();
        int Count(TrialState state) => trials.Count(trial => trial.State == state);
        var reason = trials.FirstOrDefault(trial => trial.State == TrialState.Failed)?.Reason;
        throw new ExperimentException($"None of {trials.Count} trials was completed: {Count(TrialState.Failed)} failed, "
            + $"{Count(TrialState.Pruned)} were pruned, {Count(TrialState.Waiting) + Count(TrialState.Running)} were not ended."
            + (reason is null ? Count(TrialState.Pruned) > 0 ? " Use a pruner that lets more trials go on, such as one that begins later."
                : " Give it more time." : $" The first reason: {reason}"), trials);
    }
}
