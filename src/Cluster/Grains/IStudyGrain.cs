namespace MLSeqGraph.Cluster;

/// <summary>A study in a cluster, by its name: proposes trials, judges what their epochs report, and writes all of it to the
/// database.</summary>
internal interface IStudyGrain : IGrainWithStringKey
{
    /// <summary>The next trial for a worker.</summary>
    Task<TrialOffer> Next(WorkerIdentity worker);

    /// <summary>Forgets a trial's reports from an epoch on, and gives those before.</summary>
    Task<Dictionary<int, double>> Rewind(int trialId, int epoch);

    /// <summary>Takes what an epoch came to.</summary>
    Task<TrialReply> Report(string worker, int trialId, int epoch, double value, bool decides);

    /// <summary>Takes what a trial came to; false where another worker has it.</summary>
    Task<bool> Finish(string worker, TrialOutcome outcome);

    /// <summary>Takes a trial back.</summary>
    Task Release(string worker, int trialId, bool isDead);

    /// <summary>Takes a worker's sign of life; true where the budget is used up.</summary>
    Task<bool> Beat(string worker, int trialId);

    /// <summary>Where it stands.</summary>
    Task<StudyStatus> Status();
}

/// <summary>A trial that runs, by study and number: hears its worker, and gives it back when it has heard nothing for too long.</summary>
internal interface ITrialGrain : IGrainWithIntegerCompoundKey
{
    /// <summary>A worker has begun it.</summary>
    Task Begin(string worker);

    /// <summary>A sign of life; true where the budget is used up.</summary>
    Task<bool> Beat(string worker);

    /// <summary>An epoch is over.</summary>
    Task<TrialReply> Report(string worker, int epoch, double value, bool decides);

    /// <summary>The worker has ended it.</summary>
    Task End(string worker);
}
