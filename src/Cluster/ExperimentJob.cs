namespace MLSeqGraph.Cluster;

/// <summary>An experiment to hand to a cluster.</summary>
/// <param name="Study">The name of its study: one that exists is gone on with.</param>
/// <param name="Definition">The name under which every member knows how the experiment is made
/// (<see cref="ExperimentDefinitions"/>).</param>
public sealed record ExperimentJob(string Study, string Definition)
{
    /// <summary>What the definition is told, as text of its own form, such as JSON.</summary>
    public string Settings { get; init; } = "";

    /// <summary>The files that it reads.</summary>
    public IReadOnlyList<JobFile> Files { get; init; } = [];

    /// <summary>How long the study goes on, instead of what the definition says: handed over again, a job may have another one, and goes on
    /// with its study. Null for what the definition says.</summary>
    public JobBudget? Budget { get; init; }
}
