using Microsoft.Data.Sqlite;
using Microsoft.ML;

namespace MLSeqGraph.Experiments.Tests;

[TestClass]
public class StudyTests
{
    internal static Experiment Quick(string database, int trials = 100, Func<Trial, double>? function = null) =>
        new MLContext().Experiment()
        .SetSearchSpace(space => space.Range("x", -5.0, 5.0).Range("n", 1, 9).Choice("kind", "a", "b"))
        .SetTrialFunction(function ?? Bowl).SetStudy(database, "bowl").SetMaxModelToExplore(trials).SetSeed(5);

    internal static double Bowl(Trial trial)
    {
        var x = trial.Get<double>("x") - 1;
        trial.Report(x * x + 1);
        return x * x + trial.Get<int>("n") + (trial.Get<string>("kind") == "a" ? 0 : 1);
    }

    internal static string[] Parameters(IEnumerable<TrialResult> trials) => [.. trials.Select(trial =>
        $"{trial.TrialId} {TrialParameters.ToJson(trial.Parameters)} {trial.Metric:R}")];

    [TestMethod]
    public void A_study_is_gone_on_with_to_the_same_end()
    {
        using var folder = new TemporaryFolder();
        var whole = Quick(folder.File("whole.db"), 40).Run();
        Quick(folder.File("parts.db"), 7).Run();
        Quick(folder.File("parts.db"), 25).Run();
        var parts = Quick(folder.File("parts.db"), 40).Run();
        CollectionAssert.AreEqual(Parameters(whole.Trials), Parameters(parts.Trials));
        using var study = Study.Open(folder.File("parts.db"), "bowl");
        CollectionAssert.AreEqual(Parameters(whole.Trials), Parameters(study.Trials));
        Assert.AreEqual((whole.BestTrial.TrialId, "value", false, 5), (study.Best!.TrialId, study.Metric, study.IsMaximize, study.Seed));
        Assert.AreEqual(1, study.Reports(3).Keys.Single());
        CollectionAssert.AreEqual(new[] { "bowl" }, Study.Names(folder.File("parts.db")).ToArray());
    }

    [TestMethod]
    public void Two_studies_of_one_name_must_be_of_one_space_metric_and_seed()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("study.db");
        Quick(file, 3).Run();
        string Error(Experiment experiment) => Assert.Throws<StudyException>(() => experiment.Run()).Message;
        var space = Error(Quick(file, 4).SetSearchSpace(space => space.Range("x", -5.0, 6.0).Range("n", 1, 9).Choice("kind", "a", "b")));
        Assert.Contains("it has 'x: -5 to 5'; it lacks 'x: -5 to 6'", space);
        Assert.Contains("for the lowest value with seed 5, not for the lowest value with seed 6", Error(Quick(file, 4).SetSeed(6)));
        Assert.Contains("not for the highest value", Error(Quick(file, 4).SetTrialFunction(Bowl, "value", isMaximize: true)));
        Assert.Contains("There is no study 'other'; there are: 'bowl'",
            Assert.Throws<StudyException>(() => Study.Open(file, "other")).Message);
        Assert.Contains("There is no file", Assert.Throws<StudyException>(() => Study.Open(folder.File("no.db"), "a")).Message);
        File.WriteAllText(folder.File("text.db"), new string('x', 5000));
        Assert.Contains("text.db", Error(Quick(folder.File("text.db"), 1)));
        Assert.Contains("/no/folder/here.db", Error(Quick("/no/folder/here.db", 1)));
    }

    [TestMethod]
    public void A_database_of_a_newer_version_is_refused_and_an_older_one_brought_up()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("study.db");
        Quick(file, 3).Run();
        Execute(file, "DROP INDEX trials_by_state; ALTER TABLE trials DROP COLUMN parent; DROP TABLE checkpoints; "
            + "DELETE FROM study_schema WHERE version > 1");
        Assert.HasCount(4, Quick(file, 4).Run().Trials);
        Assert.AreEqual(4L, Execute(file, "SELECT MAX(version) FROM study_schema"));
        Assert.AreEqual(1L, Execute(file, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'trials_by_state'"));
        Execute(file, "INSERT INTO study_schema (version) VALUES (99)");
        Assert.Contains("version 99", Assert.Throws<StudyException>(() => Quick(file, 5).Run()).Message);
    }

    [TestMethod]
    public void It_is_read_by_sql_and_exported()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("study.db");
        var result = Quick(file, 12, trial => trial.TrialId == 2 ? throw new IOException("a, \"b\"") : Bowl(trial)).Run();
        Assert.AreEqual(result.BestTrial.Metric, Execute(file, "SELECT MIN(metric) FROM trials WHERE state = 'Completed'"));
        Assert.AreEqual("a", Execute(file, "SELECT parameters ->> 'kind' FROM trials WHERE number = 0"));
        Assert.AreEqual(11L, Execute(file, "SELECT COUNT(*) FROM reports"));
        using var study = Study.Open(file, "bowl");
        study.WriteCsv(folder.File("study.csv"));
        var lines = File.ReadAllLines(folder.File("study.csv"));
        Assert.AreEqual("trial,state,value,milliseconds,epochs,best_epoch,attempts,started_utc,ended_utc,worker,reason,x,n,kind", lines[0]);
        Assert.HasCount(13, lines);
        Assert.Contains("\"IOException: a, \"\"b\"\"\"", lines[3]);
    }

    [TestMethod]
    public void Processes_share_a_study_and_each_trial_runs_once()
    {
        using var folder = new TemporaryFolder();
        var ran = new System.Collections.Concurrent.ConcurrentBag<int>();
        double Function(Trial trial)
        {
            ran.Add(trial.TrialId);
            return Bowl(trial);
        }
        Parallel.For(0, 4, new() { MaxDegreeOfParallelism = 4 }, _ => Quick(folder.File("study.db"), 60, Function).Run());
        CollectionAssert.AreEqual(Enumerable.Range(0, 60).ToArray(), ran.Order().ToArray());
        using var study = Study.Open(folder.File("study.db"), "bowl");
        Assert.IsTrue(study.Trials.All(trial => trial is { State: TrialState.Completed, Attempts: 1 }));
    }

    [TestMethod]
    public void A_trial_taken_over_counts_once()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("study.db");
        var space = new SearchSpace().Range("x", 0.0, 1.0);
        using var silent = Study.Attach(file, "s", space, "m", false, 0);
        using var alive = Study.Attach(file, "s", space, "m", false, 0);
        TrialProposal Propose(int number, IReadOnlyList<TrialResult> trials) => new(new Dictionary<string, object> { ["x"] = 0.5 });
        Assert.AreEqual(0, silent.Claim(1, Propose)!.Value.TrialId);
        Assert.IsNull(alive.Claim(1, Propose));
        alive.Lease = TimeSpan.Zero;
        Assert.AreEqual(0, alive.Claim(1, Propose)!.Value.TrialId);
        var result = new TrialResult { TrialId = 0, State = TrialState.Completed, Parameters = space.Default, Metric = 1 };
        Assert.IsFalse(silent.Finish(result with { Metric = 2 }));
        Assert.IsTrue(alive.Finish(result));
        Assert.IsFalse(alive.Finish(result));
        Assert.AreEqual((1.0, 2), (alive.Trials[0].Metric, alive.Trials[0].Attempts));
    }

    [TestMethod]
    public void A_trial_in_which_processes_die_fails_in_the_end()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("study.db");
        Quick(file, 2).Run();
        Execute(file, "UPDATE trials SET state = 'Running', attempts = 10, worker = 'elsewhere/1/1/x', heartbeat = 0 WHERE number = 1");
        var trial = Quick(file, 2).Run().Trials[1];
        Assert.AreEqual((TrialState.Failed, "10 processes ended in it"), (trial.State, trial.Reason));
    }

    [TestMethod]
    public void A_database_that_is_away_for_a_while_is_waited_for()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("study.db");
        Quick(file, 2).Run();
        using var other = Open(file);
        using (var hold = other.CreateCommand())
        {
            hold.CommandText = "PRAGMA busy_timeout = 5000; BEGIN EXCLUSIVE";
            hold.ExecuteNonQuery();
        }
        var waiting = Quick(file, 4).RunAsync();
        Assert.IsFalse(waiting.Wait(500));
        using (var release = other.CreateCommand())
        {
            release.CommandText = "ROLLBACK";
            release.ExecuteNonQuery();
        }
        Assert.HasCount(4, waiting.Result.Leaderboard);
    }

    [TestMethod]
    public void A_disk_that_is_full_is_an_error_that_names_the_file_at_once()
    {
        using var folder = new TemporaryFolder();
        using var database = new StudyDatabase(folder.File("study.db"));
        // As many pages as there are now: what SQLite says is what it says of a disk.
        database.Run(transaction => transaction.Execute("PRAGMA max_page_count = 1"));
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        var error = Assert.Throws<StudyException>(() => database.Run(transaction => transaction.Execute(
            "INSERT INTO checkpoints (study, number, file, part, content) VALUES ('s', 0, 'f', 0, zeroblob(1000000))")));
        Assert.Contains("study.db' of studies can't be used: SQLite Error 13: 'database or disk is full'", error.Message);
        Assert.IsLessThan(10, System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    [TestMethod]
    public void An_earlier_study_is_begun_with()
    {
        using var folder = new TemporaryFolder();
        var earlier = Quick(folder.File("earlier.db"), 30).Run();
        var later = Quick(folder.File("later.db"), 8).SetSearchSpace(space => space.Range("x", -5.0, 5.0).Range("n", 1, 9)
            .Choice("kind", "a", "b", "c")).SetTryDefaults(false).SetWarmStart(folder.File("earlier.db"), "bowl").Run();
        Assert.AreEqual(earlier.BestTrial.Metric, later.Trials[0].Metric);
        Assert.IsLessThanOrEqualTo(earlier.BestTrial.Metric!.Value, later.BestTrial.Metric!.Value);
    }

    internal static object? Execute(string file, string sql)
    {
        using var connection = Open(file);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return connection;
    }
}
