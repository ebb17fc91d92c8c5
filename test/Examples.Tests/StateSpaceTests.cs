using System.Text.Json;

namespace Examples.Tests;

/// <summary>The program of hidden Markov models, linear dynamical systems and echo state networks.</summary>
[TestClass]
public sealed class StateSpaceTests
{
    [TestMethod]
    public void Generated_data_gives_its_truth_back()
    {
        using var figures = Run("--units", "300");
        double Of(string name) => figures.RootElement.GetProperty(name).GetDouble();
        Assert.IsGreaterThan(Of("true_log_likelihood") - 1, Of("log_likelihood"));
        Assert.IsGreaterThan(Of("true_model_accuracy") - 0.02, Of("test_accuracy"));
        Assert.IsTrue(Of("noise_variance") is > 10_000 and < 19_000);
        Assert.IsLessThan(0.2, Of("nrmse"));
        Assert.IsLessThanOrEqualTo(1e-4, Of("onnx_max_difference"));
    }

    [TestMethod]
    public void A_folder_of_strings_is_classified_and_a_series_forecast()
    {
        using var folder = new TemporaryFolder();
        // Each character is mostly the next one of acgt, or the one before.
        var random = new Random(1);
        string Walk(int by)
        {
            var at = random.Next(4);
            return string.Concat(Enumerable.Range(0, 40).Select(_ => "acgt"[at = (at + (random.Next(8) == 0 ? 0 : by)) & 3]));
        }
        File.WriteAllLines(folder["strings.tsv"], Enumerable.Range(0, 60).Select(row =>
            row % 2 == 0 ? "rise\t" + Walk(1) : "fall\t" + Walk(3)));
        using (var figures = Run("--data", folder.Path, "--network", "hmm"))
            Assert.IsGreaterThan(0.9, figures.RootElement.GetProperty("test_accuracy").GetDouble());
        using var other = new TemporaryFolder();
        File.WriteAllLines(other["level.csv"], Enumerable.Range(0, 90).Select(row => FormattableString.Invariant(
            $"{row},{(row == 30 ? "NA" : FormattableString.Invariant($"{10 + Math.Sin(row * 0.2):0.000}"))}")));
        using (var figures = Run("--data", other["level.csv"], "--network", "lds", "--trend"))
            Assert.IsLessThan(0.5, figures.RootElement.GetProperty("nrmse").GetDouble());
        var (code, _, error) = ExampleProgram.Run("StateSpace", "--data", other["level.csv"], "--network", "esn");
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, "takes no missing values");
    }

    private static JsonDocument Run(params string[] args)
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("StateSpace", [.. args, "--output", folder.Path, "--json", folder["figures.json"]]);
        Assert.AreEqual((0, ""), (code, error));
        return JsonDocument.Parse(File.ReadAllText(folder["figures.json"]));
    }
}
