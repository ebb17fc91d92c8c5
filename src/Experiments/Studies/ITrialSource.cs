namespace MLSeqGraph.Experiments;

/// <summary>Who hands out the trials of a study and takes what they come to: its database, or a cluster.</summary>
internal interface ITrialSource : IDisposable
{
    /// <summary>The best metric before this run; null without one.</summary>
    double? Best { get; }

    /// <summary>Canceled when the study's budget is used up, besides what the run counts itself.</summary>
    CancellationToken Over { get; }

    /// <summary>The next trial to run; null where nothing is left.</summary>
    TrialClaim? Claim(CancellationToken cancel);

    /// <summary>Forgets what a trial's epochs reported from one on, before they are reported again.</summary>
    /// <returns>What those before it reported.</returns>
    IReadOnlyDictionary<int, double> Rewind(int trialId, int epoch);

    /// <summary>Takes what an epoch came to.</summary>
    /// <param name="trialId">The trial.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="value">Its metric.</param>
    /// <param name="decides">Whether the pruner is asked.</param>
    /// <returns>What becomes of the trial; null where another process has taken it over.</returns>
    PruneDecision? Report(int trialId, int epoch, double value, bool decides);

    /// <summary>Takes what a trial came to.</summary>
    /// <returns>False where another process took it over meanwhile, which is the one that counts.</returns>
    bool Finish(TrialResult result);

    /// <summary>Takes a trial back, for who goes on with the study.</summary>
    void Release(int trialId);

    /// <summary>Says that this process is alive.</summary>
    void Beat();
}

/// <summary>A trial to run.</summary>
/// <param name="TrialId">Its number.</param>
/// <param name="Proposal">Its values.</param>
/// <param name="IsBegun">Whether another process began it.</param>
internal readonly record struct TrialClaim(int TrialId, TrialProposal Proposal, bool IsBegun);
