namespace MLSeqGraph.Cluster;

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
