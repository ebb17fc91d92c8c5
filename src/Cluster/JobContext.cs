using Microsoft.ML;

namespace MLSeqGraph.Cluster;

/// <summary>What a definition makes an experiment of.</summary>
public sealed class JobContext
{
    internal JobContext(ExperimentJob job, IReadOnlyList<string> files) => (Job, Files) = (job, files);

    /// <summary>The job.</summary>
    public ExperimentJob Job { get; }

    /// <summary><see cref="ExperimentJob.Settings"/>.</summary>
    public string Settings => Job.Settings;

    /// <summary>The job's files as paths on this machine, in their order: the same bytes as where the job was handed over.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>A context for the experiment.</summary>
    public MLContext ML { get; } = new();
}
