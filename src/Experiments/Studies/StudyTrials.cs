namespace MLSeqGraph.Experiments;

/// <summary>The trials of a study, handed out by its database, where processes meet.</summary>
/// <param name="study">The study.</param>
/// <param name="proposals">What is tried next.</param>
/// <param name="mostTrials">The most trials of the study.</param>
/// <param name="pruner">What ends trials early; null for nothing.</param>
internal sealed class StudyTrials(Study study, Proposals proposals, int mostTrials, Pruner? pruner) : ITrialSource
{
    public double? Best { get; } = study.Best?.Metric;

    public CancellationToken Over => CancellationToken.None;

    public TrialClaim? Claim(CancellationToken cancel) => study.Claim(mostTrials, proposals.Propose);

    public IReadOnlyDictionary<int, double> Rewind(int trialId, int epoch) => study.Rewind(trialId, epoch);

    public PruneDecision? Report(int trialId, int epoch, double value, bool decides) =>
        !study.Report(trialId, epoch, value) ? null
            : decides && pruner is not null ? Decide(study, pruner, trialId, epoch, study.AllReports()) : PruneDecision.Continue;

    public bool Finish(TrialResult result) => study.Finish(result);

    public void Release(int trialId) => study.Release(trialId);

    public void Beat() => study.Beat();

    public void Dispose()
    {
    }

    /// <summary>What a pruner makes of an epoch, given what all trials reported.</summary>
    internal static PruneDecision Decide(Study study, Pruner pruner, int trialId, int epoch,
        IReadOnlyDictionary<int, Dictionary<int, double>> reports)
    {
        IReadOnlyDictionary<int, double> Losses(Dictionary<int, double> values) =>
            values.ToDictionary(one => one.Key, one => study.Loss(one.Value));
        return pruner.Decide(new(trialId, epoch, Losses(reports[trialId]),
            reports.Where(one => one.Key != trialId).ToDictionary(one => one.Key, one => Losses(one.Value))));
    }
}
