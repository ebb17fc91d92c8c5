namespace MLSeqGraph.Cluster;

/// <summary>How much of its machine a worker gives.</summary>
public sealed record WorkerLimits
{
    /// <summary>Trials at a time; 1 by default.</summary>
    public int Trials { get; init; } = 1;

    /// <summary>Threads of a trial; 0, the default, for the cores shared evenly between the trials at a time.</summary>
    public int Threads { get; init; }

    /// <summary>The most memory of the process in megabytes: beyond, the youngest trial fails with that reason. Null for no
    /// limit.</summary>
    public double? Megabytes { get; init; }

    /// <summary>Whether the work ends when no job is open, instead of waiting for the next.</summary>
    public bool EndsWhenIdle { get; init; }

    /// <exception cref="ArgumentException">A limit is out of its range; the message names it.</exception>
    internal void Validate()
    {
        if (Trials is < 1 or > 1000)
            throw new ArgumentException($"{nameof(Trials)} is {Trials}; expected from 1 to 1000.");
        if (Threads < 0)
            throw new ArgumentException($"{nameof(Threads)} is {Threads}; expected at least 0.");
        if (Megabytes is not (null or > 0))
            throw new ArgumentException(FormattableString.Invariant($"{nameof(Megabytes)} is {Megabytes}; expected above 0."));
    }
}
