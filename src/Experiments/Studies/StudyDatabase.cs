using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace MLSeqGraph.Experiments;

/// <summary>
/// A connection to a database of studies, SQLite or PostgreSQL, with one schema. What fails because the database is busy or away is tried
/// again.
/// </summary>
internal sealed class StudyDatabase : IDisposable
{
    /// <summary>Each is applied once, in this order, and never changed afterwards.</summary>
    private static readonly string[][] Migrations =
    [
        [
            "CREATE TABLE studies (name TEXT PRIMARY KEY, space TEXT NOT NULL, metric TEXT NOT NULL, maximize INTEGER NOT NULL, "
                + "seed INTEGER NOT NULL, created_utc TEXT NOT NULL)",
            "CREATE TABLE trials (study TEXT NOT NULL REFERENCES studies(name), number INTEGER NOT NULL, state TEXT NOT NULL, "
                + "parameters TEXT NOT NULL, metric DOUBLE PRECISION, reason TEXT, started_utc TEXT, ended_utc TEXT, "
                + "milliseconds DOUBLE PRECISION, epochs INTEGER NOT NULL DEFAULT 0, best_epoch INTEGER NOT NULL DEFAULT 0, "
                + "attempts INTEGER NOT NULL DEFAULT 0, worker TEXT, heartbeat DOUBLE PRECISION, PRIMARY KEY (study, number))",
            "CREATE TABLE reports (study TEXT NOT NULL, number INTEGER NOT NULL, epoch INTEGER NOT NULL, value DOUBLE PRECISION NOT NULL, "
                + "PRIMARY KEY (study, number, epoch))",
        ],
        ["CREATE INDEX trials_by_state ON trials (study, state)"],
        ["ALTER TABLE trials ADD COLUMN parent INTEGER"],
        [
            "CREATE TABLE checkpoints (study TEXT NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL, part INTEGER NOT NULL, "
                + "content {bytes} NOT NULL, PRIMARY KEY (study, number, file, part))",
        ],
    ];

    private readonly object _lock = new();
    private readonly Func<DbConnection> _connect;
    private readonly bool _isMemory;
    private bool _wasOpen;
    private readonly string _name;
    private DbConnection? _connection;

    /// <param name="database">A file, <c>:memory:</c>, or a connection string: with <c>Host=</c> of PostgreSQL.</param>
    /// <param name="patience">How long what fails is tried again; null for two minutes.</param>
    internal StudyDatabase(string database, TimeSpan? patience = null)
    {
        Patience = patience ?? Patience;
        ArgumentException.ThrowIfNullOrEmpty(database);
        IsPostgres = database.Contains("Host=", StringComparison.OrdinalIgnoreCase)
            || database.Contains("Server=", StringComparison.OrdinalIgnoreCase);
        _isMemory = database == ":memory:";
        if (IsPostgres)
        {
            var builder = new NpgsqlConnectionStringBuilder(database);
            (_name, _connect) = ($"database '{builder.Database}' on {builder.Host}", () => new NpgsqlConnection(database));
        }
        else
        {
            // Without a pool a file is closed with its connection.
            var text = new SqliteConnectionStringBuilder { DataSource = database, Pooling = false, DefaultTimeout = 30 }.ToString();
            (_name, _connect) = ($"'{database}'", () => new SqliteConnection(text));
        }
        try
        {
            Run(Migrate);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How long what fails is tried again.</summary>
    internal TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one that hasn't answered yet is tried, at most.</summary>
    internal static TimeSpan FirstPatience { get; set; } = TimeSpan.FromSeconds(30);

    internal bool IsPostgres { get; }

    /// <summary>Seconds of the database's own clock, so that clocks of machines may differ.</summary>
    internal string Now => IsPostgres ? "EXTRACT(EPOCH FROM clock_timestamp())" : "((julianday('now') - 2440587.5) * 86400.0)";

    /// <summary>The type of a column of bytes.</summary>
    internal string Bytes => IsPostgres ? "BYTEA" : "BLOB";

    /// <summary>Runs in a transaction, again where the database was busy or away.</summary>
    /// <exception cref="StudyException">It stayed away, or the file can't be used.</exception>
    internal T Run<T>(Func<DbTransaction, T> work)
    {
        // One that has never answered may be no database at all.
        var isNew = !_wasOpen;
        var patience = isNew && Patience > FirstPatience ? FirstPatience : Patience;
        var watch = DatabaseWatch.Current;
        using var away = new DatabaseAway(watch, _name, patience);
        for (var wait = 20; ; wait = Math.Min(2 * wait, 2000))
            try
            {
                return RunOnce(work, away);
            }
            catch (Exception error) when (error is DbException or IOException or TimeoutException or System.Net.Sockets.SocketException)
            {
                if (!MayPass(error) || away.Time > patience)
                    throw new StudyException($"The {(IsPostgres ? "" : "file ")}{_name} of studies can't be used{away.Tried}: "
                        + error.Message, error);
                away.Begin(error.Message);
                if (!_isMemory)
                    Close();
                // What is to be written still is tried when a run is canceled, too.
                if (isNew && watch is not null)
                    watch.Cancel.ThrowIfCancellationRequested();
                Thread.Sleep(wait);
            }
    }

    private T RunOnce<T>(Func<DbTransaction, T> work, DatabaseAway away)
    {
        lock (_lock)
        {
            if (_connection is null)
            {
                away.Begin();
                _connection = Connect();
            }
            away.End();
            // Of SQLite an immediate one: it waits for other writers at its begin, not at its end.
            using var transaction = _connection.BeginTransaction();
            var result = work(transaction);
            transaction.Commit();
            return result;
        }
    }

    internal void Run(Action<DbTransaction> work) => Run(transaction =>
    {
        work(transaction);
        return true;
    });

    public void Dispose() => Close();

    private void Close()
    {
        lock (_lock)
        {
            try
            {
                _connection?.Dispose();
            }
            catch (DbException)
            {
                // it is gone already
            }
            _connection = null;
        }
    }

    private DbConnection Connect()
    {
        var connection = _connect();
        try
        {
            connection.Open();
            _wasOpen = true;
            if (!IsPostgres)
                Execute(connection, "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Execute(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    // Busy, locked, an error of the disk, too many that begin at a time, a file that can't be opened now; a server that is away, restarts
    // or has no connection left.
    private bool MayPass(Exception error) => error switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6 or 10 or 15 || (sqlite.SqliteErrorCode == 14 && _wasOpen),
        PostgresException postgres => postgres.IsTransient || postgres.SqlState is "57P01" or "57P02" or "57P03" or "40001" or "40P01"
            or "53300" or "23505",
        _ => true,
    };

    private void Migrate(DbTransaction transaction)
    {
        if (IsPostgres)
            transaction.Execute("SELECT pg_advisory_xact_lock(7364821)");
        transaction.Execute("CREATE TABLE IF NOT EXISTS study_schema (version INTEGER NOT NULL)");
        var version = Convert.ToInt32(transaction.Scalar("SELECT COALESCE(MAX(version), 0) FROM study_schema"), null);
        if (version > Migrations.Length)
            throw new StudyException($"The studies in {_name} are of version {version}, written by a newer version of this library, which "
                + $"knows up to {Migrations.Length}.");
        for (; version < Migrations.Length; version++)
        {
            foreach (var statement in Migrations[version])
                transaction.Execute(statement.Replace("{bytes}", Bytes, StringComparison.Ordinal));
            transaction.Execute("INSERT INTO study_schema (version) VALUES (@version)", ("version", version + 1));
        }
    }
}
