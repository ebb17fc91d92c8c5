namespace MLSeqGraph.Experiments.Tests;

/// <summary>The same on PostgreSQL, where its server is installed (Debian's package <c>postgresql</c>).</summary>
[TestClass]
public class PostgresTests
{
    private static PostgresServer? _server;

    [ClassInitialize]
    public static void Start(TestContext context) => _server = PostgresServer.Start();

    [ClassCleanup]
    public static void Stop() => _server?.Dispose();

    private static string Connection => _server?.Connection ?? throw new AssertInconclusiveException("No PostgreSQL server is installed.");

    [TestMethod]
    public void Trials_are_the_same_as_in_a_file()
    {
        using var folder = new TemporaryFolder();
        var there = StudyTests.Quick(Connection, 30).Run();
        CollectionAssert.AreEqual(StudyTests.Parameters(StudyTests.Quick(folder.File("a.db"), 30).Run().Trials),
            StudyTests.Parameters(there.Trials));
        using var study = Study.Open(Connection, "bowl");
        study.WriteCsv(folder.File("a.csv"));
        Assert.HasCount(31, File.ReadAllLines(folder.File("a.csv")));
        Assert.Contains("another search space", Assert.Throws<StudyException>(() => StudyTests.Quick(Connection, 31)
            .SetSearchSpace(space => space.Range("z", 0, 1)).Run()).Message);
    }

    [TestMethod]
    public void After_twenty_kills_every_trial_is_there_once_with_the_same_best()
    {
        // A database of its own: other tests have a study of this name.
        using (var connection = new Npgsql.NpgsqlConnection(Connection))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE DATABASE kills";
            command.ExecuteNonQuery();
        }
        KillTests.AfterKills(Connection.Replace("Database=postgres", "Database=kills", StringComparison.Ordinal), least: 900);
    }

    [TestMethod]
    public void Files_are_scored_once_by_processes_that_are_killed()
    {
        using var folder = new TemporaryFolder();
        FolderScoringTests.AfterKills(folder.Path, Connection);
    }

    [TestMethod]
    public void A_killed_process_s_trial_goes_on_from_what_the_database_keeps()
    {
        using var folder = new TemporaryFolder();
        ResumeTests.AfterKill(folder, Connection);
    }

    [TestMethod]
    public void Several_workers_share_a_study_and_a_server_that_goes_away_is_waited_for()
    {
        var experiment = StudyTests.Quick(Connection, 40, trial =>
        {
            Thread.Sleep(20);
            return StudyTests.Bowl(trial);
        }).SetStudy(Connection, "away");
        var running = Task.WhenAll(experiment.RunAsync(), experiment.RunAsync(), experiment.RunAsync());
        Thread.Sleep(200);
        _server!.Down();
        Thread.Sleep(700);
        Assert.IsFalse(running.IsCompleted);
        _server!.Up();
        Assert.IsTrue(running.Wait(TimeSpan.FromSeconds(60)));
        Assert.IsTrue(running.Result[0].Trials.Count == 40 && running.Result.All(result => result.Leaderboard.Count >= 37));
    }

    [TestMethod]
    public void A_server_that_is_not_there_is_an_error_that_names_it()
    {
        var error = Assert.Throws<StudyException>(() => new StudyDatabase("Host=127.0.0.1;Port=1;Database=d;Timeout=1",
            TimeSpan.FromMilliseconds(100)));
        Assert.Contains("'d' on 127.0.0.1", error.Message);
    }
}
