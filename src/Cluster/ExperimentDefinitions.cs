using MLSeqGraph.Experiments;

namespace MLSeqGraph.Cluster;

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
