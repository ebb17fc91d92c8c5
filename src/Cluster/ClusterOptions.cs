using System.Net;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.Cluster;

/// <summary>Which cluster a process joins, and how.</summary>
public sealed record ClusterOptions
{
    /// <summary>
    /// Where the cluster's members, its jobs and their studies stand: a connection string of PostgreSQL
    /// (<c>Host=…;Database=…;Username=…</c>) for several machines, or a SQLite file for processes of one machine.
    /// </summary>
    public required string Database { get; init; }

    /// <summary>The cluster's name, where a database has several. "mlseqgraph" by default.</summary>
    public string Name { get; init; } = "mlseqgraph";

    /// <summary>
    /// The address at which the other members reach this one. Null, the default, for this machine's first with PostgreSQL, and for the
    /// loopback address with SQLite.
    /// </summary>
    public IPAddress? Address { get; init; }

    /// <summary>The port at which the other members reach this one; 0, the default, for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>
    /// After how long without a sign of life a worker is taken for dead and another one goes on with its trials: 30 s by default. Members
    /// find out that one of them is gone in about half of it; of a process of the same machine within seconds, since it can be looked for.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where files that were shipped or downloaded are kept, under their digests; null, the default, for a folder among the
    /// temporary ones.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Told what happens, a line at a time, from the first try to join on: what is waited for, trials that begin and end, jobs
    /// that are refused. Null for nobody.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>After how long of silence a member is taken for gone by one that joins.</summary>
    internal TimeSpan Silence => Lease / 2;

    internal string Version { get; init; } = LibraryVersion;

    internal bool IsPostgres => Database.Contains('=', StringComparison.Ordinal);

    internal static string LibraryVersion { get; } = typeof(Experiment).Assembly.GetName().Version!.ToString(3);

    internal string Cache => CacheFolder ?? Path.Combine(Path.GetTempPath(), "mlseqgraph-files");

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(Database))
            throw new ArgumentException($"{nameof(Database)} is empty; expected a SQLite file, or a connection string of PostgreSQL.");
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 100)
            throw new ArgumentException($"{nameof(Name)} is '{Name}'; expected a name of at most 100 characters.");
        if (Port is < 0 or > 65535)
            throw new ArgumentException($"{nameof(Port)} is {Port}; expected 0 to 65535.");
        if (Lease < TimeSpan.FromSeconds(3) || Lease > TimeSpan.FromDays(1))
            throw new ArgumentException($"{nameof(Lease)} is {Lease}; expected from 3 seconds to a day.");
        if (CacheFolder is { } folder && File.Exists(folder))
            throw new ArgumentException($"{nameof(CacheFolder)} '{folder}' is a file; expected a folder.");
    }
}
