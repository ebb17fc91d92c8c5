namespace MLSeqGraph.CommandLine;

/// <summary>Files that a command reads: what is no file is an error that says what to give instead.</summary>
internal static class DataFile
{
    /// <exception cref="IOException">It is a folder, or there is none.</exception>
    internal static string Require(string path, params string[] endings)
    {
        if (Directory.Exists(path))
        {
            string[] expected = endings.Length > 0 ? endings : [".tsv", ".csv", ".tsv.gz", ".csv.gz", ".txt"];
            string[] files = [.. Directory.GetFiles(path).Where(file => expected.Any(ending =>
                file.EndsWith(ending, StringComparison.OrdinalIgnoreCase))).Order(StringComparer.Ordinal)];
            throw new IOException($"'{path}' is a folder; expected a file. " + (files.Length == 0
                ? $"It has none that ends in {string.Join(", ", expected)}."
                : $"It has {string.Join(", ", files.Take(8))}{(files.Length > 8 ? $" and {files.Length - 8} more" : "")}."));
        }
        return File.Exists(path) ? path : throw new FileNotFoundException($"There is no file '{path}'.", path);
    }

    internal static FileStream Open(string path) => File.OpenRead(Require(path, ".json"));
}
