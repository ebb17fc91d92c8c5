namespace MLSeqGraph.Repository.Tests;

/// <summary>What CONTRIBUTING.md says of files, as far as it can be counted.</summary>
[TestClass]
public class StyleTests
{
    private const int Columns = 140, Lines = 250;

    private static readonly string[] Folders = ["src", "test", "examples", "bench"];

    private static IEnumerable<string> Sources => Files("*.cs");

    [TestMethod]
    public void No_line_is_longer_than_140_columns() =>
        AreNone(from file in Sources from line in File.ReadLines(file).Index() where line.Item.Length > Columns
            select $"{Name(file)}:{line.Index + 1} has {line.Item.Length} columns");

    [TestMethod]
    public void Files_of_the_libraries_are_short() =>
        AreNone(from file in Sources where Name(file).StartsWith("src/", StringComparison.Ordinal) let lines = File.ReadLines(file).Count()
            where lines > Lines select $"{Name(file)} has {lines} lines");

    [TestMethod]
    public void Lines_end_the_same_way_and_without_blanks() =>
        AreNone(from pattern in (string[])["*.cs", "*.csproj", "*.props", "*.md", "*.txt"] from file in Files(pattern)
            from line in File.ReadAllText(file).Split('\n').Index()
            where line.Item.Length > 0 && char.IsWhiteSpace(line.Item[^1]) select $"{Name(file)}:{line.Index + 1}");

    [TestMethod]
    public void The_folders_exist() => AreNone(Folders.Where(folder => !Directory.Exists(Root.Combine(folder))));

    private static IEnumerable<string> Files(string pattern) =>
        from folder in Folders
        from file in Directory.EnumerateFiles(Root.Combine(folder), pattern, SearchOption.AllDirectories)
        where !Name(file).Split('/').Any(part => part is "bin" or "obj" or "node_modules")
        select file;

    private static string Name(string file) => Path.GetRelativePath(Root.Path, file).Replace('\\', '/');

    private static void AreNone(IEnumerable<string> found) => Assert.AreEqual("", string.Join('\n', found));
}
