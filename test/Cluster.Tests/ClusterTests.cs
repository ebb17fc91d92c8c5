using System.Net;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.Cluster.Tests;

/// <summary>A cluster of processes on one machine, whose members stand in a SQLite file.</summary>
[TestClass]
public class ClusterTests
{
    [TestMethod]
    public void A_study_is_handed_over_and_comes_back_as_one_process_would_make_it()
    {
        using var folder = new TemporaryFolder();
        using var submitter = new Joined(folder.File("cluster.db"));
        using var worker = new Joined(folder.File("cluster.db"));
        using var stop = new CancellationTokenSource();
        var working = worker.Cluster.WorkAsync(new() { Trials = 2, Threads = 1 }, stop.Token);
        var said = new List<string>();
        submitter.Cluster.Log = said.Add;
        var result = submitter.Cluster.RunAsync(new("study", "bowl") { Settings = "12" }).GetAwaiter().GetResult();
        var alone = TestExperiments.Bowl(12).Run();
        CollectionAssert.AreEqual(TestExperiments.Of(alone.Trials), TestExperiments.Of(result.Trials));
        Assert.Contains("12 trials ended", said[^1]);
        // What has ended is there at once; other settings are another study.
        Assert.HasCount(12, submitter.Cluster.RunAsync(new("study", "bowl") { Settings = "12" }).GetAwaiter().GetResult().Trials);
        Assert.Contains("The study 'study' is of the settings '12', not '13'. Give the job a study of another name",
            Error(() => submitter.Cluster.RunAsync(new("study", "bowl") { Settings = "13" })));
        Assert.Contains("This program has no experiment 'other'; it has 'bowl', ",
            Error(() => submitter.Cluster.RunAsync(new("study", "other"))));
        stop.Cancel();
        Assert.AreEqual(12, working.GetAwaiter().GetResult());
    }

    [TestMethod]
    public void A_study_whose_budget_grew_goes_on()
    {
        using var folder = new TemporaryFolder();
        using var submitter = new Joined(folder.File("cluster.db"));
        using var worker = new Joined(folder.File("cluster.db"));
        using var stop = new CancellationTokenSource();
        var working = worker.Cluster.WorkAsync(cancel: stop.Token);
        ExperimentResult Run(int trials) => submitter.Cluster.RunAsync(new("grows", "bowl")
        {
            Settings = "12", Budget = new(trials),
        }).GetAwaiter().GetResult();
        Assert.HasCount(3, Run(3).Trials);
        CollectionAssert.AreEqual(TestExperiments.Of(TestExperiments.Bowl(7).Run().Trials), TestExperiments.Of(Run(7).Trials));
        stop.Cancel();
        Assert.AreEqual(7, working.GetAwaiter().GetResult());
        // A cluster of before jobs had a budget gets a column for it.
        using var database = new StudyDatabase(folder.File("cluster.db"));
        database.Run(transaction => transaction.Execute("ALTER TABLE cluster_jobs DROP COLUMN budget"));
        using var again = new ClusterDatabase(Joined.Options(folder.File("cluster.db")));
        Assert.IsNull(again.Find("grows")!.Job.Budget);
    }

    [TestMethod]
    public void A_trial_whose_worker_is_killed_goes_on_elsewhere_to_the_same_end()
    {
        using var folder = new TemporaryFolder();
        AfterKill(folder.File("cluster.db"));
    }

    internal static void AfterKill(string database)
    {
        using var submitter = new Joined(database);
        var waiting = submitter.Cluster.RunAsync(new("killed", "networks") { Settings = "200" });
        int before;
        using (var first = new WorkerProcess(database))
        {
            var reached = SpinWait.SpinUntil(() => first.HasExited || Reached(database) >= 3, TimeSpan.FromSeconds(90));
            first.Kill();
            Assert.IsTrue(reached, first.Said);
            before = Reached(database, isThere: true);
        }
        Assert.IsTrue(before is >= 3 and < TestExperiments.Epochs, $"killed after epoch {before}");
        using var second = new WorkerProcess(database);
        Assert.IsTrue(waiting.Wait(TimeSpan.FromSeconds(120)), second.Said);
        var result = waiting.Result;
        CollectionAssert.AreEqual(TestExperiments.Of(TestExperiments.Networks(new(), 0).Run().Trials),
            TestExperiments.Of(result.Trials), second.Said);
        Assert.AreEqual((2, TestExperiments.Epochs), (result.Trials[0].Attempts, result.Trials[0].Epochs));
        // The second one did what was left. An epoch may have been written and not reported, or begun.
        var here = System.Text.RegularExpressions.Regex.Match(second.Said, @"trial 0 .*, (\d) of 8 epochs here");
        Assert.IsTrue(here.Success, second.Said);
        Assert.IsTrue(int.Parse(here.Groups[1].Value) is var epochs && epochs >= TestExperiments.Epochs - before - 1
            && epochs <= TestExperiments.Epochs - before, $"killed after epoch {before}: {second.Said}");
        Assert.IsNotNull(result.Model);
    }

    [TestMethod]
    public void A_worker_of_another_version_is_refused_and_both_are_named()
    {
        using var folder = new TemporaryFolder();
        using (new Joined(folder.File("cluster.db")))
            Assert.AreEqual($"The cluster 'mlseqgraph' runs MLSeqGraph {ClusterOptions.LibraryVersion} and this worker is 9.9.9; expected "
                + "the same version. Update this worker, or stop the other ones first.",
                Assert.ThrowsExactly<ClusterException>(() => new Joined(folder.File("cluster.db"), "9.9.9")).Message);
        // Once they are gone for a lease, the cluster is of the new version; a job of the old one isn't handed out.
        using var database = new ClusterDatabase(Joined.Options(folder.File("cluster.db")));
        database.Open(new("old", "bowl") { Settings = "3" }, []);
        var job = database.Find("old")!;
        Assert.AreEqual($"The study 'old' was begun by MLSeqGraph {ClusterOptions.LibraryVersion} and this worker is 9.9.9; expected the "
            + "same version.", job.Refusal("9.9.9", ""));
        Assert.Contains("is of files with the digests ", job.Refusal(ClusterOptions.LibraryVersion, "abc")!);
        Assert.IsNull(job.Refusal(ClusterOptions.LibraryVersion, ""));
    }

    [TestMethod]
    public void A_worker_with_another_file_is_refused_and_a_shipped_file_is_fetched()
    {
        using var folder = new TemporaryFolder();
        var rows = folder.File("rows.txt");
        File.WriteAllText(rows, "a\nb\nc\n");
        using var submitter = new Joined(folder.File("cluster.db"));
        var files = new JobFiles(new StudyDatabase(folder.File("cluster.db")), folder.File("cache"));
        var file = new JobFile(rows);
        var digest = files.HandOver(file, default).GetAwaiter().GetResult();
        Assert.AreEqual(rows, files.Find(file, digest, default).GetAwaiter().GetResult());
        File.WriteAllText(rows, "a\nb\n");
        Assert.Contains($"of this machine has the digest ", Error(() => files.Find(file, digest, default)));
        Assert.Contains($"and the job's has {digest[..12]}", Error(() => files.Find(file, digest, default)));
        File.Delete(rows);
        Assert.Contains("There is no file '", Error(() => files.Find(file, digest, default)));
        Assert.Contains("There is no file '", Error(() => submitter.Cluster.RunAsync(new("none", "file") { Files = [file] })));
        File.WriteAllText(rows, "a\nb\nc\nd\n");
        var shipped = new JobFile(rows, IsShipped: true);
        digest = files.HandOver(shipped, default).GetAwaiter().GetResult();
        File.Delete(rows);
        Assert.Contains("has the digest '../x'; expected 64 digits", Error(() => files.Find(shipped, "../x", default)));
        Assert.AreEqual("a\nb\nc\nd\n", File.ReadAllText(files.Find(shipped, digest, default).GetAwaiter().GetResult()));
    }

    [TestMethod]
    public void A_file_is_downloaded_once_by_its_digest()
    {
        using var folder = new TemporaryFolder();
        using var server = new HttpListener();
        var address = $"http://127.0.0.1:{Random.Shared.Next(20000, 60000)}/";
        server.Prefixes.Add(address);
        server.Start();
        var asked = 0;
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var context = await server.GetContextAsync();
                asked++;
                await context.Response.OutputStream.WriteAsync("rows"u8.ToArray());
                context.Response.Close();
            }
        });
        var files = new JobFiles(new StudyDatabase(folder.File("cluster.db")), folder.File("cache"));
        var file = new JobFile(address + "rows.txt");
        var digest = files.HandOver(file, default).GetAwaiter().GetResult();
        Assert.AreEqual("rows", File.ReadAllText(files.Find(file, digest, default).GetAwaiter().GetResult()));
        Assert.AreEqual(1, asked);
        Assert.Contains("gave a file with the digest", Error(() => files.Find(file, new string('0', 64), default)));
    }

    [TestMethod]
    public void Budgets_failures_and_pruners_hold_across_workers()
    {
        using var folder = new TemporaryFolder();
        using var submitter = new Joined(folder.File("cluster.db"));
        using var first = new Joined(folder.File("cluster.db"));
        using var second = new Joined(folder.File("cluster.db"));
        using var stop = new CancellationTokenSource();
        Task[] working = [first.Cluster.WorkAsync(cancel: stop.Token), second.Cluster.WorkAsync(cancel: stop.Token)];
        var failing = submitter.Cluster.RunAsync(new("failing", "failing")).GetAwaiter().GetResult();
        Assert.AreEqual("IOException: odd", failing.Trials[1].Reason);
        Assert.HasCount(2, failing.Leaderboard);
        var pruned = submitter.Cluster.RunAsync(new("pruned", "pruned")).GetAwaiter().GetResult();
        Assert.IsTrue(pruned.Trials.Count(trial => trial.State == TrialState.Pruned) >= 3, string.Join('\n', pruned.Trials));
        Assert.IsTrue(pruned.Trials.Select(trial => trial.Worker).Distinct().Count() == 2, "one worker ran all of it");
        var endless = submitter.Cluster.RunAsync(new("endless", "endless")).GetAwaiter().GetResult();
        Assert.IsTrue(endless.Trials is { Count: 2 } && endless.Trials.All(trial => trial.Reason == "ended early: the budget was used up"),
            string.Join('\n', endless.Trials));
        stop.Cancel();
        Task.WaitAll(working);
    }

    [TestMethod]
    public void A_canceled_study_gives_the_best_so_far_and_a_worker_that_leaves_its_trials_back()
    {
        using var folder = new TemporaryFolder();
        using var submitter = new Joined(folder.File("cluster.db"));
        using var worker = new Joined(folder.File("cluster.db"));
        using (var leave = new CancellationTokenSource())
        {
            var left = worker.Cluster.WorkAsync(cancel: leave.Token);
            using var cancel = new CancellationTokenSource();
            var running = submitter.Cluster.RunAsync(new("canceled", "bowl") { Settings = "1000" }, cancel.Token);
            Assert.IsTrue(SpinWait.SpinUntil(() => Completed(folder.File("cluster.db"), "canceled") >= 3, TimeSpan.FromSeconds(30)));
            leave.Cancel();
            left.Wait();
            using (var study = Study.Open(folder.File("cluster.db"), "canceled"))
                Assert.IsFalse(study.Trials.Any(trial => trial.State == TrialState.Running));
            cancel.Cancel();
            var result = running.GetAwaiter().GetResult();
            Assert.IsTrue(result.IsCanceled && result.Leaderboard.Count is >= 3 and < 1000);
        }
    }

    [TestMethod]
    public void Options_out_of_range_are_named()
    {
        using var folder = new TemporaryFolder();
        string Refused(ClusterOptions options) => Assert.ThrowsExactly<ArgumentException>(options.Validate).Message;
        var good = Joined.Options(folder.File("cluster.db"));
        Assert.Contains("Database is empty", Refused(good with { Database = " " }));
        Assert.Contains("Port is 70000", Refused(good with { Port = 70000 }));
        Assert.Contains("Lease is 00:00:01", Refused(good with { Lease = TimeSpan.FromSeconds(1) }));
        Assert.Contains("Name is ''", Refused(good with { Name = "" }));
        File.WriteAllText(folder.File("file"), "");
        Assert.Contains("is a file; expected a folder", Refused(good with { CacheFolder = folder.File("file") }));
        Assert.Contains("Trials is 0", Assert.ThrowsExactly<ArgumentException>(() => new WorkerLimits { Trials = 0 }.Validate()).Message);
        Assert.Contains("Megabytes is -1", Assert.ThrowsExactly<ArgumentException>(() => new WorkerLimits { Megabytes = -1 }.Validate())
            .Message);
        Assert.Contains("A definition is called 'bowl'", Assert.ThrowsExactly<ArgumentException>(() =>
            TestExperiments.Definitions.Add("bowl", _ => null!)).Message);
    }

    private static int Completed(string database, string name)
    {
        try
        {
            using var study = Study.Open(database, name);
            return study.Trials.Count(trial => trial.State == TrialState.Completed);
        }
        catch (StudyException)
        {
            return 0;
        }
    }

    private static int Reached(string database, bool isThere = false)
    {
        try
        {
            using var study = Study.Open(database, "killed");
            return study.Reports(0).Count;
        }
        catch (StudyException) when (!isThere)
        {
            return 0;
        }
    }

    private static string Error(Func<Task> run)
    {
        try
        {
            run().GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is ClusterException or IOException)
        {
            return error.Message;
        }
        throw new AssertFailedException("Nothing was thrown.");
    }
}
