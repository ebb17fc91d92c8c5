using Microsoft.ML;
using MLSeqGraph.Experiments;

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

/// <summary>How long a study goes on: until the first of these is used up.</summary>
/// <param name="Trials">The most trials of the study, those of earlier jobs counted.</param>
/// <param name="Seconds">The most seconds from when the job is handed over.</param>
/// <param name="Epochs">The most epochs of all trials together.</param>
public sealed record JobBudget(int? Trials = null, uint? Seconds = null, long? Epochs = null);

/// <summary>A file that an experiment reads.</summary>
/// <param name="Location">A path, of a folder that all machines see unless the file is shipped, or an address (<c>https://…</c>).</param>
/// <param name="IsShipped">Whether it is put into the cluster's database once, from where machines without the path fetch it.</param>
public sealed record JobFile(string Location, bool IsShipped = false)
{
    internal bool IsAddress => Location.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || Location.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}

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

/// <summary>How experiments are made, by name: the same on every member of a cluster, since they run the same program.</summary>
public sealed class ExperimentDefinitions
{
    private readonly Dictionary<string, Func<JobContext, Experiment>> _known = [];

    /// <summary>Adds one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="make">Makes the experiment; its study, trials at a time and threads are set afterwards. What it makes depends on the
    /// context alone.</param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public ExperimentDefinitions Add(string name, Func<JobContext, Experiment> make)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(make);
        if (!_known.TryAdd(name, make))
            throw new ArgumentException($"A definition is called '{name}'; expected a name that no other one has.", nameof(name));
        return this;
    }

    /// <exception cref="ClusterException">There is none of the name.</exception>
    internal void MustKnow(string name)
    {
        if (!_known.ContainsKey(name))
            throw new ClusterException($"This program has no experiment '{name}'; it has "
                + $"{(_known.Count == 0 ? "none" : string.Join(", ", _known.Keys.Select(one => $"'{one}'")))}. All members of a cluster "
                + "run the same program.");
    }

    internal Experiment Make(JobContext context, ClusterOptions options)
    {
        MustKnow(context.Job.Definition);
        var experiment = _known[context.Job.Definition](context).SetStudy(options.Database, context.Job.Study);
        if (context.Job.Budget is { } budget)
            experiment.SetBudget(budget.Trials, budget.Seconds, budget.Epochs);
        experiment.Heartbeat = options.Lease / 6;
        experiment.Validate();
        return experiment;
    }
}

/// <summary>A cluster can't be joined, or refuses a job or worker; the message says why.</summary>
public sealed class ClusterException : Exception
{
    internal ClusterException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
