using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>The C# of README.md and docs is the code that the tests of this folder run, between two comments <c>// docs</c>.</summary>
[TestClass]
public partial class DocumentationTests
{
    [TestMethod]
    public void Code_in_the_documentation_is_code_that_runs()
    {
        var folder = Path.GetDirectoryName(ThisFile())!;
        var root = Path.Combine(folder, "../../..");
        // Packages of their own have their code beside their tests.
        string[] folders = [folder, Path.Combine(root, "test/Experiments.Tests/Documentation"),
            Path.Combine(root, "test/Mpi.Tests/Documentation"), Path.Combine(root, "test/Cluster.Tests/Documentation")];
        var tested = folders.SelectMany(one => Directory.GetFiles(one, "*Code.cs")).SelectMany(Regions).ToArray();
        string[] pages = [Path.Combine(root, "README.md"), .. Directory.GetFiles(Path.Combine(root, "docs"), "*.md")];
        var written = pages.SelectMany(page => Blocks(page).Select(code => (Page: Path.GetFileName(page), code))).ToArray();
        foreach (var (page, code) in written)
            Assert.Contains(code, tested, $"{page} has code that no test runs:\n{code}");
        foreach (var code in tested)
            Assert.IsTrue(written.Any(block => block.code == code), $"Code that a test runs is on no page:\n{code}");
        Assert.IsGreaterThan(10, written.Length);
    }

    private static IEnumerable<string> Regions(string file)
    {
        var marks = Marks().Matches(Read(file));
        var text = Read(file);
        Assert.AreEqual(0, marks.Count % 2, $"{file}: a region has no end");
        foreach (var pair in marks.Chunk(2))
        {
            var indent = pair[0].Groups[1].Length;
            var lines = text[(pair[0].Index + pair[0].Length)..pair[1].Index].Split('\n');
            yield return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : ""));
        }
    }

    [GeneratedRegex("^( *)// docs\n", RegexOptions.Multiline)]
    private static partial Regex Marks();

    private static IEnumerable<string> Blocks(string page) => Read(page).Split("```csharp\n").Skip(1).Select(part => part.Split("```")[0]);

    private static string Read(string file) => File.ReadAllText(file).ReplaceLineEndings("\n");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
