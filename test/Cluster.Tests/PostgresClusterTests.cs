namespace MLSeqGraph.Cluster.Tests;

/// <summary>The same with members, jobs and studies in PostgreSQL.</summary>
[TestClass]
public class PostgresClusterTests
{
    private static PostgresServer? _server;

    [ClassInitialize]
    public static void Start(TestContext context) => _server = PostgresServer.Start();

    [ClassCleanup]
    public static void Stop() => _server?.Dispose();

    private static string Connection => _server?.Connection ?? throw new AssertInconclusiveException("No PostgreSQL server is installed.");

    [TestMethod]
    public void A_trial_whose_worker_is_killed_goes_on_elsewhere_to_the_same_end() => ClusterTests.AfterKill(Connection);

    [TestMethod]
    public void Four_members_of_which_one_is_killed_lose_nothing()
    {
        using var submitter = new Joined(Connection);
        var workers = Enumerable.Range(0, 3).Select(_ => new WorkerProcess(Connection)).ToList();
        try
        {
            var waiting = submitter.Cluster.RunAsync(new("bowl", "bowl") { Settings = "200" });
            Assert.IsTrue(SpinWait.SpinUntil(() => workers.TrueForAll(worker => worker.Said.Contains("trial ", StringComparison.Ordinal)),
                TimeSpan.FromSeconds(60)), string.Join('\n', workers.Select(worker => worker.Said)));
            workers[1].Kill();
            Assert.IsTrue(waiting.Wait(TimeSpan.FromSeconds(120)), string.Join('\n', workers.Select(worker => worker.Said)));
            CollectionAssert.AreEqual(TestExperiments.Of(TestExperiments.Bowl(200).Run().Trials),
                TestExperiments.Of(waiting.Result.Trials));
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
        }
    }
}
