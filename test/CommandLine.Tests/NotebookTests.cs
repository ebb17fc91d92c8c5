using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text.Json;
using System.Text.RegularExpressions;
using MLSeqGraph.Experiments.Tests;

namespace MLSeqGraph.CommandLine.Tests;

/// <summary>The cells of the notebooks compile, one after another as a program, and run.</summary>
[TestClass]
public partial class NotebookTests
{
    public static IEnumerable<string> Notebooks =>
        Directory.GetFiles(Folder(), "*.ipynb").Select(Path.GetFileNameWithoutExtension).Order()!;

    [TestMethod]
    public void There_are_three() => CollectionAssert.AreEqual(new[] { "forecasts", "graph", "sentences" }, Notebooks.ToArray());

    [TestMethod]
    [DynamicData(nameof(Notebooks))]
    public void Cells_run(string name)
    {
        using var notebook = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(), $"{name}.ipynb")));
        string[] cells = [.. notebook.RootElement.GetProperty("cells").EnumerateArray()
            .Where(cell => cell.GetProperty("cell_type").GetString() == "code")
            .Select(cell => string.Concat(cell.GetProperty("source").EnumerateArray().Select(line => line.GetString())))];
        Assert.IsTrue(cells.All(cell => cell.Length > 0));
        // What a notebook takes in any order stands in a program's order: usings, statements, types.
        string[] code = [.. cells.Where(cell => !cell.StartsWith('#'))];
        var program = string.Join("\n\n", code.Where(cell => cell.StartsWith("using "))
            .Concat(code.Where(cell => !cell.StartsWith("using ") && !IsType(cell))).Concat(code.Where(IsType)));
        Assert.HasCount(1, cells.Where(cell => cell.StartsWith('#')).ToArray(), "one cell of references");
        using var folder = new TemporaryFolder();
        GeneratedCodeTests.Compile(folder, program);
        var (before, console) = (Environment.CurrentDirectory, Console.Out);
        using var output = new StringWriter();
        var context = new AssemblyLoadContext(name, isCollectible: true);
        try
        {
            Environment.CurrentDirectory = folder.Path;
            Console.SetOut(TextWriter.Synchronized(output));
            using var compiled = new MemoryStream(File.ReadAllBytes(folder.File("out.dll")));
            var main = context.LoadFromStream(compiled).EntryPoint!;
            main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
        }
        catch (TargetInvocationException error)
        {
            throw new AssertFailedException($"{name}: {error.InnerException}\n{output}");
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = before;
            context.Unload();
        }
        var written = output.ToString();
        Console.WriteLine(written);
        Assert.Contains(name switch { "sentences" => "epoch 6/6", "forecasts" => "2026-08-04: ", _ => " of 40 are told" }, written);
        if (name == "graph")
            Assert.IsGreaterThan(34, int.Parse(Told().Match(written).Groups[1].Value));
    }

    private static bool IsType(string cell) => cell.StartsWith("public sealed class", StringComparison.Ordinal);

    [GeneratedRegex(@"(\d+) of 40")]
    private static partial Regex Told();

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "../../notebooks");
}
