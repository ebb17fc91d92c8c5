using System.Text.Json;
using Physics.Data;

namespace Examples.Tests;

/// <summary>The example of learned simulators, and what it makes of folders.</summary>
[TestClass]
public sealed class PhysicsTests
{
    // Two bodies on a spring, run after run.
    private static string Springs(int runs, int steps, double offset = 0) => "run,step,body,x\n" + string.Concat(Enumerable.Range(0, runs)
        .SelectMany(run => Enumerable.Range(0, steps).SelectMany(step => ((int, double)[])[(0, 1), (1, -1)], (step, body) =>
            FormattableString.Invariant($"{run},{step},{body.Item1},{offset + body.Item2 * (1 + 0.3 * Math.Sin(0.5 * step + run))}\n"))));

    [TestMethod]
    public void The_network_simulates_drops()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("Physics", "--threads", "1", "--epochs", "20", "--runs", "4", "--particles", "60",
            "--steps", "120", "--output", folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        double Of(string name) => figures.GetProperty(name).GetDouble();
        Assert.AreEqual("box", figures.GetProperty("task").GetString());
        Assert.IsGreaterThan(3.5, Of("one_step_ratio"));
        Assert.AreEqual(120, Of("rollout_steps"));
        Assert.IsLessThan(0.4 * Of("constant_velocity_rollout_error"), Of("rollout_error"));
        Assert.IsLessThan(0.1, Of("energy_error"));
        Assert.IsLessThan(0.1, Of("rollout_outside"));
        Assert.IsLessThan(1e-4, Of("onnx_max_difference"));
        foreach (var picture in (string[])["gns-rollout.svg", "gns-moments.svg", "gns-error.svg", "gns-loss.svg"])
            System.Xml.Linq.XDocument.Load(folder[picture]);
        Assert.IsTrue(File.Exists(folder["gns-moments.png"]) && File.Exists(folder["gns-loss.png"]));
        Assert.AreEqual(0, Of("rollouts_diverged"));
        var moving = File.ReadAllText(folder["gns-rollout.svg"]);
        StringAssert.Contains(moving, "<animate ");
        // Steps are those of the network, from what it was given.
        StringAssert.Contains(moving, ">120 steps from the same start<");
        var moments = File.ReadAllText(folder["gns-moments.svg"]);
        foreach (var step in (int[])[0, 24, 48, 72, 96, 120])
            StringAssert.Contains(moments, $">step {step}<");
        Assert.IsFalse(moments.Contains(">step 121<"));
        Assert.IsFalse(File.ReadAllText(folder["gns-energy.svg"]).Contains("E-0"));
    }

    [TestMethod]
    public void The_network_simulates_a_cloth()
    {
        using var folder = new TemporaryFolder();
        var (code, text, error) = ExampleProgram.Run("Physics", "--task", "cloth", "--threads", "1", "--epochs", "15", "--runs", "6",
            "--particles", "36", "--steps", "100", "--output", folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        StringAssert.Contains(text, "a hanging cloth");
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        double Of(string name) => figures.GetProperty(name).GetDouble();
        Assert.IsGreaterThan(2.5, Of("one_step_ratio"));
        Assert.IsLessThan(0.4 * Of("constant_velocity_rollout_error"), Of("rollout_error"));
        Assert.IsLessThan(0.1, Of("energy_error"));
        Assert.IsLessThan(1e-4, Of("onnx_max_difference"));
        Assert.AreEqual(JsonValueKind.Null, figures.GetProperty("rollout_outside").ValueKind);
        Assert.AreEqual(JsonValueKind.Null, figures.GetProperty("diverged_at_step").ValueKind);
        foreach (var picture in (string[])["gns-rollout.svg", "gns-moments.svg", "gns-error.svg", "gns-energy.svg"])
            System.Xml.Linq.XDocument.Load(folder[picture]);
        StringAssert.Contains(File.ReadAllText(folder["gns-rollout.svg"]), "<animate attributeName=\"d\"");
        StringAssert.Contains(File.ReadAllText(folder["gns-moments.svg"]), "<polygon ");
    }

    [TestMethod]
    public void A_cloth_hangs_from_its_corners_and_loses_energy()
    {
        const int side = 5;
        double[][] times = Cloth.Released(side, new Random(1)).Run(2000);
        foreach (var corner in (int[])[0, side - 1])
            CollectionAssert.AreEqual(times[0][(3 * corner)..(3 * corner + 3)], times[^1][(3 * corner)..(3 * corner + 3)]);
        double Energy(int time) => Cloth.Energy(side, times[time - 1], times[time]);
        Assert.IsLessThan(Energy(10), Energy(1000));
        Assert.IsLessThan(Energy(1000), Energy(1999));
        // Springs are along sides and diagonals, in both directions.
        Assert.AreEqual(2 * (2 * side * (side - 1) + 2 * (side - 1) * (side - 1)), Cloth.Links(side).Count());
        // The lower edge comes to rest below the upper one, about as far as the cloth is long.
        Assert.AreEqual(-1, times[^1][3 * (side * side - 1) + 2], 0.35);
        Assert.AreEqual(0, times[^1][3 * (side * side - 1) + 1], 0.2);
    }

    [TestMethod]
    public void A_table_of_bodies_is_simulated()
    {
        using var folder = new TemporaryFolder(("springs.csv", Springs(5, 30, offset: 1e6)));
        using var output = new TemporaryFolder();
        var (code, text, error) = ExampleProgram.Run("Physics", "--data", folder.Path, "--threads", "1", "--epochs", "3", "--history", "3",
            "--radius", "4", "--output", output.Path, "--json", output["figures.json"]);
        Assert.AreEqual(0, code, error);
        StringAssert.Contains(text, "linked within 4");
        var figures = JsonDocument.Parse(File.ReadAllBytes(output["figures.json"])).RootElement;
        Assert.AreEqual(26, figures.GetProperty("rollout_steps").GetDouble());
        Assert.AreEqual(JsonValueKind.Null, figures.GetProperty("energy_error").ValueKind);
        Assert.AreEqual(JsonValueKind.Null, figures.GetProperty("simulator_steps_per_second").ValueKind);
    }

    [TestMethod]
    public void What_is_not_read_and_runs_of_other_sizes_are_said()
    {
        var springs = Springs(4, 30) + string.Concat(Enumerable.Range(0, 30).Select(step => $"1,{step},2,0.5\n"));
        using var folder = new TemporaryFolder(("springs.csv", springs.Replace("body,x\n", "body,x,mass\n").Replace("\n", ",1\n")
            .Replace("mass,1", "mass")), ("edges.csv", "source,target,weight\n0,1,2\n"));
        CollectionAssert.AreEquivalent((string[])["edges.csv isn't read: only springs.csv is read", "springs.csv: column mass isn't read",
            "springs.csv: runs have 2 to 3 particles"], ParticleFolder.Load(folder.Path, null, 2).Remarks);
        var (code, text, error) = ExampleProgram.Run("Physics", "--data", folder.Path, "--threads", "1", "--epochs", "1", "--hidden", "8");
        Assert.AreEqual(0, code, error);
        StringAssert.Contains(text, "times of 2 to 3 particles");
        StringAssert.Contains(text, "springs.csv: column mass isn't read");
        using var all = new TemporaryFolder(("springs.csv", Springs(4, 30)));
        Assert.IsEmpty(ParticleFolder.Load(all.Path, null, 2).Remarks);
    }

    [TestMethod]
    public void Few_particles_fit_into_the_box()
    {
        foreach (var particles in (int[])[20, 21, 30, 60])
            foreach (var seed in Enumerable.Range(1, 10))
                Assert.IsTrue(Fluid.Drops(particles, new Random(seed)).Positions.All(at => at is > -0.1 and < 1.15), $"{particles}");
        var (code, _, error) = ExampleProgram.Run("Physics", "--particles", "20", "--runs", "1", "--steps", "10", "--epochs", "1",
            "--hidden", "8", "--threads", "1");
        Assert.AreEqual(0, code, error);
    }

    // A particle by itself, on a circle.
    private static string Lone(int runs, int steps) => "run,step,particle,x,y\n" + string.Concat(Enumerable.Range(0, runs).SelectMany(run =>
        Enumerable.Range(0, steps).Select(step => FormattableString.Invariant(
            $"{run},{step},p,{Math.Sin(0.3 * step + run)},{Math.Cos(0.25 * step + run)}\n"))));

    [TestMethod]
    public void A_rollout_that_diverges_is_reported_with_all_else()
    {
        using var folder = new TemporaryFolder(("lone.csv", Lone(4, 90)));
        using var output = new TemporaryFolder();
        var (code, text, error) = ExampleProgram.Run("Physics", "--data", folder.Path, "--rate", "9", "--epochs", "1", "--hidden", "8",
            "--threads", "1", "--output", output.Path, "--json", output["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(output["figures.json"])).RootElement;
        double Of(string name) => figures.GetProperty(name).GetDouble();
        StringAssert.Contains(text, $"the rollout diverged at step {Of("diverged_at_step")} of 88");
        Assert.AreEqual(1, Of("rollouts_diverged"));
        Assert.AreEqual(Of("diverged_at_step") - 1, Of("rollout_steps"));
        Assert.IsTrue(double.IsFinite(Of("one_step_error")) && double.IsFinite(Of("rollout_error")));
        foreach (var picture in (string[])["gns-rollout.svg", "gns-moments.svg", "gns-error.svg"])
            System.Xml.Linq.XDocument.Load(output[picture]);
    }

    [TestMethod]
    public void Steps_are_followed_until_they_diverge()
    {
        var box = new ParticleData("box", 1, [], [], [], 0.1, [0], [1]);
        static IEnumerable<double[]> Steps(params double[] at) => at.Select(x => double.IsNaN(x)
            ? throw new InvalidDataException("the model diverged") : (double[])[0.5, x]);
        static string Said((double[][] Steps, int? Diverged) of) => $"{of.Steps.Length} {of.Diverged}";
        Assert.AreEqual("2 ", Said(FollowedSteps.Of(Steps(0.1, -99, 0.3, double.NaN), 2, box)));
        Assert.AreEqual("2 3", Said(FollowedSteps.Of(Steps(0.1, -99, -101, 0.3), 4, box)));
        Assert.AreEqual("1 2", Said(FollowedSteps.Of(Steps(0.1, double.NaN), 4, box)));
        Assert.AreEqual("0 1", Said(FollowedSteps.Of(Steps(1e30), 4, box)));
    }

    [TestMethod]
    public void More_steps_than_the_run_has_are_refused()
    {
        using var folder = new TemporaryFolder(("lone.csv", Lone(4, 30)));
        var (code, _, error) = ExampleProgram.Run("Physics", "--data", folder.Path, "--steps", "29");
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, "--steps is 29: the run that tests has 30 times, expected at most 28 behind the 2");
    }

    [TestMethod]
    public void Runs_steps_and_walls_are_read()
    {
        using var folder = new TemporaryFolder(("springs.csv", Springs(4, 12)));
        var data = ParticleFolder.Load(folder.Path, null, 3);
        Assert.AreEqual(1, data.Dimensions);
        Assert.HasCount(2, data.Training);
        Assert.AreEqual("3", data.Test.Single().Run);
        Assert.HasCount(12, data.Test[0].Times);
        Assert.HasCount(2, data.Test[0].Times[0]);
        Assert.AreEqual(-data.Upper[0], data.Lower[0], 1e-12);
        Assert.IsGreaterThan(1.0, data.Radius);
        using var single = new TemporaryFolder(("springs.csv", Springs(1, 36)));
        data = ParticleFolder.Load(single.Path, 0.5, 3);
        Assert.AreEqual(0.5, data.Radius);
        Assert.HasCount(24, data.Training.Single().Times);
        Assert.HasCount(6, data.Test.Single().Times);
    }

    [TestMethod]
    public void What_is_wrong_is_named()
    {
        void Fails(string table, params string[] parts)
        {
            using var folder = new TemporaryFolder(("some.csv", table));
            var error = Assert.ThrowsExactly<InvalidDataException>(() => ParticleFolder.Load(folder.Path, null, 3));
            foreach (var part in parts)
                StringAssert.Contains(error.Message, part);
        }
        var good = Springs(4, 12);
        Fails("a,b\n1,2\n", "no table of particles over time", "step, particle and x");
        Fails("run,step,particle,x\n", "some.csv, line 1: there is no line behind the header, expected one for each particle");
        Fails("userId,movieId,rating\n1,2,3\n", "examples/Recommendation reads it");
        Fails(good + "3,11,0,5\n", "line 98", "particle 0 stands twice at step 11");
        Fails(good + "3,12,0,5\n", "run 3: step 12 has 1 particles and lacks 1", "expected the 2");
        Fails(good + "3,14,0,5\n3,14,1,5\n", "step 11 is followed by 14, expected 12");
        Fails(good + "3,12,0,x\n", "line 98: field 4 is 'x', expected a number");
        Fails(good + "3,12,0,NaN\n", "line 98: field 4 is 'NaN', expected a number");
        Fails(good + "3,12,0\n", "line 98: 3 fields, expected 4");
        Fails(Springs(4, 4), "run 0 has 4 times, expected at least 5;", "--history");
        Fails(Springs(1, 20), "run 0 has 20 times, expected at least 30, 5 for each sixth", "fewer than 3 runs");
        Fails("step,body,x\n0,0,1\n0,1,2\n1,0,1\n1,1,2\n", "the run has 2 times, expected at least 30");
        Fails("run,step,body,x\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i / 20},{i / 2 % 10},{i % 2},1\n")),
            "have no distance", "--radius");
        Assert.AreEqual(2, ExampleProgram.Run("Physics", "--data", Path.GetTempPath() + "/.").Code);
    }

    [TestMethod]
    [DataRow("--task is for what is simulated: leave --data out.", "--data", ".", "--task", "cloth")]
    [DataRow("--particles is for what is simulated", "--data", ".", "--particles", "20")]
    [DataRow("--runs is for what is simulated", "--data", ".", "--runs", "2")]
    [DataRow("--radius is for --data", "--radius", "2")]
    public void Options_that_would_be_ignored_are_refused(string message, params string[] args)
    {
        var (code, _, error) = ExampleProgram.Run("Physics", args);
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, message);
    }
}
