using System.Data.Common;
using System.Diagnostics;
using System.Globalization;

namespace MLSeqGraph.Experiments;

/// <content>What the processes that work on a study do.</content>
public sealed partial class Study
{
    internal static readonly string ProcessName = NameOf(Process.GetCurrentProcess());

    // Two runs in one process are two workers.
    private readonly string _worker = $"{ProcessName}/{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>After how long without a sign of life another process takes a trial over; of a process that ended on the same machine at
    /// once.</summary>
    internal TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many processes may die in a trial before it is taken for what kills them.</summary>
    internal int MostAttempts { get; set; } = 10;

    /// <summary>Begins a study, or goes on with one of the name.</summary>
    /// <exception cref="StudyException">There is one of the name with another space, metric or seed.</exception>
    internal static Study Attach(string database, string name, SearchSpace space, string metric, bool isMaximize, int seed)
    {
        var opened = new StudyDatabase(database);
        try
        {
            opened.Run(transaction => transaction.Execute("INSERT INTO studies (name, space, metric, maximize, seed, created_utc) VALUES "
                + "(@study, @space, @metric, @maximize, @seed, @created) ON CONFLICT (name) DO NOTHING", ("study", name),
                ("space", space.ToString()), ("metric", metric), ("maximize", isMaximize ? 1 : 0), ("seed", seed), ("created", UtcNow)));
            var study = new Study(opened, name, space);
            study.MustBe(space, metric, isMaximize, seed);
            return study;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Takes a trial that nobody works on, or begins the next.</summary>
    /// <param name="mostTrials">The most trials of the study.</param>
    /// <param name="propose">The parameters of the trial of a number, given those before.</param>
    /// <param name="worker">Who is to run it; null for this process.</param>
    /// <returns>Null where there is nothing left to begin.</returns>
    internal TrialClaim? Claim(int mostTrials, Func<int, IReadOnlyList<TrialResult>, TrialProposal> propose, string? worker = null) =>
        _database.Run<TrialClaim?>(transaction =>
        {
            if (_database.IsPostgres)
                transaction.Scalar("SELECT name FROM studies WHERE name = @study FOR UPDATE", ("study", Name));
            if (TakeOver(transaction, worker ?? _worker) is { } taken)
                return new(taken.TrialId, new(taken.Parameters, taken.ParentTrialId), IsBegun: true);
            var trials = ReadTrials(transaction);
            if (trials.Count >= mostTrials)
                return null;
            var proposal = propose(trials.Count, trials);
            transaction.Execute("INSERT INTO trials (study, number, state, parameters, started_utc, attempts, worker, parent, "
                + $"heartbeat) VALUES (@study, @number, 'Running', @parameters, @started, 1, @worker, @parent, {_database.Now})", ("study",
                    Name),
                ("number", trials.Count), ("parameters", TrialParameters.ToJson(proposal.Parameters)), ("started", UtcNow),
                ("worker", worker ?? _worker), ("parent", proposal.ParentTrialId));
            return new(trials.Count, proposal, IsBegun: false);
        });

    /// <summary>Forgets what a trial's epochs reported from one on.</summary>
    /// <returns>What those before it reported.</returns>
    internal IReadOnlyDictionary<int, double> Rewind(int trialId, int epoch)
    {
        _database.Run(transaction => transaction.Execute("DELETE FROM reports WHERE study = @study AND number = @number AND epoch >= "
            + "@epoch", ("study", Name), ("number", trialId), ("epoch", epoch)));
        return Reports(trialId);
    }

    /// <summary>Stores what an epoch of an own trial came to.</summary>
    /// <returns>False where another process has taken the trial over.</returns>
    internal bool Report(int trialId, int epoch, double value, string? worker = null) => _database.Run(transaction => transaction.Execute(
        "INSERT INTO reports (study, number, epoch, value) SELECT @study, @number, @epoch, @value WHERE EXISTS (SELECT 1 FROM trials "
        + "WHERE study = @study AND number = @number AND worker = @worker) ON CONFLICT (study, number, epoch) DO UPDATE SET "
        + "value = excluded.value", ("study", Name), ("number", trialId), ("epoch", epoch), ("value", value),
        ("worker", worker ?? _worker))) == 1;

    /// <summary>Stores what an own trial came to.</summary>
    /// <returns>False where another process took it over meanwhile, which is the one that counts.</returns>
    internal bool Finish(TrialResult result, string? worker = null) => _database.Run(transaction => transaction.Execute(
        "UPDATE trials SET state = @state, metric = @metric, reason = @reason, ended_utc = @ended, milliseconds = @milliseconds, "
        + "epochs = @epochs, best_epoch = @best WHERE study = @study AND number = @number AND worker = @worker AND state = 'Running'",
        ("state", result.State.ToString()), ("metric", result.Metric), ("reason", result.Reason), ("ended", UtcNow),
        ("milliseconds", result.DurationInMilliseconds), ("epochs", result.Epochs), ("best", result.BestEpoch), ("study", Name),
        ("number", result.TrialId), ("worker", worker ?? _worker))) == 1;

    /// <summary>Gives an own trial back, for who goes on with the study.</summary>
    /// <param name="trialId">The trial.</param>
    /// <param name="worker">Who ran it; null for this process.</param>
    /// <param name="isDead">Whether it ended with its process, which counts as an attempt.</param>
    internal void Release(int trialId, string? worker = null, bool isDead = false) => _database.Run(transaction => transaction.Execute(
        "UPDATE trials SET state = 'Waiting', attempts = attempts - @back WHERE study = @study AND number = @number AND worker = @worker "
        + "AND state = 'Running'", ("back", isDead ? 0 : 1), ("study", Name), ("number", trialId), ("worker", worker ?? _worker)));

    /// <summary>Says that this process is alive, or another one in a trial.</summary>
    internal void Beat(string? worker = null, int? trialId = null) => _database.Run(transaction => transaction.Execute(
        $"UPDATE trials SET heartbeat = {_database.Now} WHERE study = @study AND worker = @worker AND state = 'Running' AND "
        + "(@any = 1 OR number = @number)", ("study", Name), ("worker", worker ?? _worker), ("any", trialId is null ? 1 : 0),
        ("number", trialId ?? 0)));

    /// <summary>Gives back the trials whose processes have been silent for longer than the lease.</summary>
    internal void ReleaseSilent() => _database.Run(transaction => transaction.Execute("UPDATE trials SET state = 'Waiting' WHERE "
        + $"study = @study AND state = 'Running' AND COALESCE({_database.Now} - heartbeat, 0) > @lease", ("study", Name),
        ("lease", Lease.TotalSeconds)));

    private TrialResult? TakeOver(DbTransaction transaction, string worker)
    {
        var left = transaction.Query($"SELECT {Columns}, COALESCE({_database.Now} - heartbeat, 0) FROM trials WHERE study = @study AND "
            + "state IN ('Running', 'Waiting') ORDER BY number", row => (Trial: ReadTrial(row), Silent: row.GetDouble(13)),
            ("study", Name));
        foreach (var (trial, silent) in left)
        {
            if (trial.State == TrialState.Running && silent < Lease.TotalSeconds && !HasEnded(trial.Worker!))
                continue;
            if (trial.Attempts >= MostAttempts)
            {
                transaction.Execute("UPDATE trials SET state = 'Failed', reason = @reason, ended_utc = @ended WHERE study = @study AND "
                    + "number = @number", ("reason", $"{trial.Attempts} processes ended in it"), ("ended", UtcNow), ("study", Name),
                    ("number", trial.TrialId));
                continue;
            }
            transaction.Execute($"UPDATE trials SET state = 'Running', worker = @worker, heartbeat = {_database.Now}, "
                + "attempts = attempts + 1, started_utc = @started WHERE study = @study AND number = @number", ("worker", worker),
                ("started", UtcNow), ("study", Name), ("number", trial.TrialId));
            return trial;
        }
        return null;
    }

    // machine/process id/start: another process may have got the id since.
    internal static bool HasEnded(string worker)
    {
        var parts = worker.Split('/');
        if (parts.Length < 3 || parts[0] != Environment.MachineName || !int.TryParse(parts[1], out var id)
            || !long.TryParse(parts[2], out var start))
            return false;
        try
        {
            using var process = Process.GetProcessById(id);
            return Math.Abs(new DateTimeOffset(process.StartTime).ToUnixTimeSeconds() - start) > 2;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return error is not System.ComponentModel.Win32Exception;
        }
    }

    private static string NameOf(Process process)
    {
        using (process)
            return string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName.Replace('/', '-')}/{process.Id}/"
                + $"{new DateTimeOffset(process.StartTime).ToUnixTimeSeconds()}");
    }

    private void MustBe(SearchSpace space, string metric, bool isMaximize, int seed)
    {
        string[] there = Space.Split('\n'), here = space.ToString().Split('\n');
        string[] differences = [.. there.Except(here).Select(line => $"it has '{line}'"),
            .. here.Except(there).Select(line => $"it lacks '{line}'")];
        if (differences.Length > 0)
            throw new StudyException($"The study '{Name}' is of another search space: {string.Join("; ", differences)}. Give the "
                + "experiment a study of another name, or the space that it began with.");
        if ((Metric, IsMaximize, Seed) != (metric, isMaximize, seed))
            throw new StudyException($"The study '{Name}' is {Aim(IsMaximize, Metric, Seed)}, not {Aim(isMaximize, metric, seed)}. Give "
                + "the experiment a study of another name.");
    }

    private static string Aim(bool isMaximize, string metric, int seed) =>
        $"for the {(isMaximize ? "highest" : "lowest")} {metric} with seed {seed}";

    private static string UtcNow => DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture);
}
