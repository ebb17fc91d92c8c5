using System.Text.Json;
using Decisions.Data;

namespace Examples.Tests;

/// <summary>What the example Decisions makes of recorded steps, its games, and a run of it.</summary>
[TestClass]
public sealed class DecisionTests
{
    private const string Rows = "episode,step,x,y,action,reward\na,0,1,2,left,0\na,1,2,2,right,1\nb,0,0,1,left,2\n";

    private static TrajectorySet Load(string train, string? test = null)
    {
        using var folder = new TemporaryFolder(("train.csv", train), ("test.csv", test ?? train));
        return TrajectoryFolder.Load(folder.Path);
    }

    private static void Refused(string expected, Action load) =>
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(load).Message, expected);

    [TestMethod]
    public void Recorded_steps_become_trajectories()
    {
        var data = Load(Rows);
        CollectionAssert.AreEqual((string[])["left", "right"], data.Actions.ToArray());
        Assert.HasCount(2, data.Train);
        CollectionAssert.AreEqual((float[])[1, 2, 2, 2], data.Train[0].States);
        CollectionAssert.AreEqual((float[])[1, 1], data.Train[0].Returns);
        var numbers = Load(Rows.Replace("left", "0.5").Replace("right", "-0.25"));
        Assert.IsFalse(numbers.IsDiscrete);
        CollectionAssert.AreEqual((float[])[0.5f, -0.25f], numbers.Train[0].Numbers);
    }

    [TestMethod]
    public void What_does_not_fit_is_refused()
    {
        Refused("a trajectory without actions teaches nothing", () => Load("episode,x,reward\na,1,2\n"));
        Refused("there is no column 'reward'", () => Load("episode,x,action\na,1,2\n"));
        Refused("expected numbers of the state", () => Load("episode,action,reward\na,1,2\n"));
        Refused("test.csv, line 2: the action is 'up', which no training step has", () => Load(Rows, Rows.Replace("left", "up")));
        Refused("train.csv, line 4: the action is empty", () => Load(Rows.Replace("b,0,0,1,left", "b,0,0,1,")));
        Refused("expected files 'train' and 'test'", () =>
        {
            using var folder = new TemporaryFolder(("train.csv", Rows));
            TrajectoryFolder.Load(folder.Path);
        });
    }

    [TestMethod]
    public void Policies_reach_returns_of_all_kinds()
    {
        var keys = new KeyGrid().Record(400, 1);
        CollectionAssert.AreEquivalent((float[])[0, 1, 2, 3, 4, 5, 6, 7], keys.Select(one => one.Return).Distinct().ToArray());
        Assert.IsTrue(keys.All(one => one.States.All(state => state.Length == new KeyGrid().StateSize)));
        var carts = new CartPole().Record(200, 1);
        Assert.AreEqual(new CartPole().Asked[^1], carts.Max(one => one.Return));
        Assert.IsLessThan(20, carts.Min(one => one.Return));
    }

    [TestMethod]
    [DataRow("keys")]
    [DataRow("cartpole")]
    public void A_run_writes_figures_and_pictures(string task)
    {
        using var folder = new TemporaryFolder();
        var json = folder["figures.json"];
        var (code, output, error) = ExampleProgram.Run("Decisions", "--task", task, "--rows", "60", "--epochs", "2", "--hidden", "8",
            "--plays", "3", "--threads", "1", "--json", json, "--output", folder["out"]);
        Assert.AreEqual(0, code, output + error);
        var figures = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.AreEqual(task, figures.GetProperty("task").GetString());
        foreach (var name in (string[])["return_reached", "behaviour_cloning", "asked_error", "train_seconds"])
            Assert.IsTrue(figures.GetProperty(name).GetDouble() is >= 0 and < 1000, name);
        Assert.IsLessThan(1e-4, figures.GetProperty("onnx_max_difference").GetDouble());
        Assert.IsTrue(File.Exists(Path.Combine(folder["out"], $"{task}-returns.svg")));
    }

    [TestMethod]
    public void Recordings_are_learned_without_a_game()
    {
        using var folder = new TemporaryFolder(("train.csv", Rows), ("test.csv", Rows));
        var json = folder["figures.json"];
        var (code, output, error) = ExampleProgram.Run("Decisions", "--data", folder.Path, "--epochs", "1", "--hidden", "8",
            "--threads", "1", "--json", json);
        Assert.AreEqual(0, code, output + error);
        Assert.IsTrue(JsonDocument.Parse(File.ReadAllText(json)).RootElement.GetProperty("test_accuracy").GetDouble() is >= 0 and <= 1);
    }
}
