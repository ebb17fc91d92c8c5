using MLSeqGraph.Experiments;
using Orleans.Placement;

namespace MLSeqGraph.Cluster;

/// <inheritdoc cref="IStudyGrain"/>
/// <remarks>All that it knows stands in the database, too: if its machine dies, it goes on elsewhere. It lives where it is first asked for,
/// by who has the job's files.</remarks>
[PreferLocalPlacement]
internal sealed class StudyGrain(ClusterOptions options, ClusterDatabase database, ExperimentDefinitions definitions, JobFiles files)
    : Grain, IStudyGrain
{
    private Opened? _opened;

    public Task<TrialOffer> Next(WorkerIdentity worker) => Run((study, job) =>
    {
        if (job.State != JobState.Open)
            return new(OfferKind.Over);
        if (job.Refusal(worker.Version, worker.Data) is { } refusal)
            return new(OfferKind.Refused, Reason: refusal);
        if (IsUsedUp(study, job))
            return new(OfferKind.Over);
        if (study.Study.Claim(study.Experiment.TrialsAtMost, study.Proposals.Propose, worker.Worker) is { } claim)
            return new(OfferKind.Trial, claim.TrialId, TrialParameters.ToJson(claim.Proposal.Parameters), claim.Proposal.ParentTrialId,
                claim.IsBegun);
        if (study.Study.Trials.Any(trial => trial.State is TrialState.Running or TrialState.Waiting))
            return new(OfferKind.Wait);
        database.Set(Name, JobState.Ended);
        return new TrialOffer(OfferKind.Over);
    });

    public Task<Dictionary<int, double>> Rewind(int trialId, int epoch) => Run((study, _) =>
    {
        var before = study.Study.Rewind(trialId, epoch).ToDictionary();
        study.Reports[trialId] = before.ToDictionary();
        return before;
    });

    public Task<TrialReply> Report(string worker, int trialId, int epoch, double value, bool decides) => Run((study, job) =>
    {
        if (!study.Study.Report(trialId, epoch, value, worker))
            return new TrialReply(null, false);
        if (!study.Reports.TryGetValue(trialId, out var curve))
            study.Reports[trialId] = curve = [];
        curve[epoch] = value;
        var decision = decides && study.Experiment.Pruner is { } pruner
            ? StudyTrials.Decide(study.Study, pruner, trialId, epoch, study.Reports) : PruneDecision.Continue;
        return new((int)decision, IsUsedUp(study, job));
    });

    public Task<bool> Finish(string worker, TrialOutcome outcome) => Run((study, _) => study.Study.Finish(new()
    {
        TrialId = outcome.TrialId, State = Enum.Parse<TrialState>(outcome.State), Parameters = new Dictionary<string, object>(),
        Metric = outcome.Metric, Reason = outcome.Reason, Epochs = outcome.Epochs, BestEpoch = outcome.BestEpoch,
        DurationInMilliseconds = outcome.Milliseconds,
    }, worker));

    public Task Release(string worker, int trialId, bool isDead) => Run((study, _) =>
    {
        study.Study.Release(trialId, worker, isDead);
        return true;
    });

    public Task<bool> Beat(string worker, int trialId) => Run((study, job) =>
    {
        study.Study.Beat(worker, trialId);
        return IsUsedUp(study, job);
    });

    public async Task<StudyStatus> Status()
    {
        try
        {
            return await Run((study, job) =>
            {
                var isUsedUp = IsUsedUp(study, job);
                if (isUsedUp)
                    study.Study.ReleaseSilent();
                var trials = study.Study.Trials;
                var running = trials.Count(trial => trial.State == TrialState.Running);
                // Nothing is left, which a worker that asks finds out too, if there is one.
                var isOver = running == 0 && (isUsedUp || (trials.Count >= study.Experiment.TrialsAtMost
                    && trials.All(trial => trial.State != TrialState.Waiting)));
                if (isOver)
                    database.Set(Name, JobState.Ended);
                return new StudyStatus(isOver, null,
                    trials.Count(trial => trial.State is not (TrialState.Running or TrialState.Waiting)), running,
                    study.Study.BestOf(trials)?.Metric);
            });
        }
        catch (Exception error) when (error is not OrleansException)
        {
            return new(true, error.Message, 0, 0, null);
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _opened?.Study.Dispose();
        return Task.CompletedTask;
    }

    private string Name => this.GetPrimaryKeyString();

    private StoredJob Job() => database.Find(Name) ?? throw new ClusterException($"The cluster '{options.Name}' has no job '{Name}'.");

    // Nothing more is begun, and what runs is to end.
    private static bool IsUsedUp(Opened study, StoredJob job) => job.State != JobState.Open
        || (study.Experiment.Time is { } time && job.Seconds >= time.TotalSeconds)
        || (study.Experiment.MostEpochs is { } epochs && study.Reports.Values.Sum(curve => curve.Count) >= epochs);

    // Off the scheduler's threads, which databases would hold up.
    private async Task<T> Run<T>(Func<Opened, StoredJob, T> work)
    {
        var job = await Task.Run(Job);
        // The same job with another budget was handed over meanwhile.
        if (_opened is { } before && before.Budget != job.Job.Budget)
        {
            before.Study.Dispose();
            _opened = null;
        }
        var opened = _opened ??= await Task.Run(() => Open(job));
        return await Task.Run(() => work(opened, job));
    }

    private async Task<Opened> Open(StoredJob job)
    {
        if (job.Version != options.Version)
            throw new ClusterException(job.Refusal(options.Version, job.Data)!);
        var paths = new List<string>();
        foreach (var (file, digest) in job.Job.Files.Zip(job.Digests))
            paths.Add(await files.Find(file, digest, CancellationToken.None));
        var experiment = definitions.Make(new(job.Job, paths), options);
        var study = experiment.AttachStudy();
        study.Lease = options.Lease;
        return new(experiment, study, new(experiment, study), study.AllReports(), job.Job.Budget);
    }

    private sealed record Opened(Experiment Experiment, Study Study, Proposals Proposals, Dictionary<int, Dictionary<int, double>> Reports,
        JobBudget? Budget);
}
