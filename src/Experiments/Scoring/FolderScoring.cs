using System.Data.Common;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Experiments;

/// <summary>
/// Scores a folder of files into another folder, by any number of processes and machines at a time: each file by one of them. Who works on
/// what stands in a database. A process may be killed at any time: another one takes its file over.
/// </summary>
/// <remarks>
/// A file of outputs is written under a temporary name and renamed, by the process that the database says has the file: it is there once
/// and whole, or not at all. Clocks of the machines may differ, since leases are measured by the database's.
/// </remarks>
/// <example>
/// <code>
/// using var job = new FolderScoring("tonight", "shards", "scores", "Host=db;Database=jobs;Username=me");
/// var done = job.Run((input, output) => Write(model.Transform(Read(input)), output));
/// </code>
/// </example>
public sealed class FolderScoring : IDisposable
{
    private readonly StudyDatabase _database;
    private readonly string _job, _inputs, _outputs;
    private readonly string? _databaseFile;
    private readonly TimeSpan _lease = TimeSpan.FromMinutes(1);
    private readonly string _worker = $"{Study.ProcessName}/{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Begins a job, or joins the one of the name.</summary>
    /// <param name="job">Its name in the database.</param>
    /// <param name="inputs">The folder of files; those in folders in it, and those whose names begin with a dot, are left alone.</param>
    /// <param name="outputs">The folder of scores, each under its input's name; made if it doesn't exist.</param>
    /// <param name="database">A SQLite file, or a connection string of PostgreSQL (<c>Host=…;Database=…;Username=…</c>).</param>
    /// <exception cref="ArgumentException">The folders are the same.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no folder of inputs.</exception>
    /// <exception cref="StudyException">The database can't be used, or the job is of other files.</exception>
    public FolderScoring(string job, string inputs, string outputs, string database)
    {
        ArgumentException.ThrowIfNullOrEmpty(job);
        if (!Directory.Exists(inputs))
            throw new DirectoryNotFoundException($"There is no folder '{inputs}'; expected one of files to score.");
        if (Path.GetFullPath(inputs).TrimEnd(Path.DirectorySeparatorChar) == Path.GetFullPath(outputs).TrimEnd(Path.DirectorySeparatorChar))
            throw new ArgumentException($"'{outputs}' is the folder of inputs; expected another one.", nameof(outputs));
        (_job, _inputs, _outputs) = (job, inputs, outputs);
        if (Resolved(Directory.CreateDirectory(outputs)) == Resolved(new(inputs)))
            throw new ArgumentException($"'{outputs}' is a link to the folder of inputs; expected another folder.", nameof(outputs));
        _database = new StudyDatabase(database);
        _databaseFile = _database.IsPostgres ? null : Path.GetFullPath(database);
        try
        {
            _database.Run(Begin);
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// After how long without a sign of life another process takes a file over: a minute by default; of a process that ended on the same
    /// machine at once.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It isn't above 0, or longer than a day.</exception>
    public TimeSpan Lease
    {
        get => _lease;
        init => _lease = value > TimeSpan.Zero && value <= TimeSpan.FromDays(1) ? value
            : throw new ArgumentOutOfRangeException(nameof(Lease), value, $"{nameof(Lease)} is {value}; expected above 0, at most a day.");
    }

    /// <summary>What outputs are written through, in tests.</summary>
    internal Func<Stream, Stream>? Wrap { get; init; }

    /// <summary>Scores files until all are done, by this process or others.</summary>
    /// <param name="score">Reads a file and writes its scores. What it throws is the file's failure, and isn't tried again.</param>
    /// <param name="cancel">Ends the work after the file in hand, which others take over if <paramref name="score"/> ends early.</param>
    /// <returns>The number of files that this process scored, and those that failed anywhere, with the reasons.</returns>
    /// <exception cref="IOException">An output can't be written; its file is left to others.</exception>
    /// <exception cref="StudyException">The database can't be used any more.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public (int Scored, IReadOnlyDictionary<string, string> Failed) Run(Action<string, Stream> score, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(score);
        var scored = 0;
        var beat = Lease / 6;
        cancel.ThrowIfCancellationRequested();
        using (new Timer(_ => Beat(), null, beat, beat))
            while (_database.Run(Claim) is var (file, isAllDone) && !isAllDone)
            {
                if (file is null)
                    cancel.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(200));
                else if (Score(file, score, cancel))
                    scored++;
                // Before the next file is claimed, which others would wait for.
                cancel.ThrowIfCancellationRequested();
            }
        return (scored, _database.Run(transaction => transaction.Query("SELECT file, reason FROM scored_files WHERE job = @job AND "
            + "state = 'Failed' ORDER BY file", row => (row.GetString(0), row.GetString(1)), ("job", _job)))
            .ToDictionary(row => row.Item1, row => row.Item2));
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private void Begin(DbTransaction transaction)
    {
        transaction.Execute("CREATE TABLE IF NOT EXISTS scored_files (job TEXT NOT NULL, file TEXT NOT NULL, bytes BIGINT NOT NULL, "
            + "state TEXT NOT NULL, reason TEXT, attempts INTEGER NOT NULL, worker TEXT, heartbeat DOUBLE PRECISION, "
            + "PRIMARY KEY (job, file))");
        transaction.Execute("CREATE TABLE IF NOT EXISTS scored_jobs (job TEXT NOT NULL, machine TEXT NOT NULL, inputs TEXT NOT NULL, "
            + "outputs TEXT NOT NULL, PRIMARY KEY (job, machine))");
        MustBeOf(transaction);
        foreach (var file in new DirectoryInfo(_inputs).EnumerateFiles().Where(IsInput))
        {
            transaction.Execute("INSERT INTO scored_files (job, file, bytes, state, attempts) VALUES (@job, @file, @bytes, 'Waiting', 0) "
                + "ON CONFLICT (job, file) DO NOTHING", ("job", _job), ("file", file.Name), ("bytes", file.Length));
            var bytes = Convert.ToInt64(transaction.Scalar("SELECT bytes FROM scored_files WHERE job = @job AND file = @file",
                ("job", _job), ("file", file.Name)), null);
            if (bytes != file.Length)
                throw new StudyException($"The file '{file.Name}' has {file.Length} bytes; when the job '{_job}' began, it had {bytes}. "
                    + "Give the job of other files another name.");
        }
    }

    // Another machine may see the same folders at other paths.
    private void MustBeOf(DbTransaction transaction)
    {
        var (inputs, outputs) = (Resolved(new(_inputs)), Resolved(new(_outputs)));
        transaction.Execute("INSERT INTO scored_jobs (job, machine, inputs, outputs) VALUES (@job, @machine, @inputs, @outputs) ON "
            + "CONFLICT (job, machine) DO NOTHING", ("job", _job), ("machine", Environment.MachineName), ("inputs", inputs),
            ("outputs", outputs));
        var there = transaction.Query("SELECT inputs, outputs FROM scored_jobs WHERE job = @job AND machine = @machine",
            row => (Inputs: row.GetString(0), Outputs: row.GetString(1)), ("job", _job), ("machine", Environment.MachineName))[0];
        if (there != (inputs, outputs))
            throw new StudyException($"The job '{_job}' began with the folders '{there.Inputs}' and '{there.Outputs}', not '{inputs}' and "
                + $"'{outputs}'. Give the job of other folders another name.");
    }

    // A database beside the inputs, with the files that SQLite keeps beside it, is none of them.
    private bool IsInput(FileInfo file) => !file.Name.StartsWith('.') && (_databaseFile is null || (file.FullName != _databaseFile
        && !file.FullName.StartsWith(_databaseFile + "-", StringComparison.Ordinal)));

    private static string Resolved(DirectoryInfo folder) =>
        (folder.ResolveLinkTarget(returnFinalTarget: true) ?? folder).FullName.TrimEnd(Path.DirectorySeparatorChar);

    // The next file, or none while others are at work on the last ones.
    private (string? File, bool IsAllDone) Claim(DbTransaction transaction)
    {
        if (_database.IsPostgres)
            transaction.Execute("SELECT pg_advisory_xact_lock(7364822)");
        var left = transaction.Query($"SELECT file, state, worker, COALESCE({_database.Now} - heartbeat, 0) FROM scored_files WHERE "
            + "job = @job AND (state <> 'Failed') ORDER BY file", row => (File: row.GetString(0), State: row.GetString(1),
                Worker: row.IsDBNull(2) ? "" : row.GetString(2), Silent: row.GetDouble(3)), ("job", _job));
        var isAllDone = true;
        foreach (var (file, state, worker, silent) in left)
        {
            // Outputs that somebody deleted are made again.
            if (state == "Done" && File.Exists(Path.Combine(_outputs, file)))
                continue;
            isAllDone = false;
            if (state == "Running" && silent < Lease.TotalSeconds && !Study.HasEnded(worker))
                continue;
            transaction.Execute($"UPDATE scored_files SET state = 'Running', worker = @worker, attempts = attempts + 1, "
                + $"heartbeat = {_database.Now} WHERE job = @job AND file = @file", ("worker", _worker), ("job", _job), ("file", file));
            return (file, false);
        }
        return (null, isAllDone);
    }

    /// <returns>False where it failed, or another process took the file over meanwhile.</returns>
    private bool Score(string file, Action<string, Stream> score, CancellationToken cancel)
    {
        var isOfFile = false;
        OutputStream? written = null;
        try
        {
            AtomicFile.Write(Path.Combine(_outputs, file), stream =>
            {
                isOfFile = true;
                written = new OutputStream(Wrap?.Invoke(stream) ?? stream);
                score(Path.Combine(_inputs, file), written);
                isOfFile = false;
                // Scoring may have gone on after it.
                if (written.Error is { } swallowed)
                    throw swallowed;
                if (!IsMine(file))
                    throw new TakenOverException();
            });
            return End(file, "Done", null);
        }
        catch (TakenOverException)
        {
            return false;
        }
        catch (Exception error) when (isOfFile && written!.Error is { } full && !cancel.IsCancellationRequested)
        {
            // The disk's failure, whatever the scoring made of it.
            End(file, "Waiting", null);
            throw new IOException($"'{Path.Combine(_outputs, file)}' can't be written: {full.Message}", error);
        }
        catch (Exception error) when (isOfFile && error is not StudyException && !cancel.IsCancellationRequested)
        {
            End(file, "Failed", $"{error.GetType().Name}: {error.Message}");
            return false;
        }
        catch (Exception error) when (error is not StudyException)
        {
            // Nothing is wrong with the file: somebody else may score it.
            End(file, "Waiting", null);
            throw;
        }
    }

    private bool IsMine(string file) => _database.Run(transaction => transaction.Execute($"UPDATE scored_files SET heartbeat = "
        + $"{_database.Now} WHERE job = @job AND file = @file AND worker = @worker AND state = 'Running'", ("job", _job), ("file", file),
        ("worker", _worker))) == 1;

    private bool End(string file, string state, string? reason) => _database.Run(transaction => transaction.Execute("UPDATE scored_files "
        + "SET state = @state, reason = @reason WHERE job = @job AND file = @file AND worker = @worker AND state = 'Running'",
        ("state", state), ("reason", reason), ("job", _job), ("file", file), ("worker", _worker))) == 1;

    private void Beat()
    {
        try
        {
            _database.Run(transaction => transaction.Execute($"UPDATE scored_files SET heartbeat = {_database.Now} WHERE job = @job AND "
                + "worker = @worker AND state = 'Running'", ("job", _job), ("worker", _worker)));
        }
        catch (StudyException)
        {
            // the next claim says so
        }
    }

    private sealed class TakenOverException : Exception;
}
