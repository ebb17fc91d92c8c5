namespace MLSeqGraph.Cluster;

/// <summary>A job as it stands in the cluster's database.</summary>
/// <param name="Job">What was handed over.</param>
/// <param name="Digests">The digests of its files, in their order.</param>
/// <param name="Version">The version of the library that handed it over.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Seconds">How long ago it began, by the database's clock.</param>
internal sealed record StoredJob(ExperimentJob Job, IReadOnlyList<string> Digests, string Version, JobState State, double Seconds)
{
    /// <summary>What tells the job's files from others.</summary>
    internal string Data => string.Join(' ', Digests);

    /// <summary>Why a worker can't run its trials; null where it can.</summary>
    internal string? Refusal(string version, string data) =>
        version != Version ? $"The study '{Job.Study}' was begun by MLSeqGraph {Version} and this worker is {version}; expected the same "
            + "version."
        : data != Data ? $"The study '{Job.Study}' is of files with the digests {Short(Data)}, and this worker has {Short(data)}; expected "
            + "the same files."
        : null;

    internal static string Short(string digests) =>
        string.Join(", ", digests.Split(' ').Select(digest => digest.Length > 12 ? digest[..12] : digest));
}

/// <summary>Where a job stands.</summary>
internal enum JobState
{
    /// <summary>Trials are handed out.</summary>
    Open,

    /// <summary>All its trials have ended, or its budget is used up.</summary>
    Ended,

    /// <summary>It was canceled.</summary>
    Canceled,
}
