using MLSeqGraph.Experiments;

namespace MLSeqGraph.Cluster;

/// <summary>
/// This process as a member of a cluster, over Microsoft Orleans: it works on experiments that are handed over, or hands one over, or both.
/// </summary>
/// <remarks>
/// All members run the same program, so that they know the same experiments, with the same version of this library. A study is handed out
/// by one member, wherever it lives; if that one is gone, another goes on with it. A trial whose worker is gone is gone on with by another
/// one, from its last epoch. Clocks of the machines may differ: leases and budgets are measured by the database's.
/// </remarks>
/// <example>
/// <code>
/// var definitions = new ExperimentDefinitions().Add("questions", context => context.ML.Experiment() …);
/// await using var cluster = await ExperimentCluster.JoinAsync(new() { Database = "Host=…" }, definitions);
/// await cluster.WorkAsync(new() { Trials = 2 }, cancel);              // on each machine
/// var result = await cluster.RunAsync(new("study", "questions"));     // on one of them
/// </code>
/// </example>
public sealed class ExperimentCluster : IAsyncDisposable
{
    private readonly ClusterOptions _options;
    private readonly ExperimentDefinitions _definitions;
    private readonly ClusterDatabase _database;
    private readonly JobFiles _files;
    private readonly Member _member;
    private readonly Timer _heartbeat;

    private ExperimentCluster(ClusterOptions options, ExperimentDefinitions definitions, ClusterDatabase database, Member member)
    {
        (_options, _definitions, _database, _member) = (options, definitions, database, member);
        _files = new(database.Database, options.Cache);
        Log = options.Log;
        _heartbeat = new(_ => Beat(), null, options.Lease / 4, options.Lease / 4);
    }

    /// <summary>Told what happens, a line at a time: trials that begin and end, jobs that are refused. Null for nobody; at first
    /// <see cref="ClusterOptions.Log"/>.</summary>
    public Action<string>? Log { get; set; }

    /// <summary>How many other processes are members now: workers, and those that wait for a result.</summary>
    internal int Others => _member.Others;

    /// <summary>Joins a cluster, or begins it.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="ClusterException">Its members have another version of this library, or it can't be joined.</exception>
    /// <exception cref="StudyException">The database can't be used.</exception>
    public static async Task<ExperimentCluster> JoinAsync(ClusterOptions options, ExperimentDefinitions definitions,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(definitions);
        options.Validate();
        using var waits = new DatabaseWatch(options.Log ?? (_ => { }), cancel).Begin();
        var database = new ClusterDatabase(options);
        try
        {
            database.Join();
            return new(options, definitions, database, await Member.Start(options, definitions, database, cancel));
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Runs trials of the jobs that are open, until canceled: trials that run then are given back, and gone on with by
    /// others.</summary>
    /// <param name="limits">How much of this machine it takes; null for one trial at a time on all cores.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>The number of trials that this worker ended.</returns>
    /// <exception cref="StudyException">The database, or the cluster, can't be used any more.</exception>
    public Task<int> WorkAsync(WorkerLimits? limits = null, CancellationToken cancel = default)
    {
        limits ??= new();
        limits.Validate();
        return Task.Run(() => Work(limits, cancel), CancellationToken.None);
    }

    /// <summary>Hands an experiment over, or joins the one of its study, and waits until it has ended. The best model is trained here, when
    /// it is asked for.</summary>
    /// <param name="job">The experiment.</param>
    /// <param name="cancel">Ends the study: the result is the best so far.</param>
    /// <exception cref="ClusterException">The study is of another job, or a member can't make the experiment.</exception>
    /// <exception cref="ExperimentException">No trial was completed.</exception>
    /// <exception cref="IOException">A file isn't there.</exception>
    public async Task<ExperimentResult> RunAsync(ExperimentJob job, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentException.ThrowIfNullOrWhiteSpace(job.Study);
        _definitions.MustKnow(job.Definition);
        var (digests, paths) = (new List<string>(), new List<string>());
        foreach (var file in job.Files)
        {
            digests.Add(await _files.HandOver(file, cancel));
            paths.Add(await _files.Find(file, digests[^1], cancel));
        }
        // What is wrong with it is said here, not by a worker.
        var experiment = _definitions.Make(new(job, paths), _options);
        _database.Open(job, digests);
        var study = _member.Grains.GetGrain<IStudyGrain>(job.Study);
        var news = new StudyNews(job.Study, _options.Lease / 6, line => Log?.Invoke(line));
        while (true)
        {
            if (cancel.IsCancellationRequested)
                _database.Set(job.Study, JobState.Canceled);
            var status = await Asked(study.Status);
            if (status is { IsOver: true, Error: { } error })
                throw new ClusterException($"The cluster can't run the study '{job.Study}': {error}");
            news.Take(status);
            if (status.IsOver)
                return experiment.Collect(cancel);
            await Task.Delay(200, CancellationToken.None);
        }
    }

    /// <summary>Leaves the cluster.</summary>
    public async ValueTask DisposeAsync()
    {
        await _heartbeat.DisposeAsync();
        await _member.DisposeAsync();
        _database.Dispose();
    }

    private int Work(WorkerLimits limits, CancellationToken cancel)
    {
        var refused = new HashSet<string>();
        var ended = 0;
        while (!cancel.IsCancellationRequested)
        {
            StoredJob[] open = [.. _database.OpenJobs().Where(job => !refused.Contains(job.Job.Study))];
            if (open.Length == 0 && limits.EndsWhenIdle)
                break;
            foreach (var job in open)
                try
                {
                    if (!cancel.IsCancellationRequested)
                        ended += Work(job, limits, () => _database.OpenJobs().Count > 1, cancel);
                }
                catch (Exception error) when (error is not StudyException && !cancel.IsCancellationRequested)
                {
                    // Whatever a definition throws is wrong with the job, not with this worker.
                    refused.Add(job.Job.Study);
                    Log?.Invoke($"{job.Job.Study}: refused: {error.Message}");
                }
            cancel.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(300));
        }
        return ended;
    }

    private int Work(StoredJob job, WorkerLimits limits, Func<bool> leaves, CancellationToken cancel)
    {
        var paths = job.Job.Files.Zip(job.Digests).Select(file => _files.Find(file.First, file.Second, cancel).GetAwaiter().GetResult());
        var experiment = _definitions.Make(new(job.Job, [.. paths]), _options).SetParallelTrials(limits.Trials);
        if (limits.Threads > 0)
            experiment.SetThreadsPerTrial(limits.Threads);
        if (limits.Megabytes is { } megabytes)
            experiment.SetMaximumMemoryUsageInMegaByte(megabytes);
        var told = new WorkerMonitor(job.Job.Study, experiment.Monitor, line => Log?.Invoke(line));
        experiment.SetMonitor(told);
        var identity = new WorkerIdentity($"{Study.ProcessName}/{Guid.NewGuid().ToString("N")[..8]}", _options.Version, job.Data);
        var source = new ClusterTrials(_member.Grains, experiment, identity, leaves);
        using (var run = new ExperimentRun(experiment, cancel, source))
            run.Work();
        return told.Ended;
    }

    // A member that is gone is found out about after a while.
    private static async Task<StudyStatus> Asked(Func<Task<StudyStatus>> ask)
    {
        for (var attempt = 0; ; attempt++)
            try
            {
                return await ask();
            }
            catch (Exception error) when (error is Orleans.Runtime.OrleansException or TimeoutException && attempt < 60)
            {
                await Task.Delay(1000);
            }
    }

    private void Beat()
    {
        try
        {
            _database.Join();
        }
        catch (Exception error) when (error is StudyException or ClusterException)
        {
            Log?.Invoke(error.Message);
        }
    }
}
