using System.Diagnostics;
using MLSeqGraph.Experiments;
using MLSeqGraph.Experiments.Tests;

namespace MLSeqGraph.CommandLine.Tests;

/// <summary>What <c>--code</c> writes compiles, for every model.</summary>
[TestClass]
public class GeneratedCodeTests
{
    [TestMethod]
    public void Programs_compile()
    {
        using var folder = new TemporaryFolder();
        var text = new TableRoles('\t', null, 2, 0, 1, [], PortfolioTask.Classification);
        var numbers = new TableRoles(',', ["a", "b", "c"], 3, 2, null, [0, 1], PortfolioTask.Regression);
        Portfolio[] portfolios = [Portfolio.ForText(PortfolioTask.Classification, PortfolioPreset.Best),
            Portfolio.ForFeatures(PortfolioTask.Regression, 2), Portfolio.ForFeatures(PortfolioTask.Classification, 2),
            Portfolio.ForSeries(PortfolioTask.Classification, 24, 2, PortfolioPreset.Best),
            Portfolio.ForImages(PortfolioTask.Regression, new(8, 12, 3), PortfolioPreset.Best)];
        var count = 0;
        var methods = portfolios.SelectMany(portfolio => portfolio.Defaults.Select(values =>
            $"    internal static object Model{count++}(MLContext ml) =>\n{portfolio.Code(values)};\n"));
        File.WriteAllText(folder.File("models.cs"), $"internal static class Models\n{{\n{string.Join('\n', methods)}}}\n");
        File.WriteAllText(folder.File("usings.cs"), string.Join('\n', ((string[])["System", "System.Linq", "System.Collections.Generic",
            "Microsoft.ML", "Microsoft.ML.Data", "MLSeqGraph.Onnx", "MLSeqGraph.Trainers", "MLSeqGraph.Transforms"])
            .Select(name => $"global using {name};")));
        Compile(folder, "models.cs", "library");
        foreach (var (roles, portfolio) in ((TableRoles, Portfolio)[])[(text, portfolios[0]), (numbers, portfolios[1])])
        {
            var trial = new TrialResult { TrialId = 0, State = TrialState.Completed, Parameters =
                portfolio.Defaults.First(), BestEpoch = 3 };
            File.WriteAllText(folder.File("program.cs"), "#pragma warning disable\n"
                + GeneratedCode.Of(portfolio, trial, roles, "rows.tsv"));
            Compile(folder, "program.cs", "exe");
        }
    }

    [TestMethod]
    public void Every_command_writes_a_program_that_compiles()
    {
        using var folder = new TemporaryFolder();
        var train = ToolRun.WriteQuestions(folder, "train.tsv", 60, 1);
        var (model, study) = (folder.File("m.zip"), folder.File("s.db"));
        ToolRun.Good("experiment", "--data", train, "--output", model, "--model", "lstm", "--epochs", "1", "--trials", "1",
            "--study", study);
        string[][] commands = [["score", "--model", model, "--data", train], ["evaluate", "--model", model, "--data", train],
            ["export", "--model", model, "--output", folder.File("m.onnx")], ["inspect", model], ["inspect", folder.File("m.onnx")],
            ["trials", "--study", study], ["report", "--study", study, "--output", folder.File("r.html")]];
        foreach (var command in commands)
            Compile(folder, ToolRun.Good([.. command, "--code", "--json"]).Json.GetProperty("code").GetString()!);
        Assert.Contains("mlsg completion has no C# of its own", ToolRun.Good("completion", "bash", "--code").Errors);
    }

    /// <summary>Compiles a program that the tool wrote.</summary>
    internal static void Compile(TemporaryFolder folder, string program)
    {
        File.WriteAllText(folder.File("usings.cs"), "global using System; global using System.IO; global using System.Linq; "
            + "global using System.Threading.Tasks; global using System.Collections.Generic;");
        File.WriteAllText(folder.File("program.cs"), "#pragma warning disable\n" + program);
        Compile(folder, "program.cs", "exe");
    }

    private static void Compile(TemporaryFolder folder, string source, string target)
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var compiler = Directory.GetFiles(Path.Combine(runtime, "../../../sdk"), "csc.dll",
            SearchOption.AllDirectories).Order().LastOrDefault()
            ?? throw new AssertInconclusiveException("No compiler beside the runtime.");
        var references = Directory.GetFiles(runtime, "*.dll").Concat(Directory.GetFiles(AppContext.BaseDirectory, "M*.dll"))
            .Where(IsManaged).Select(file => $"-r:{file}");
        File.WriteAllLines(folder.File("options.rsp"), [.. references, "-nologo", "-nullable", "-nostdlib", $"-target:{target}",
            $"-out:{folder.File("out.dll")}", folder.File("usings.cs"), folder.File(source)]);
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", compiler, $"@{folder.File("options.rsp")}"])
        {
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output + File.ReadAllText(folder.File(source)));
    }

    private static bool IsManaged(string file)
    {
        try
        {
            System.Reflection.AssemblyName.GetAssemblyName(file);
            return true;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }
}
