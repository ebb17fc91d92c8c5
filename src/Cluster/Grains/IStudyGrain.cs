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
