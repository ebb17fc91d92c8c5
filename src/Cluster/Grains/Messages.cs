namespace MLSeqGraph.Cluster;

/// <summary>Who asks for trials.</summary>
[GenerateSerializer]
internal sealed record WorkerIdentity(
    [property: Id(0)] string Worker, [property: Id(1)] string Version, [property: Id(2)] string Data);

/// <summary>What a worker gets that asks for a trial.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="TrialId">The trial's number.</param>
/// <param name="Parameters">The trial's values as JSON.</param>
/// <param name="ParentTrialId">The trial whose checkpoint it goes on from.</param>
/// <param name="IsBegun">Whether another worker began it.</param>
/// <param name="Reason">Why there is none.</param>
[GenerateSerializer]
internal sealed record TrialOffer([property: Id(0)] OfferKind Kind, [property: Id(1)] int TrialId = 0,
    [property: Id(2)] string Parameters = "", [property: Id(3)] int? ParentTrialId = null, [property: Id(4)] bool IsBegun = false,
    [property: Id(5)] string? Reason = null);

/// <summary>What a worker is to do.</summary>
[GenerateSerializer]
internal enum OfferKind
{
    /// <summary>Run a trial.</summary>
    Trial,

    /// <summary>Ask again: others run the last ones, which may come back.</summary>
    Wait,

    /// <summary>Nothing is left.</summary>
    Over,

    /// <summary>Leave it: the worker doesn't fit.</summary>
    Refused,
}

/// <summary>What becomes of a trial that reported.</summary>
/// <param name="Decision">A <c>PruneDecision</c>; null where the trial is another worker's now.</param>
/// <param name="IsOver">Whether the budget is used up.</param>
[GenerateSerializer]
internal sealed record TrialReply([property: Id(0)] int? Decision, [property: Id(1)] bool IsOver);

/// <summary>What a trial came to.</summary>
[GenerateSerializer]
internal sealed record TrialOutcome([property: Id(0)] int TrialId, [property: Id(1)] string State, [property: Id(2)] double? Metric,
    [property: Id(3)] string? Reason, [property: Id(4)] int Epochs, [property: Id(5)] int BestEpoch,
    [property: Id(6)] double Milliseconds);

/// <summary>Where a study stands.</summary>
/// <param name="IsOver">Whether nothing is left to run.</param>
/// <param name="Error">What keeps it from going on; null for nothing.</param>
/// <param name="Ended">Trials that have ended.</param>
/// <param name="Running">Trials that run.</param>
/// <param name="Best">The best metric; null without one.</param>
[GenerateSerializer]
internal sealed record StudyStatus([property: Id(0)] bool IsOver, [property: Id(1)] string? Error, [property: Id(2)] int Ended,
    [property: Id(3)] int Running, [property: Id(4)] double? Best);
