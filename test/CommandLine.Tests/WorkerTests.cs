using MLSeqGraph.Experiments;
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
        // The same with another budget is the same study, and has more than its trials already.
        options[5] = "2";
        var less = ToolRun.Good(["experiment", .. options, folder.File("model.zip"), "--cluster", folder.File("c.db")]);
        Assert.AreEqual(3, less.Json.GetProperty("trials").GetInt32());
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
        foreach (var (option, value, expected) in ((string, string, string)[])[("--address", "here", "an IP address, such as 192.0.2.7"),
            ("--trials", "0", "1 to 1000"), ("--threads", "-1", "at least 0"), ("--memory", "-5", "a number above 0"),
            ("--port", "99999", "0 to 65535"), ("--port", "-1", "0 to 65535")])
        {
            var wrong = ToolRun.Of("worker", "--cluster", folder.File("c.db"), option, value);
            Assert.AreEqual((1, $"{option} is {value}; expected {expected}.\n--help lists the options.\n"),
                (wrong.Code, wrong.Errors.ReplaceLineEndings("\n")));
            Assert.IsFalse(File.Exists(folder.File("c.db")), "It began before it was checked.");
        }
        var missing = ToolRun.Of("worker", "--cluster", folder.File("no/c.db"));
        Assert.AreEqual(2, missing.Code);
        Assert.Contains("no/c.db' of studies can't be used", missing.Errors);
    }

    [TestMethod]
    public void A_server_that_does_not_answer_is_said_soon_and_ends_with_code_2()
    {
        var before = StudyDatabase.FirstPatience;
        try
        {
            StudyDatabase.FirstPatience = TimeSpan.FromSeconds(3);
            const string server = "Host=127.0.0.1;Port=1;Database=d;Username=u";
            foreach (var run in (ToolRun[])[ToolRun.Of("worker", "--cluster", server), ToolRun.Of("trials", "--study", server)])
            {
                Assert.AreEqual(2, run.Code);
                Assert.Contains("The database 'd' on 127.0.0.1 of studies doesn't answer: Failed to connect to 127.0.0.1:1. It is tried "
                    + "for 3 s.", run.Errors);
                Assert.Contains("The database 'd' on 127.0.0.1 of studies can't be used, tried for ", run.Errors);
            }
            using StringWriter output = new(), errors = new();
            using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            Assert.AreEqual(130, new Tool(output, errors, cancel.Token).Run("trials", "--study", server), errors.ToString());
        }
        finally
        {
            StudyDatabase.FirstPatience = before;
        }
    }

    [TestMethod]
    public void A_study_goes_on_with_more_trials_and_another_needs_a_name()
    {
        using var folder = new TemporaryFolder();
        var data = ToolRun.WriteNumbers(folder, "train.csv", (x, y) => x > y ? "wide" : "high");
        string[] options = ["experiment", "--data", data, "--study", folder.File("s.db"), "--json", "--output", folder.File("m.zip")];
        Assert.AreEqual(1, ToolRun.Good([.. options, "--model", "linear", "--trials", "1"]).Json.GetProperty("trials").GetInt32());
        Assert.AreEqual(2, ToolRun.Good([.. options, "--model", "linear", "--trials", "2"]).Json.GetProperty("trials").GetInt32());
        var other = ToolRun.Of([.. options, "--model", "linear,lightgbm", "--trials", "2"]);
        Assert.AreEqual(1, other.Code);
        Assert.Contains("Give it another name with --name, or the same options: --minutes and --trials alone may be others.", other.Errors);
        Assert.AreEqual(1, ToolRun.Good([.. options, "--model", "lightgbm", "--trials", "1", "--name", "trees"]).Json
            .GetProperty("trials").GetInt32());
    }
}
