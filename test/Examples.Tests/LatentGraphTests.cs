using System.Text;
using System.Text.Json;
using LatentGraph.Data;
using MLSeqGraph.Onnx;

namespace Examples.Tests;

/// <summary>The example of links that nobody shows, and what it makes of folders.</summary>
[TestClass]
public sealed class LatentGraphTests
{
    private static string Table(int runs, int steps) => "run,step,body,x,y\n" + string.Concat(Enumerable.Range(0, runs).SelectMany(run =>
        Enumerable.Range(0, steps).SelectMany(step => ((string[])["a", "b", "c"]).Select((body, i) =>
            FormattableString.Invariant($"{run},{step},{body},{Math.Sin(0.3 * step * (i + 1) + run)},{i + 0.1 * step}\n")))));

    private const string Links = "run,from,to\n0,a,b\n0,b,a\n11,c,a\n";

    [TestMethod]
    public void Springs_explain_motions()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("LatentGraph", "--threads", "1", "--epochs", "10", "--motions", "200", "--steps", "20",
            "--network", "nri,none", "--output", folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        double Of(string name) => figures.GetProperty(name).GetDouble();
        // Which springs there are takes longer to learn (below); that they pull shows at once.
        Assert.IsLessThan(0.9 * Of("none_prediction_error"), Of("prediction_error"));
        Assert.IsLessThan(1e-4, Of("onnx_max_difference"));
        System.Xml.Linq.XDocument.Load(folder["nri-graphs.svg"]);
        Assert.AreEqual("springs", figures.GetProperty("task").GetString());
        foreach (var picture in (string[])["nri-graphs.png", "nri-loss.svg", "none-loss.png"])
            Assert.IsTrue(File.Exists(folder[picture]), picture);
    }

    // Three bodies on a line, half of the pairs on springs.
    private static (string Motions, string Links) OnALine(int runs, int steps)
    {
        const int bodies = 3;
        var random = new Random(1);
        StringBuilder motions = new("run,step,body,x\n"), links = new("run,from,to\n");
        for (var run = 0; run < runs; run++)
        {
            var isLinked = new bool[bodies, bodies];
            for (var a = 0; a < bodies; a++)
                for (var b = 0; b < a; b++)
                    if (isLinked[a, b] = isLinked[b, a] = random.Next(2) == 1)
                        links.Append($"{run},{a},{b}\n{run},{b},{a}\n");
            double[] x = [.. Enumerable.Range(0, bodies).Select(_ => random.NextNormal())],
                v = [.. Enumerable.Range(0, bodies).Select(_ => 0.3 * random.NextNormal())];
            for (var step = 0; step < steps; step++)
            {
                for (var body = 0; body < bodies; body++)
                    motions.Append(FormattableString.Invariant($"{run},{step},{body},{x[body]}\n"));
                double[] pulls = [.. x.Select((at, body) => 0.4 * Enumerable.Range(0, bodies).Sum(other =>
                    isLinked[body, other] ? x[other] - at : 0))];
                for (var body = 0; body < bodies; body++)
                    x[body] += v[body] += pulls[body];
            }
        }
        return (motions.ToString(), links.ToString());
    }

    [TestMethod]
    public void Springs_that_nobody_showed_are_found()
    {
        var (motions, links) = OnALine(600, 10);
        using var folder = new TemporaryFolder(("motions.csv", motions), ("links.csv", links));
        using var output = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("LatentGraph", "--data", folder.Path, "--steps", "9", "--prediction-steps", "3",
            "--epochs", "40", "--batch", "8", "--hidden", "24", "--threads", "1", "--output", output.Path, "--json",
            output["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(output["figures.json"])).RootElement;
        Assert.IsGreaterThan(0.9, figures.GetProperty("edge_accuracy").GetDouble());
        Assert.IsLessThan(0.7, figures.GetProperty("correlation_edge_accuracy").GetDouble());
        StringAssert.Contains(File.ReadAllText(output["nri-graphs.svg"]), "which bodies act on each other");
    }

    [TestMethod]
    public void A_table_of_bodies_has_links_inferred()
    {
        using var folder = new TemporaryFolder(("motions.csv", Table(12, 9)), ("notes.txt", "who\n"));
        using var output = new TemporaryFolder();
        var (code, text, error) = ExampleProgram.Run("LatentGraph", "--data", folder.Path, "--steps", "8", "--threads", "1", "--epochs",
            "1", "--network", "nri,none", "--output", output.Path, "--json", output["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(output["figures.json"])).RootElement;
        StringAssert.Contains(text, "notes.txt isn't read: motions.csv, and a table of links that names two ends, is read");
        foreach (var unknown in (string[])["edge_accuracy", "none_edge_accuracy", "correlation_edge_accuracy"])
            Assert.AreEqual(JsonValueKind.Null, figures.GetProperty(unknown).ValueKind, unknown);
        Assert.IsTrue(figures.TryGetProperty("none_prediction_error", out _));
    }

    [TestMethod]
    public void Motions_and_links_are_read()
    {
        using var folder = new TemporaryFolder(("motions.csv", Table(12, 9)), ("links.csv", Links));
        var data = MotionFolder.Load(folder.Path, 4);
        Assert.AreEqual(4, data.FeaturesPerStep);
        Assert.AreEqual(24, data.Training.Length + data.Validation.Length + data.Test.Length);
        Assert.IsTrue(data.Training[0].IsLinked![1, 0] && data.Training[0].IsLinked![0, 1] && !data.Training[0].IsLinked![2, 0]);
        Assert.IsTrue(data.Test[^1].IsLinked![0, 2]);
        Assert.AreEqual(Math.Sin(0.3) - Math.Sin(0), data.Training[0].Times[0][2], 1e-6, "the velocity of a, beside x and y");
    }

    [TestMethod]
    public void What_is_not_read_is_said()
    {
        using var folder = new TemporaryFolder(("motions.csv", Table(12, 9).Replace("x,y\n", "x,y,mass\n")
            .Replace("\n", ",1\n").Replace("mass,1", "mass")),
            ("links.csv", "run,from,to,weight\n0,a,b,1\n0,a,b,2\n0,c,c,1\n1,b,a,1\n"),
            ("weights.bin", "1"), ("more.csv", "a,b\n1,2\n"));
        CollectionAssert.AreEquivalent((string[])["more.csv, weights.bin aren't read: motions.csv and links.csv are read",
            "motions.csv: column mass isn't read", "links.csv: column weight isn't read",
            "links.csv: 1 repeated link and 1 loop are left out, 2 links kept",
            "--steps 3: 72 of 96 times are read, in 24 motions of 3; what is left at the end of a run is shorter than a motion"],
            MotionFolder.Load(folder.Path, 3).Remarks);
        using var all = new TemporaryFolder(("motions.csv", Table(12, 9)), ("links.csv", Links));
        Assert.IsEmpty(MotionFolder.Load(all.Path, 4).Remarks);
        Assert.HasCount(24, MotionFolder.Load(all["motions.csv"], 4) is var one
            ? (Motion[])[.. one.Training, .. one.Validation, .. one.Test] : []);
    }

    [TestMethod]
    public void A_network_that_is_named_twice_is_trained_once()
    {
        var (code, text, error) = ExampleProgram.Run("LatentGraph", "--network", "none,none", "--motions", "10", "--steps", "5",
            "--prediction-steps", "2", "--epochs", "1", "--threads", "1");
        Assert.AreEqual(0, code, error);
        Assert.HasCount(2, text.Split("none, seed 1"));
    }

    [TestMethod]
    [DataRow("--motions is for drawn motions: leave --data out.", "--data", ".", "--motions", "20")]
    [DataRow("--task is for drawn motions: leave --data out.", "--data", ".", "--task", "springs")]
    [DataRow("--prediction-steps is 50: expected at most 39", "--prediction-steps", "50")]
    [DataRow("There is no option --layers", "--layers", "2")]
    [DataRow("--network is gin: expected one or several of nri or none", "--data", ".", "--network", "gin")]
    public void Options_that_would_be_ignored_are_refused(string message, params string[] args)
    {
        var (code, _, error) = ExampleProgram.Run("LatentGraph", args);
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, message);
    }

    [TestMethod]
    public void What_is_wrong_is_named()
    {
        void Fails(string table, string links, int steps, params string[] parts)
        {
            using var folder = new TemporaryFolder(("motions.csv", table), ("links.csv", links));
            var error = Assert.ThrowsExactly<InvalidDataException>(() => MotionFolder.Load(folder.Path, steps));
            foreach (var part in parts)
                StringAssert.Contains(error.Message, part);
        }
        Fails(Table(12, 9), Links, 20, "0 motions of 20 steps", "--steps");
        Fails(Table(12, 9), Links + "0,a,z\n", 4, "links.csv, line 5: 'z' is no body");
        Fails(Table(12, 9), Links + "99,a,b\n", 4, "line 5: '99' is no run");
        Fails(Table(12, 9), Links + "0,a\n", 4, "line 5: 2 fields, expected 3");
        Fails("run,step,body,x\n", Links, 4, "motions.csv, line 1: there is no line behind the header, expected one for each body");
        Fails("run,step,body,x\n0,1,a,2\n0,2,a,2\n", Links, 4, "run 0 has 1 body, expected two or more");
        Fails("a,b\n1,2\n", Links, 4, "no table of bodies over time");
    }
}
