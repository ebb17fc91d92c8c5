using System.Globalization;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Xml.Linq;

namespace MLSeqGraph.Repository.Tests;

/// <summary>The packages, made of the sources as they are, and what a project elsewhere makes of them.</summary>
[TestClass]
public class PackageTests
{
    private static readonly string[] Frameworks = ["net8.0", "net10.0"];
    private static PackedLibraries? _packed;
    private static string? _consumer;

    private static PackedLibraries Packed => _packed ??= new();

    // Building fails unless both frameworks build.
    private static string Consumer => _consumer ??= Packed.Build($$"""
        using Microsoft.ML;
        using Microsoft.ML.Data;
        using MLSeqGraph.Trainers;
        using MLSeqGraph.Transforms;

        string path = args[0], zip = args[1], onnx = args[2];
        {{FirstPipeline()}}

        internal sealed class Question
        {
            [LoadColumn(0)]
            public string Label { get; set; } = "";

            [LoadColumn(1)]
            public string Text { get; set; } = "";
        }
        """);

    [ClassCleanup]
    public static void Delete() => _packed?.Dispose();

    [TestMethod]
    public void Packing_warns_of_nothing() => Assert.DoesNotContain("warning", Packed.Output);

    [TestMethod]
    public void Packages_say_what_they_are()
    {
        foreach (var package in PackedLibraries.Packages)
        {
            using var zip = ZipFile.OpenRead(Packed.PathOf(package, "nupkg"));
            using var stream = zip.GetEntry(package + ".nuspec")!.Open();
            var metadata = XDocument.Load(stream).Root!.Elements().Single();
            string? Text(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
            Assert.AreEqual((package, Packed.Version, "MIT", "README.md"), (Text("id"), Text("version"), Text("license"), Text("readme")));
            Assert.IsFalse(string.IsNullOrEmpty(Text("description")) || string.IsNullOrEmpty(Text("authors")), package);
            Assert.Contains("onnx", Text("tags")!);
            Assert.IsNull(Text("repository"), package);
            using var readme = new StreamReader(zip.GetEntry("README.md")!.Open());
            Assert.AreEqual(File.ReadAllText(Root.Combine("README.md")), readme.ReadToEnd());
        }
    }

    [TestMethod]
    public void Packages_hold_library_and_documentation_of_both_frameworks()
    {
        foreach (var package in PackedLibraries.Packages)
        {
            using var zip = ZipFile.OpenRead(Packed.PathOf(package, "nupkg"));
            string[] expected = [
                .. from framework in Frameworks from extension in (string[])["dll", "xml"] select $"lib/{framework}/{package}.{extension}"];
            CollectionAssert.AreEquivalent(expected, zip.Entries.Select(entry => entry.FullName)
                .Where(name => name.StartsWith("lib/", StringComparison.Ordinal)).ToArray());
        }
    }

    [TestMethod]
    public void Symbols_lead_to_no_folder_of_the_machine()
    {
        foreach (var package in PackedLibraries.Packages)
        {
            using var zip = ZipFile.OpenRead(Packed.PathOf(package, "snupkg"));
            foreach (var framework in Frameworks)
            {
                using var symbols = new MemoryStream();
                using (var entry = zip.GetEntry($"lib/{framework}/{package}.pdb")!.Open())
                    entry.CopyTo(symbols);
                symbols.Position = 0;
                using var provider = MetadataReaderProvider.FromPortablePdbStream(symbols);
                var reader = provider.GetMetadataReader();
                string[] documents = [.. reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name))];
                Assert.IsNotEmpty(documents);
                Assert.AreEqual("", string.Join('\n', documents.Where(name => !name.StartsWith("/_/", StringComparison.Ordinal))));
            }
        }
    }

    [TestMethod]
    [DataRow("net10.0")]
    [DataRow("net8.0")]
    public void The_readmes_first_pipeline_runs_from_the_packages(string framework)
    {
        var folder = Consumer;
        var version = framework["net".Length..^1];
        if (!DotnetCommand.Run(folder, "--list-runtimes").Contains($"Microsoft.NETCore.App {version}", StringComparison.Ordinal))
            Assert.Inconclusive($"It builds for {framework}; it doesn't run, since this machine has no runtime {framework}.");
        string File(string extension) => Path.Combine(folder, $"{framework}.{extension}");
        var random = new Random(1);
        string[] words = ["who", "where", "is", "was", "the", "first", "town", "king", "river", "of"];
        System.IO.File.WriteAllLines(File("tsv"), Enumerable.Range(0, 200).Select(row =>
            $"{(row % 2 == 0 ? "person" : "place")}\t{words[row % 2]} "
                + $"{string.Join(' ', Enumerable.Range(0, random.Next(2, 9)).Select(_ => words[random.Next(2, 10)]))}"));
        var program = Path.Combine(folder, "bin", "Debug", framework, "Consumer.dll");
        var output = DotnetCommand.Run(folder, program, File("tsv"), File("zip"), File("onnx"));
        var accuracy = output.Split('\n').Single(line => line.StartsWith("accuracy ", StringComparison.Ordinal))["accuracy ".Length..];
        Assert.IsGreaterThan(0.9, double.Parse(accuracy, CultureInfo.InvariantCulture));
        Assert.IsTrue(new FileInfo(File("zip")).Length > 0 && new FileInfo(File("onnx")).Length > 0);
    }

    [TestMethod]
    public void The_tool_is_installed_from_its_package_and_leads_from_a_file_to_a_scored_one()
    {
        var program = Packed.InstallTool();
        using var folder = new TemporaryData();
        folder.Write("train.tsv", 1);
        folder.Write("test.tsv", 2);
        var trained = DotnetCommand.Run(folder.Path, program, "train", "--data", "train.tsv");
        Assert.Contains("column 1 is the class (2) to predict from the text in column 2", trained);
        DotnetCommand.Run(folder.Path, program, "score", "--data", "test.tsv");
        var right = System.IO.File.ReadLines(Path.Combine(folder.Path, "test.scored.tsv")).Select(line => line.Split('\t'))
            .Average(fields => fields[0] == fields[2] ? 1.0 : 0);
        Assert.IsGreaterThan(0.9, right);
    }

    // Questions for a person or a place, told apart by their first word.
    private sealed class TemporaryData : IDisposable
    {
        internal string Path { get; } = Directory.CreateTempSubdirectory("mlsg-").FullName;

        internal void Write(string name, int seed)
        {
            var random = new Random(seed);
            string[] words = ["is", "was", "the", "first", "town", "king", "river", "of"];
            System.IO.File.WriteAllLines(System.IO.Path.Combine(Path, name), Enumerable.Range(0, 160).Select(row =>
                $"{(row % 2 == 0 ? "person" : "place")}\t{(row % 2 == 0 ? "who" : "where")} "
                    + string.Join(' ', Enumerable.Range(0, random.Next(2, 9)).Select(_ => words[random.Next(words.Length)]))));
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    private static string FirstPipeline() =>
        System.IO.File.ReadAllText(Root.Combine("README.md")).ReplaceLineEndings("\n").Split("```csharp\n")[1].Split("```")[0];
}
