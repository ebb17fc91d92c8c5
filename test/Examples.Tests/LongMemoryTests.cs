using System.Text.Json;

namespace Examples.Tests;

/// <summary>The program of problems whose answer depends on steps far apart.</summary>
[TestClass]
public sealed class LongMemoryTests
{
    [TestMethod]
    [DataRow("adding", "adam", "lstm,skip")]
    [DataRow("multiplication", "lbfgs", "rnn")]
    [DataRow("adding", "hessian-free", "rnn")]
    [DataRow("temporal-order", "momentum", "irnn")]
    [DataRow("copying", "adam", "gru")]
    [DataRow("frequency", "adam", "phased")]
    public void Every_problem_network_and_optimizer_runs(string problem, string optimizer, string networks)
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("LongMemory", "--problem", problem, "--optimizer", optimizer, "--network", networks,
            "--steps", "12", "--rows", "40", "--epochs", "2", "--hidden", "6", "--output", folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual((0, ""), (code, error));
        using var figures = JsonDocument.Parse(File.ReadAllText(folder["figures.json"]));
        double Of(string name) => figures.RootElement.GetProperty(name).GetDouble();
        Assert.IsTrue(Of("test_accuracy") is >= 0 and <= 1);
        Assert.IsLessThanOrEqualTo(1e-4, Of("onnx_max_difference"));
        Assert.AreEqual(1, Of("updates"));
        if (networks.Contains("skip"))
            Assert.IsTrue(Of("skip_updates") is > 0 and <= 1);
        Assert.AreEqual(problem is "adding" or "multiplication", File.Exists(folder[$"{problem}-gradients.png"]));
    }
}
