using System.Text.Json;

namespace Examples.Tests;

/// <summary>What the GraphQuickstart is asked for beside classes of nodes.</summary>
[TestClass]
public sealed class GraphQuickstartTests
{
    private static JsonElement Run(params string[] args)
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("GraphQuickstart", [.. args, "--threads", "1", "--output", folder.Path, "--json",
            folder["figures.json"]]);
        Assert.AreEqual(0, code, error);
        return JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement.Clone();
    }

    [TestMethod]
    public void Probabilities_of_links_are_calibrated()
    {
        double Error(params string[] args) => Run(["--links", "--network", "gae", "--epochs", "40", .. args])
            .GetProperty("calibration_error")
            .GetDouble();
        Assert.IsLessThan(0.5 * Error(), Error("--calibrate", "platt"));
        Assert.Contains("expected platt or isotonic", ExampleProgram.Run("GraphQuickstart", "--links", "--calibrate", "much").Error);
    }

    [TestMethod]
    public void Hidden_attributes_are_filled_in()
    {
        var figures = Run("--fill", "--epochs", "20");
        Assert.IsTrue(figures.GetProperty("root_mean_square_error").GetDouble() is > 0 and < 1);
        Assert.IsLessThan(1e-4, figures.GetProperty("onnx_max_difference").GetDouble());
        Assert.Contains("exclude each other", ExampleProgram.Run("GraphQuickstart", "--fill", "--embed").Error);
    }

    [TestMethod]
    [DataRow("diffpool")]
    [DataRow("sagpool")]
    [DataRow("gin-jk")]
    public void Graphs_of_a_set_with_folds_are_told_apart_at_the_best_epoch_of_the_mean(string network)
    {
        // Triangles of class 1 and paths of class 0: all nodes are the same, edges alone tell them apart.
        var graphs = string.Concat(Enumerable.Range(0, 12).Select(i => i % 2 == 0 ? "3 1\n0 2 1 2\n0 2 0 2\n0 2 0 1\n"
            : "3 0\n0 1 1\n0 2 0 2\n0 1 1\n"));
        using var data = new TemporaryFolder(("SHAPES.txt", "12\n" + graphs), ("folds.tsv",
            string.Concat(Enumerable.Range(0, 12).Select(i => $"{i}\t{i / 4 + 1}\n"))));
        var figures = Run("--data", data.Path, "--network", network, "--test-curve", "--epochs", "30", "--hidden", "8");
        Assert.AreEqual(1, figures.GetProperty("test_accuracy").GetDouble());
        Assert.AreEqual(3, figures.GetProperty("folds").GetInt32());
    }
}
