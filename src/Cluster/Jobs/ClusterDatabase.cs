using System.Data.Common;
using System.Text.Json;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.Cluster;

/// <summary>What a cluster keeps beside its studies, in the same database: its version, jobs, shipped files.</summary>
internal sealed class ClusterDatabase : IDisposable
{
    private const string Columns = "study, definition, settings, files, digests, version, state, budget";

    private readonly StudyDatabase _database;
    private readonly ClusterOptions _options;

    /// <exception cref="StudyException">The database can't be used.</exception>
    internal ClusterDatabase(ClusterOptions options)
    {
        _options = options;
        _database = new StudyDatabase(options.Database);
        try
        {
            _database.Run(Create);
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    internal StudyDatabase Database => _database;

    public void Dispose() => _database.Dispose();

    /// <summary>Says that this process is a member, or is one still.</summary>
    /// <exception cref="ClusterException">Members of another version are alive.</exception>
    internal void Join() => _database.Run(transaction =>
    {
        Lock(transaction);
        var found = transaction.Query($"SELECT version, {_database.Now} - heartbeat FROM cluster_versions WHERE cluster = @cluster",
            row => (Version: row.GetString(0), Silent: row.GetDouble(1)), ("cluster", _options.Name));
        if (found is [var there] && there.Version != _options.Version && there.Silent < _options.Lease.TotalSeconds)
            throw new ClusterException($"The cluster '{_options.Name}' runs MLSeqGraph {there.Version} and this worker is "
                + $"{_options.Version}; expected the same version. Update this worker, or stop the other ones first.");
        transaction.Execute("INSERT INTO cluster_versions (cluster, version, heartbeat) VALUES (@cluster, @version, "
            + $"{_database.Now}) ON CONFLICT (cluster) DO UPDATE SET version = excluded.version, heartbeat = excluded.heartbeat",
            ("cluster", _options.Name), ("version", _options.Version));
    });

    /// <summary>Stores a job, or opens the one of its study again.</summary>
    /// <exception cref="ClusterException">The study is of another definition, other settings or other files.</exception>
    internal void Open(ExperimentJob job, IReadOnlyList<string> digests) => _database.Run(transaction =>
    {
        Lock(transaction);
        if (Find(transaction, job.Study) is { } there)
        {
            string? Other(string what, string has, string given) => has == given ? null : $"{what} '{has}', not '{given}'";
            var difference = Other("definition", there.Job.Definition, job.Definition)
                ?? Other("settings", there.Job.Settings, job.Settings)
                ?? Other("files of the digests", StoredJob.Short(there.Data), StoredJob.Short(string.Join(' ', digests)));
            if (difference is not null)
                throw new ClusterException($"The study '{job.Study}' is of the {difference}. Give the job a study of another name.");
        }
        transaction.Execute("INSERT INTO cluster_jobs (cluster, study, definition, settings, files, digests, version, state, budget, "
            + "started) VALUES (@cluster, @study, @definition, @settings, @files, @digests, @version, 'Open', @budget, "
            + $"{_database.Now}) ON CONFLICT (cluster, study) DO UPDATE SET files = excluded.files, version = excluded.version, "
            + "started = excluded.started, budget = excluded.budget, state = 'Open'", ("cluster", _options.Name), ("study", job.Study),
            ("definition", job.Definition), ("settings", job.Settings), ("files", JsonSerializer.Serialize(job.Files)),
            ("digests", JsonSerializer.Serialize(digests)), ("version", _options.Version),
            ("budget", job.Budget is { } budget ? JsonSerializer.Serialize(budget) : ""));
    });

    /// <summary>Says where a job stands now.</summary>
    internal void Set(string study, JobState state) => _database.Run(transaction => transaction.Execute("UPDATE cluster_jobs SET "
        + "state = @state WHERE cluster = @cluster AND study = @study AND state = 'Open'", ("state", state.ToString()),
        ("cluster", _options.Name), ("study", study)));

    /// <summary>A job by its study; null for none.</summary>
    internal StoredJob? Find(string study) => _database.Run(transaction => Find(transaction, study));

    /// <summary>The jobs whose trials are handed out, the oldest first.</summary>
    internal IReadOnlyList<StoredJob> OpenJobs() => _database.Run(transaction => transaction.Query($"SELECT {Columns}, {_database.Now} - "
        + "started FROM cluster_jobs WHERE cluster = @cluster AND state = 'Open' ORDER BY started, study", Read,
        ("cluster", _options.Name)));

    private StoredJob? Find(DbTransaction transaction, string study) => transaction.Query($"SELECT {Columns}, {_database.Now} - started "
        + "FROM cluster_jobs WHERE cluster = @cluster AND study = @study", Read, ("cluster", _options.Name), ("study", study))
        .FirstOrDefault();

    private static StoredJob Read(DbDataReader row) => new(new(row.GetString(0), row.GetString(1))
    {
        Settings = row.GetString(2), Files = JsonSerializer.Deserialize<JobFile[]>(row.GetString(3))!,
        Budget = row.GetString(7) is { Length: > 0 } budget ? JsonSerializer.Deserialize<JobBudget>(budget) : null,
    }, JsonSerializer.Deserialize<string[]>(row.GetString(4))!, row.GetString(5), Enum.Parse<JobState>(row.GetString(6)),
        row.GetDouble(8));

    // Of SQLite every transaction waits for the others.
    private void Lock(DbTransaction transaction)
    {
        if (_database.IsPostgres)
            transaction.Scalar("SELECT pg_advisory_xact_lock(7364823)");
    }

    private void Create(DbTransaction transaction)
    {
        Lock(transaction);
        transaction.Execute("CREATE TABLE IF NOT EXISTS cluster_versions (cluster TEXT PRIMARY KEY, version TEXT NOT NULL, "
            + "heartbeat DOUBLE PRECISION NOT NULL)");
        transaction.Execute("CREATE TABLE IF NOT EXISTS cluster_jobs (cluster TEXT NOT NULL, study TEXT NOT NULL, "
            + "definition TEXT NOT NULL, settings TEXT NOT NULL, files TEXT NOT NULL, digests TEXT NOT NULL, version TEXT NOT NULL, "
            + "state TEXT NOT NULL, started DOUBLE PRECISION NOT NULL, PRIMARY KEY (cluster, study))");
        // Of a cluster whose jobs had none yet.
        if (Convert.ToInt32(transaction.Scalar(_database.IsPostgres ? "SELECT COUNT(*) FROM information_schema.columns WHERE table_name = "
            + "'cluster_jobs' AND column_name = 'budget'" : "SELECT COUNT(*) FROM pragma_table_info('cluster_jobs') WHERE name = 'budget'"),
            null) == 0)
            transaction.Execute("ALTER TABLE cluster_jobs ADD COLUMN budget TEXT NOT NULL DEFAULT ''");
        transaction.Execute($"CREATE TABLE IF NOT EXISTS cluster_files (digest TEXT NOT NULL, part INTEGER NOT NULL, "
            + $"content {_database.Bytes} NOT NULL, PRIMARY KEY (digest, part))");
        if (_database.IsPostgres)
            MembershipStatements.Create(transaction);
        else
            SqliteMembership.Create(transaction);
    }
}
