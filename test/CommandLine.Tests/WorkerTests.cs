using MLSeqGraph.Experiments.Tests;

namespace MLSeqGraph.CommandLine.Tests;

/// <summary>Experiments that workers run.</summary>
[TestClass]
public class WorkerTests
{
    [TestMethod]
    public void An_experiment_that_a_worker_runs_gives_what_it_gives_alone()
    {
        using var folder = new TemporaryFolder();
        var data = ToolRun.WriteNumbers(folder, "train.csv", (x, y) => x > y ? "wide" : "high");
        string[] options = ["--data", data, "--model", "lightgbm", "--trials", "3", "--json", "--output"];
        var alone = ToolRun.Good(["experiment", .. options, folder.File("alone.zip")]).Json;
        var waiting = Task.Run(() => ToolRun.Of(["experiment", .. options, folder.File("model.zip"), "--cluster", folder.File("c.db")]));
        // It is there once the database has the job.
        Assert.IsTrue(SpinWait.SpinUntil(() => waiting.IsCompleted || File.Exists(folder.File("c.db")), TimeSpan.FromSeconds(60)));
        ToolRun worker;
        do
            worker = ToolRun.Good("worker", "--cluster", folder.File("c.db"), "--until-idle", "--threads", "1", "--json");
        while (worker.Json.GetProperty("trials").GetInt32() == 0 && !waiting.IsCompleted);
        var run = waiting.Result;
        Assert.AreEqual(0, run.Code, run.Errors);
        Assert.Contains("3 trials ended", run.Errors);
        Assert.Contains("mlsg worker --cluster ", run.Errors);
        Assert.AreEqual(3, worker.Json.GetProperty("trials").GetInt32());
        Assert.AreEqual(alone.GetProperty("validation").GetDouble(), run.Json.GetProperty("validation").GetDouble());
        Assert.AreEqual($"{alone.GetProperty("parameters")}", $"{run.Json.GetProperty("parameters")}");
        Assert.IsTrue(File.Exists(folder.File("model.zip")));
    }

    [TestMethod]
    public void What_does_not_fit_is_said()
    {
        using var folder = new TemporaryFolder();
        var data = ToolRun.WriteNumbers(folder, "train.csv", (x, y) => x > y ? "wide" : "high");
        var both = ToolRun.Of("experiment", "--data", data, "--cluster", "a.db", "--study", "b.db");
        Assert.AreEqual(1, both.Code);
        Assert.Contains("State either --cluster, whose database has the study, or --study.", both.Errors);
        Assert.Contains("--address is here; expected an IP address", ToolRun.Of("worker", "--cluster", folder.File("c.db"), "--address",
            "here").Errors);
        var trials = ToolRun.Of("worker", "--cluster", folder.File("c.db"), "--trials", "0");
        Assert.Contains("Trials is 0; expected from 1 to 1000.", trials.Errors);
        Assert.AreEqual(2, trials.Code);
        var missing = ToolRun.Of("worker", "--cluster", folder.File("no/c.db"));
        Assert.AreEqual(2, missing.Code);
        Assert.Contains("no/c.db' of studies can't be used", missing.Errors);
    }
}
