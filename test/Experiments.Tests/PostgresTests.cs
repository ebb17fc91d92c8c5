using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>The same on PostgreSQL, where its server is installed (Debian's package <c>postgresql</c>).</summary>
[TestClass]
public class PostgresTests
{
    private static TemporaryFolder? _folder;
    private static string? _bin, _connection;
    private static int _port;

    [ClassInitialize]
    public static void Start(TestContext context)
    {
        _bin = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order().LastOrDefault() : null;
        if (_bin is null || !File.Exists(_bin + "/bin/initdb"))
            return;
        _folder = new();
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        if (Environment.UserName == "root")
            Shell($"chown postgres {_folder.Path}");
        Server("initdb", $"-D {_folder.Path}/data -A trust -U postgres -N --no-instructions");
        Up();
        _connection = $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres;Timeout=3";
    }

    [ClassCleanup]
    public static void Stop()
    {
        if (_connection is not null)
            Down();
        _folder?.Dispose();
    }

    private static string Connection => _connection ?? throw new AssertInconclusiveException("No PostgreSQL server is installed.");

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
        Down();
        Thread.Sleep(700);
        Assert.IsFalse(running.IsCompleted);
        Up();
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

    private static void Up() => Server("pg_ctl", $"-D {_folder!.Path}/data -w -l {_folder.Path}/log -o \"-p {_port} -k {_folder.Path} "
        + "-c fsync=off\" start");

    private static void Down() => Server("pg_ctl", $"-D {_folder!.Path}/data -m fast -w stop");

    // The server refuses to run as root.
    private static void Server(string program, string arguments)
    {
        var command = $"{_bin}/bin/{program} {arguments}";
        Shell(Environment.UserName == "root" ? $"runuser -u postgres -- {command}" : command);
    }

    private static void Shell(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command + " >/dev/null 2>&1"])
        {
            WorkingDirectory = "/tmp",
        })!;
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, command);
    }
}
