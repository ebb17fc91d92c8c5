using System.Diagnostics;
using System.Net;

namespace MLSeqGraph.Cluster.Tests;

/// <summary>Members that are gone, and what is said of them.</summary>
[TestClass]
public class MemberTests
{
    [TestMethod]
    public void A_member_of_this_machine_that_was_killed_is_not_waited_for()
    {
        using var folder = new TemporaryFolder();
        var database = folder.File("cluster.db");
        using (var first = new WorkerProcess(database))
        {
            Assert.IsTrue(SpinWait.SpinUntil(() => first.Said.Contains("joined") || first.HasExited, TimeSpan.FromSeconds(60)), first.Said);
            first.Kill();
        }
        var said = new List<string>();
        var start = Stopwatch.GetTimestamp();
        using var second = new Joined(database, lease: 120, log: said.Add);
        Assert.IsLessThan(30, Stopwatch.GetElapsedTime(start).TotalSeconds);
        Assert.AreEqual(0, second.Cluster.Others);
    }

    [TestMethod]
    public void A_killed_member_of_this_machine_is_noticed_long_before_its_silence()
    {
        using var folder = new TemporaryFolder();
        using var here = new Joined(folder.File("cluster.db"), lease: 120);
        using var other = new WorkerProcess(folder.File("cluster.db"));
        Assert.IsTrue(SpinWait.SpinUntil(() => here.Cluster.Others == 1, TimeSpan.FromSeconds(60)), other.Said);
        other.Kill();
        Assert.IsTrue(SpinWait.SpinUntil(() => here.Cluster.Others == 0, TimeSpan.FromSeconds(20)), "It is a member still.");
    }

    [TestMethod]
    public void Who_joins_says_which_member_it_waits_for()
    {
        using var folder = new TemporaryFolder();
        var options = Joined.Options(folder.File("cluster.db"));
        using (var database = new ClusterDatabase(options))
        {
            var table = new SqliteMembership(database, options);
            table.InitializeMembershipTable(true).Wait();
            var version = table.ReadAll().Result.Version;
            Assert.IsTrue(table.InsertRow(new()
            {
                SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 9), 1), Status = SiloStatus.Active,
                SiloName = "elsewhere/1/1", HostName = "elsewhere", StartTime = DateTime.UtcNow, IAmAliveTime = DateTime.UtcNow,
            }, version.Next()).Result);
        }
        var said = new List<string>();
        using var joined = new Joined(folder.File("cluster.db"), lease: 12, log: line =>
        {
            lock (said)
                said.Add(line);
        });
        lock (said)
            Assert.ContainsSingle(line => line == "Joining the cluster 'mlseqgraph': its member on elsewhere doesn't answer at "
                + "127.0.0.1:9, and is waited for until it has been silent for 6 s.", said, string.Join('\n', said));
    }

    [TestMethod]
    public void What_a_study_does_is_said_once()
    {
        var said = new List<string>();
        var news = new StudyNews("s", TimeSpan.Zero, said.Add);
        StudyStatus[] all = [new(false, null, 0, 0, null), new(false, null, 0, 0, null), new(false, null, 0, 0, null),
            new(false, null, 0, 1, null), new(false, null, 0, 1, null), new(true, null, 1, 0, 0.5), new(true, null, 1, 0, 0.5)];
        foreach (var status in all)
            news.Take(status);
        CollectionAssert.AreEqual((string[])["s: 0 trials ended, 0 running", "s: no worker has taken a trial; they are waited for.",
            "s: 0 trials ended, 1 running", "s: 1 trial ended, 0 running, best 0.5"], said);
    }
}
