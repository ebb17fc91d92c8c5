using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Clients.Tests;

/// <summary>The clients in other languages say what is expected, each where its runtime is on the machine.</summary>
[TestClass]
public class ClientTests
{
    private static readonly string Clients = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../examples/Clients"));

    public required TestContext TestContext { get; set; }

    [TestMethod]
    [Timeout(300_000)]
    public void Node_says_what_is_expected_of_all_models()
    {
        var folder = Path.Combine(Clients, "node");
        if (Run("node", folder, "--version") is not (0, _) || Run("npm", folder, "--version") is not (0, _))
            Assert.Inconclusive("Node.js and npm are not on this machine.");
        if (!Directory.Exists(Path.Combine(folder, "node_modules"))
            && Run("npm", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund") is (not 0, var problem))
            Assert.Inconclusive($"npm can't install onnxruntime-node here: {problem}");
        var (code, lines) = Run("node", folder, "check.mjs");
        TestContext.WriteLine(lines);
        Assert.AreEqual(0, code, lines);
        // A line for each model: none was left out.
        Assert.HasCount(Directory.GetFiles(Path.Combine(Clients, "models"), "*.json").Length,
            lines.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var (answered, answer) = Run("node", folder, "classify.mjs", "who", "wrote", "the", "book");
        Assert.AreEqual(0, answered, answer);
        Assert.StartsWith("person", answer);
    }

    [TestMethod]
    [Timeout(120_000)]
    public void Python_says_what_is_expected_of_all_models_that_read_rows()
    {
        var folder = Path.Combine(Clients, "python");
        var (code, lines) = Run("python3", folder, "check.py");
        TestContext.WriteLine(lines);
        if (code is null or 2)
            Assert.Inconclusive($"Python with ONNX Runtime is not on this machine. {lines}");
        Assert.AreEqual(0, code, lines);
    }

    [TestMethod]
    public void Lock_files_name_no_host_of_packages()
    {
        var file = Path.Combine(Clients, "node", "package-lock.json");
        Assert.DoesNotContain("\"resolved\"", File.ReadAllText(file));
    }

    // No code where there is no such program.
    private static (int? Code, string Output) Run(string program, string folder, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.Result);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return (null, exception.Message);
        }
    }

    private static string Here([CallerFilePath] string file = "") => file;
}
